"""What lies in an inbox: submissions, and what is none and nobody's fault."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from clips.errors import SubmissionError
from flows.job import job_name

# what people and their systems leave beside what they copy
_JUNK = {"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"}
_JUNK_ENDINGS = (
    *(".txt", ".md", ".pdf", ".log", ".url", ".lnk", ".ini", ".db"),
    *(".jpg", ".jpeg", ".png", ".gif", ".webp"),
    *(".part", ".partial", ".crdownload", ".tmp", ".filepart"),
)


@dataclass(frozen=True)
class Arrival:
    """One entry of the inbox.

    Args:
        path: folder or archive.
        fingerprint: digest of the names, sizes and times of everything in it.
        newest: the latest change, in seconds since the epoch.
    """

    path: Path
    fingerprint: str
    newest: float

    @property
    def name(self) -> str:
        """Names the entry in outputs."""
        return job_name(self.path)


def is_junk(path: Path) -> bool:
    """Whether an entry is a note, a thumbnail, a half download or hidden, and so no submission."""
    name = path.name.lower()
    if name.startswith((".", "~$")):
        return True
    return (name in _JUNK or name.endswith(_JUNK_ENDINGS)) and not path.is_dir()


def entries(inbox: Path) -> list[Path]:
    """All that lies in an inbox, by name.

    Raises:
        SubmissionError: the inbox is no folder.
    """
    if not inbox.is_dir():
        raise SubmissionError(f"inbox {inbox}: no such folder")
    return sorted(inbox.iterdir())


def arrivals(listed: Iterable[Path], failed: Callable[[Path, OSError], None]) -> Iterator[Arrival]:
    """The entries of an inbox that may be submissions.

    One that cannot be read is left out, and ``failed`` is told of it.
    """
    for path in listed:
        if is_junk(path):
            continue
        try:
            arrival = read_entry(path)
        except FileNotFoundError:  # it is being moved: the next run sees it whole
            continue
        except OSError as error:
            failed(path, error)
            continue
        yield arrival


def read_entry(path: Path) -> Arrival:
    """An entry as it is now.

    Raises:
        OSError: it cannot be looked at.
    """
    digest = hashlib.sha256()
    newest = 0.0
    for name, info in sorted(_files(path)):
        digest.update(
            f"{name}\0{info.st_size}\0{info.st_mtime_ns}\n".encode("utf-8", "surrogatepass")
        )
        newest = max(newest, info.st_mtime)
    return Arrival(path, digest.hexdigest(), newest)


def _files(path: Path) -> Iterator[tuple[str, os.stat_result]]:
    if path.is_symlink() or not path.is_dir():
        yield "", path.lstat()
        return
    for folder, _, names in os.walk(path, onerror=_raise):
        yield folder[len(str(path)) :], Path(folder).lstat()
        for name in names:
            file = Path(folder, name)
            yield str(file.relative_to(path)), file.lstat()


def _raise(error: OSError) -> None:
    raise error
