"""Kaldi data folders: `wav.scp` and `text`; commands in `wav.scp` are never run."""

from collections.abc import Callable, Sequence
from pathlib import Path

from clips.formats.base import LabelInput, LabelRow, Labels, Out
from clips.formats.tables import gather, lines_of
from clips.formats.text import UnreadableLabelsError, read_text
from clips.names import storable
from clips.rules import Fault, fault
from clips.words import Name
from clips.words import Path as Named

_AUDIO, _TEXT, _SPEAKERS, _SEGMENTS = "wav.scp", "text", "utt2spk", "segments"


def claims(names: Sequence[str], head: Callable[[str], bytes]) -> tuple[str, ...]:
    """A folder with both files."""
    del head
    files = tuple(name for name in (_AUDIO, _TEXT, _SPEAKERS, _SEGMENTS) if name in names)
    return files if files[:2] == (_AUDIO, _TEXT) else ()


def read(source: LabelInput) -> Labels:
    """Join the files by utterance, in the order of `wav.scp`; texts without audio come last."""
    audio, texts, speakers = (
        LabelInput(source.folder, (name,), source.open, source.limits)
        for name in (_AUDIO, _TEXT, _SPEAKERS)
    )
    labels = gather(texts, _pairs)
    given = {row.audio_file: row.text for row in labels.rows}
    twice = len(given) < len(labels.rows)
    spoken_by = _speakers(speakers) if _SPEAKERS in source.files else {}
    found = gather(audio, _pairs)
    faults = [*labels.faults, *found.faults]
    rows = []
    for row in found.rows:
        text = given.pop(row.audio_file, None)
        rows.append(_row(row.audio_file, row.text, text, spoken_by.get(row.audio_file, "")))
    rows += [
        LabelRow(name, text, faults=(_no_line(_TEXT, name, _AUDIO),))
        for name, text in given.items()
    ]
    if twice:
        faults.append(fault("duplicate-key", "utterance", path=Named(source.path(_TEXT))))
    if _SEGMENTS in source.files:
        faults.append(fault("labels-ignored", "segments", path=Named(source.path(_SEGMENTS))))
    return Labels(tuple(rows), tuple(faults))


def _pairs(text: str, path: str) -> Sequence[LabelRow]:
    """Utterance and the rest of each line, held as a row for the moment."""
    del path
    pairs = (line.lstrip().partition(" ") for _, line in lines_of(text.replace("\t", " ")))
    return [LabelRow(storable(name), storable(rest.strip())) for name, _, rest in pairs]


def _speakers(source: LabelInput) -> dict[str, str]:
    try:
        text, _ = read_text(source, _SPEAKERS)
    except UnreadableLabelsError:
        return {}
    return {row.audio_file: row.text for row in _pairs(text, "")}


def _row(name: str, path: str, text: str | None, speaker: str) -> LabelRow:
    if path.endswith("|") or path.startswith("|"):
        found = fault("unsafe-path", "command", path=Named(_AUDIO), key=Name(name))
        return LabelRow(name, text or "", faults=(found,))
    if not path:
        found = fault("bad-row", "no path", path=Named(_AUDIO), key=Name(name))
        return LabelRow(name, text or "", faults=(found,))
    if text is None:
        return LabelRow(path, speaker=speaker, faults=(_no_line(_AUDIO, name, _TEXT),))
    return LabelRow(path, text, speaker=speaker)


def _no_line(file: str, name: str, other: str) -> Fault:
    return fault("bad-row", "no line", path=Named(file), key=Name(name), other=other)


def write(folder: Path, rows: Sequence[Out]) -> None:
    """Write `wav.scp`, `text` and `utt2spk`; line breaks become blanks."""
    names = [f"{row.speaker or 'speaker'}-{number:06d}" for number, row in enumerate(rows)]
    names = [name.replace(" ", "_") for name in names]
    for file, values in (
        (_AUDIO, [row.audio_file for row in rows]),
        (_TEXT, [" ".join(row.text.splitlines()) for row in rows]),
        (_SPEAKERS, [(row.speaker or "speaker").replace(" ", "_") for row in rows]),
    ):
        lines = (f"{name} {value}\n" for name, value in zip(names, values, strict=True))
        (folder / file).write_text("".join(lines), encoding="utf-8")
