"""Which column of a table is what, told by its header, or by its content where it has none.

Trainers write their tables in many orders: LJSpeech ``id|text|normalised``, Piper
``id|speaker|text``, VITS ``path|text|speaker`` and ``path|speaker|text``, StyleTTS2
``path|phonemes|speaker``, GPT-SoVITS ``path|speaker|language|text``.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from clips.formats.fields import AUDIO_NAMES, SPEAKER_NAMES, TEXT_NAMES
from clips.phonetic import notation
from clips.sniff import AUDIO_ENDINGS

AUDIO_HEADS = (
    *AUDIO_NAMES,
    *("path", "audio_path", "wav_path", "filepath", "wav_filename", "wav_file", "audiofile"),
    *("filename", "file", "wav", "audio"),
)
TEXT_HEADS = (*TEXT_NAMES, "normalized_transcription", "raw_text", "utterance", "phrase")
SPEAKER_HEADS = (*SPEAKER_NAMES, "speaker_name", "spk", "spk_id", "client_id")
_ID_HEADS = ("id", "name", "utt", "utt_id", "utterance_id", "key")

_LANGUAGE = re.compile(
    r"(ar|bg|bn|ca|cs|cy|da|de|el|en|es|et|eu|fa|fi|fr|gl|gu|he|hi|hr|hu|id|is|it|ja|jp|ka|kn|ko"
    r"|lt|lv|mk|ml|mr|ms|nb|ne|nl|no|pa|pl|pt|ro|ru|sk|sl|sq|sr|sv|sw|ta|te|th|tl|tr|uk|ur|vi|yue"
    r"|zh)([-_][a-z]{2,4})?",
    re.IGNORECASE,
)
_ENDS = tuple(".!?…。！？।؟؛:;")
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}"
)
_LOOKED_AT = 2_000  # rows that are enough to tell columns by


@dataclass(frozen=True, slots=True)
class Columns:
    """Places of the columns that count; `speaker` is -1 where there is none."""

    audio: int
    text: int
    speaker: int = -1


def names_audio(cell: str) -> bool:
    """Whether a cell ends like the name of an audio file."""
    path = cell.strip().strip('"').replace("\\", "/")
    return PurePosixPath(path).suffix.lower() in AUDIO_ENDINGS


def from_header(cells: Sequence[str]) -> Columns | None:
    """The columns where a row is a header: it names one of audio and one of text.

    Example:
        >>> from_header(["audio_file", "text"]), from_header(["a.wav", "text"])
        (Columns(audio=0, text=1, speaker=-1), None)
    """
    heads = [head_of(cell) for cell in cells]

    def place(*names: str) -> int:
        return next((heads.index(name) for name in names if name in heads), -1)

    audio, text = place(*AUDIO_HEADS, *_ID_HEADS), place(*TEXT_HEADS)
    return Columns(audio, text, place(*SPEAKER_HEADS)) if min(audio, text) >= 0 else None


def head_of(cell: str) -> str:
    """The name of a column as names are compared: lower case, no quotes, one kind of joint."""
    return re.sub(r"[\s-]+", "_", cell.strip('\ufeff" \r').lower())


def from_content(rows: Sequence[Sequence[str]]) -> Columns:
    """The columns of a table without a header.

    The label is the leftmost column of sentences; a column of numbers, of languages, of one name
    for many rows, or of phonemes beside the text, is not.
    """
    rows = [row for row in rows if len(row) > 1][:_LOOKED_AT]
    if not rows:
        return Columns(0, 1)
    width = Counter(map(len, rows)).most_common(1)[0][0]
    table = [[row[at].strip() for row in rows if len(row) >= width] for at in range(width)]
    audio = next((at for at in range(width) if _most(table[at], names_audio)), 0)
    rest = [at for at in range(width) if at != audio]
    text = _text(table, rest)
    return Columns(audio, text, _speaker(table, [at for at in rest if at != text]))


def _most(cells: Sequence[str], test: object) -> bool:
    return callable(test) and 2 * sum(bool(test(cell)) for cell in cells) > len(cells)


def _text(table: Sequence[Sequence[str]], rest: Sequence[int]) -> int:
    if len(rest) == 1:
        return rest[0]
    words = [at for at in rest if not _is_code(table[at])] or list(rest)
    language = next((at for at in rest if _is_language(table[at])), -1)
    behind = [at for at in words if at > language >= 0 and at != language]
    many = max(len(set(table[at])) for at in words)
    varied = [at for at in words if 2 * len(set(table[at])) > many] or words
    for group in (behind, varied, words):
        sentences = [at for at in group if _share(table[at], _is_sentence) >= 0.5]
        written = [at for at in sentences if not _most(table[at], notation)]
        if written or sentences:
            return (written or sentences)[0]
    return (behind or varied)[0]


def _speaker(table: Sequence[Sequence[str]], rest: Sequence[int]) -> int:
    return next((at for at in rest if _are_speakers(table[at])), -1)


def _are_speakers(cells: Sequence[str]) -> bool:
    """Whether a column holds numbers, or few names for many rows."""
    if not any(cells) or _is_language(cells) or _share(cells, _is_sentence) >= 0.5:
        return False
    return _is_code(cells) or 2 * len(set(cells)) <= max(len(cells), 2)


def _share(cells: Sequence[str], test: object) -> float:
    return sum(bool(test(cell)) for cell in cells) / len(cells) if callable(test) and cells else 0.0


def _is_code(cells: Sequence[str]) -> bool:
    """Whether a column holds numbers, nothing, or languages."""
    return all(re.fullmatch(r"-?\d*[.,]?\d*", cell) for cell in cells) or _is_language(cells)


def _is_language(cells: Sequence[str]) -> bool:
    return bool(cells) and all(_LANGUAGE.fullmatch(cell) for cell in cells)


def _is_sentence(cell: str) -> bool:
    """Whether a cell is more than a name: words, or an end, or an unspaced script."""
    if not any(unicodedata.category(char)[0] == "L" for char in cell):
        return False
    return " " in cell or cell.endswith(_ENDS) or _UNSPACED.search(cell) is not None
