"""What every source of a submission can do."""

from dataclasses import dataclass
from typing import BinaryIO, Protocol

from clips.cpus import CPUS
from clips.limits import Limits
from clips.rules import Fault

CPU_THREADS = min(8, CPUS)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a submission, or what stands in the place of one.

    Args:
        path: POSIX path below the root, as stored.
        size: in bytes.
        refused: why it is not opened (a link, a device, encrypted), ``""`` for a plain file.
        rule: rule that a refused entry breaks.
    """

    path: str
    size: int
    refused: str = ""
    rule: str = "unsafe-path"


def file_entry(path: str, size: int) -> Entry:
    """The entry of a plain file; a name that is not UTF-8 is shown with escapes and refused."""
    try:
        path.encode()
    except UnicodeEncodeError:
        readable = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        return Entry(readable, size, "its name is not UTF-8; rename it", "odd-name")
    return Entry(path, size)


@dataclass(frozen=True, slots=True)
class Listing:
    """All entries of a source, sorted by path, and what was found while listing."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...] = ()


class Source(Protocol):
    """A submission's files. Picklable; opening is safe from several threads and processes."""

    @property
    def name(self) -> str:
        """Last part of the path or address, without the ending of an archive."""
        ...

    @property
    def limits(self) -> Limits:
        """What reading may cost."""
        ...

    @property
    def threads(self) -> int:
        """How many files are best read at once."""
        ...

    def listing(self) -> Listing:
        """List all files once.

        Raises:
            SubmissionError: nothing of the source can be read.
        """
        ...

    def open(self, path: str) -> BinaryIO:
        """Open a listed file, seekable.

        Raises:
            OSError: it cannot be opened or is no plain file any more.
        """
        ...
