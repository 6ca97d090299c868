"""LJSpeech: `metadata.csv` of `id|text` or `id|text|normalised text`, audio in `wavs/`.

Piper's `id|speaker|text` and tables with a header row are read too.
"""

from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from clips.formats.bars import label_rows
from clips.formats.base import LabelInput, LabelRow, Labels, Out
from clips.formats.tables import TableRow, gather, lines_of
from clips.sniff import AUDIO_ENDINGS

_NAMES = ("metadata.csv", "metadata.txt", "metadata.psv")
USUAL = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a")
AUDIO_FOLDER = "wavs"


def claims(names: Sequence[str], head: Callable[[str], bytes]) -> tuple[str, ...]:
    """Files named metadata whose first line has a bar."""
    return tuple(
        name
        for name in names
        if name.lower() in _NAMES and b"|" in head(name).lstrip().partition(b"\n")[0]
    )


def read(source: LabelInput) -> Labels:
    """Read the table; of ``id|text|normalised`` the label is the text as it was written."""

    def rows(text: str, path: str) -> Sequence[LabelRow]:
        table = [TableRow(line, content.split("|")) for line, content in lines_of(text)]
        return label_rows(table, path, _candidates)

    return gather(source, rows)


def _candidates(name: str) -> tuple[str, ...]:
    if PurePosixPath(name).suffix.lower() in AUDIO_ENDINGS:
        return (f"{AUDIO_FOLDER}/{name}", name)
    inside = [f"{AUDIO_FOLDER}/{name}{ending}" for ending in USUAL]
    return (*inside, *(name + ending for ending in USUAL))


def write(folder: Path, rows: Sequence[Out]) -> None:
    """Write `metadata.csv`; line breaks and bars, which the format cannot hold, become blanks."""
    lines = []
    for row in rows:
        path = PurePosixPath(row.audio_file)
        name = path.relative_to(AUDIO_FOLDER) if path.parts[:1] == (AUDIO_FOLDER,) else path
        text = " ".join(row.text.replace("|", " ").splitlines())
        lines.append(f"{name}|{text}|{text}\n")
    (folder / "metadata.csv").write_text("".join(lines), encoding="utf-8")
