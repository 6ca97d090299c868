"""One `.txt` or `.lab` beside each audio file; folders inside the voice are its turns (R8)."""

from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from clips.formats.base import LabelInput, LabelRow, Labels, Out
from clips.formats.tables import unreadable
from clips.formats.text import UnreadableLabelsError, read_text
from clips.names import storable
from clips.rules import Fault, fault
from clips.sniff import is_audio
from clips.words import Path as Named

_ENDINGS = (".txt", ".lab")


def claims(names: Sequence[str], head: Callable[[str], bytes]) -> tuple[str, ...]:
    """Audio files with a text beside them and these texts."""
    del head
    texts = {name for name in names if PurePosixPath(name).suffix.lower() in _ENDINGS}
    stems = {PurePosixPath(name).stem for name in texts}
    audio = [name for name in names if is_audio(name) and PurePosixPath(name).stem in stems]
    used = {PurePosixPath(name).stem for name in audio}
    return (*audio, *(n for n in names if n in texts and PurePosixPath(n).stem in used))


def read(source: LabelInput) -> Labels:
    """Read the text of each audio file, in the order of the files' names."""
    by_stem: dict[str, list[str]] = {}
    for name in source.files:
        if not is_audio(name):
            by_stem.setdefault(PurePosixPath(name).stem, []).append(name)
    rows: list[LabelRow] = []
    faults: list[Fault] = []
    for audio in filter(is_audio, source.files):
        texts = sorted(by_stem[PurePosixPath(audio).stem], reverse=True)
        rows.append(_row(source, audio, texts[0], faults))
        if len(texts) > 1:
            path, used = Named(source.path(texts[1])), Named(texts[0])
            faults.append(fault("labels-ignored", "text", path=path, used=used))
    return Labels(tuple(rows), tuple(faults))


def _row(source: LabelInput, audio: str, name: str, faults: list[Fault]) -> LabelRow:
    try:
        text, found = read_text(source, name)
    except UnreadableLabelsError as error:
        return LabelRow(audio, faults=(unreadable(source.path(name), error),))
    faults += found
    return LabelRow(audio, storable(text.removesuffix("\n").removesuffix("\r")))


def write(folder: Path, rows: Sequence[Out]) -> None:
    """Write a `.txt` beside each audio file."""
    for row in rows:
        path = (folder / row.audio_file).with_suffix(".txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(row.text + "\n", encoding="utf-8", newline="")
