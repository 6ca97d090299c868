"""File lists of trainers (VITS, StyleTTS2, GPT-SoVITS, Coqui ...) and tables of other names.

A row names its audio by a path of the machine that it was written on; the file is looked for by
the path's last parts below the list's folder and its voice's.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from clips.formats.bars import label_rows
from clips.formats.base import LabelInput, LabelRow, Labels, Out
from clips.formats.columns import from_header, names_audio
from clips.formats.ljspeech import AUDIO_FOLDER, USUAL
from clips.formats.tables import TableRow, csv_rows, gather, lines_of
from clips.names import plain
from clips.numbers import count
from clips.rules import Fault, fault
from clips.words import Path as Named

_ENDINGS = (".list", ".lst", ".filelist", ".txt", ".csv", ".tsv", ".psv")
_DELIMITERS = "|\t,;"
_LINES = 5
_TAILS = 4
NAME = "filelist.txt"


def claims(names: Sequence[str], head: Callable[[str], bytes]) -> tuple[str, ...]:
    """Tables whose first lines name audio files, or whose first line names its columns."""
    return tuple(
        name
        for name in names
        if PurePosixPath(name.lower()).suffix in _ENDINGS and delimiter_of(head(name))
    )


def delimiter_of(head: bytes) -> str:
    """What splits the first lines into columns, one of them of audio files; else ``""``."""
    text = head.decode("utf-8-sig", "ignore").replace("\r\n", "\n").replace("\r", "\n")
    whole = text if len(head) < 4096 else text.rpartition("\n")[0]
    lines = [line for line in whole.split("\n") if line.strip()][:_LINES]
    for delimiter in _DELIMITERS:
        rows = [line.split(delimiter) for line in lines]
        if not rows:
            continue
        body = rows[1:] if from_header(rows[0]) else rows
        named = sum(len(row) > 1 and any(map(names_audio, row)) for row in body)
        if 2 * named > len(body):
            return delimiter
    return ""


def read(source: LabelInput) -> Labels:
    """Read all lists of a folder; what a later one repeats word for word is read once."""

    def rows(text: str, path: str) -> Sequence[LabelRow]:
        delimiter = delimiter_of(text[:4096].encode("utf-8", "replace")) or "|"
        if delimiter == "|":
            table = [TableRow(line, content.split("|")) for line, content in lines_of(text)]
        else:
            table = list(csv_rows(text, delimiter))
        return label_rows(table, path, candidates)

    known: dict[tuple[str, str], str] = {}
    kept: list[LabelRow] = []
    faults: list[Fault] = []
    for name in source.files:
        labels = gather(replace(source, files=(name,)), rows)
        faults += labels.faults
        again: list[str] = []
        for row in labels.rows:
            first = known.setdefault((row.audio_file, row.text), name)
            if first == name:
                kept.append(row)
            else:
                again.append(first)
        if again:
            where = {"path": Named(source.path(name)), "used": Named(again[0])}
            faults.append(fault("labels-ignored", "again", rows=count(len(again), "row"), **where))
    return Labels(tuple(kept), tuple(faults))


def candidates(name: str) -> tuple[str, ...]:
    """Where a file may lie that a list names by a path of another machine; the longest first.

    Example:
        >>> candidates("/home/me/data/wavs/a.wav")[-3:]
        ('wavs/a.wav', 'a.wav', 'wavs/a.wav')
    """
    parts = [part for part in plain(name).split("/") if part != ".." and not part.endswith(":")]
    tails = ["/".join(parts[at:]) for at in range(max(0, len(parts) - _TAILS), len(parts))]
    paths = [*tails, f"{AUDIO_FOLDER}/{parts[-1]}"] if parts else []
    if names_audio(name):
        return tuple(paths)
    return tuple(path + ending for path in paths for ending in USUAL)


def write(folder: Path, rows: Sequence[Out]) -> None:
    """Write `filelist.txt`; line breaks and bars, which the format cannot hold, become blanks."""
    lines = []
    for row in rows:
        text = " ".join(row.text.replace("|", " ").splitlines())
        lines.append("|".join((row.audio_file, text, *([row.speaker] if row.speaker else []))))
    (folder / NAME).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
