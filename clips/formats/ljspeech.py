"""LJSpeech: `metadata.csv` of `id|text` or `id|text|normalised text`, audio in `wavs/`."""

from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from clips.formats.base import LabelInput, LabelRow, Labels, Out
from clips.formats.tables import gather, lines_of
from clips.names import storable
from clips.rules import Fault
from clips.sniff import AUDIO_ENDINGS

_NAMES = ("metadata.csv", "metadata.txt", "metadata.psv")
_USUAL = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a")
AUDIO_FOLDER = "wavs"


def claims(names: Sequence[str], head: Callable[[str], bytes]) -> tuple[str, ...]:
    """Files named metadata whose first line has a bar."""
    return tuple(
        name
        for name in names
        if name.lower() in _NAMES and b"|" in head(name).lstrip().partition(b"\n")[0]
    )


def read(source: LabelInput) -> Labels:
    """Read the table; the label is the second column, as it was written."""

    def rows(text: str, path: str) -> Sequence[LabelRow]:
        return [_row(line, f"{path}, line {number}") for number, line in lines_of(text)]

    return gather(source, rows)


def _row(line: str, where: str) -> LabelRow:
    cells = [storable(cell) for cell in line.split("|")]
    name = cells[0].strip()
    if len(cells) < 2 or not name:
        sentence = f"{where} has no name or no text; write name|text."
        return LabelRow(name, faults=(Fault("bad-row", sentence),))
    return LabelRow(name, cells[1], candidates=_candidates(name))


def _candidates(name: str) -> tuple[str, ...]:
    if PurePosixPath(name).suffix.lower() in AUDIO_ENDINGS:
        return (f"{AUDIO_FOLDER}/{name}", name)
    inside = [f"{AUDIO_FOLDER}/{name}{ending}" for ending in _USUAL]
    return (*inside, *(name + ending for ending in _USUAL))


def write(folder: Path, rows: Sequence[Out]) -> None:
    """Write `metadata.csv`; line breaks and bars, which the format cannot hold, become blanks."""
    lines = []
    for row in rows:
        path = PurePosixPath(row.audio_file)
        name = path.relative_to(AUDIO_FOLDER) if path.parts[:1] == (AUDIO_FOLDER,) else path
        text = " ".join(row.text.replace("|", " ").splitlines())
        lines.append(f"{name}|{text}|{text}\n")
    (folder / "metadata.csv").write_text("".join(lines), encoding="utf-8")
