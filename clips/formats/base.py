"""What every label format reads into."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from clips.limits import Limits
from clips.rules import Fault

Open = Callable[[str], BinaryIO]


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One row of a label file, as far as it could be read.

    Args:
        audio_file: as written.
        text: as written; lone surrogates, which no file can hold, became U+FFFD.
        duration_s: as written.
        speaker: as written.
        turn: name of the turn.
        turn_index: position in the turn from 0.
        faults: what is wrong with the row itself.
        candidates: paths to try in this order, relative to the label file's folder, where the row
            names its audio by other means than a path.
        embedded: where in a label file its audio is held, ``""`` for audio in a file of its own.
    """

    audio_file: str = ""
    text: str = ""
    duration_s: float | None = None
    speaker: str = ""
    turn: str = ""
    turn_index: int | None = None
    faults: tuple[Fault, ...] = ()
    candidates: tuple[str, ...] = ()
    embedded: str = ""


@dataclass(frozen=True, slots=True)
class Out:
    """One row to write: its audio lies below the folder already."""

    audio_file: str
    text: str
    duration_s: float | None = None
    speaker: str = ""
    turn: str = ""
    turn_index: int | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """The rows of the label files of one folder, in order, and what is wrong with the files."""

    rows: tuple[LabelRow, ...]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelInput:
    """The label files of one format in one folder.

    Args:
        folder: path below the root, ``""`` for the root.
        files: names in the folder.
        open: opens a file by its path below the root.
        limits: how much is read.
    """

    folder: str
    files: tuple[str, ...]
    open: Open
    limits: Limits

    def path(self, name: str) -> str:
        return f"{self.folder}/{name}" if self.folder else name
