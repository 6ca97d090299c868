"""A submission in a folder; links are never followed."""

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from clips.errors import SubmissionError
from clips.limits import Limits
from clips.numbers import count
from clips.rules import Fault, fault
from clips.sources.base import CPU_THREADS, Entry, Listing, file_entry
from clips.words import Path as Named

_KINDS = (
    (stat.S_ISLNK, "it is a symbolic link"),
    (stat.S_ISFIFO, "it is a pipe, not a file"),
    (stat.S_ISSOCK, "it is a socket, not a file"),
    (stat.S_ISCHR, "it is a device, not a file"),
    (stat.S_ISBLK, "it is a device, not a file"),
)

_LONGEST_PATH = 4096  # bytes, Linux's PATH_MAX
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


@dataclass(frozen=True)
class FolderSource:
    """A folder on this machine.

    Args:
        root: resolved path of the folder.
        limits: how much is listed.
    """

    root: Path
    limits: Limits

    @property
    def name(self) -> str:
        return self.root.name

    @property
    def threads(self) -> int:
        return CPU_THREADS

    def listing(self) -> Listing:
        faults: list[Fault] = []
        found: list[tuple[str, os.stat_result]] = []
        try:
            for item in self._walk(faults):
                found.append(item)
                if len(found) > self.limits.entries:
                    faults.append(fault("over-limit", "files", most=self.limits.entries))
                    found.pop()
                    break
        except OSError as error:
            raise SubmissionError(
                f"{self.root}: the folder cannot be read ({error.strerror})"
            ) from None
        names = Counter((info.st_dev, info.st_ino) for _, info in found)
        faults += [
            fault("hard-link", path=Named(path), names=count(outside, "further name"))
            for path, info in found
            if stat.S_ISREG(info.st_mode)
            and (outside := info.st_nlink - names[info.st_dev, info.st_ino]) > 0
        ]
        entries = sorted((self._entry(path, info) for path, info in found), key=lambda e: e.path)
        return Listing(tuple(entries), tuple(faults))

    def _walk(self, faults: list[Fault]) -> Iterator[tuple[str, os.stat_result]]:
        waiting = [""]
        while waiting:
            prefix = waiting.pop()
            try:
                found = self._listed(prefix.split("/")[:-1])
            except OSError as error:
                if not prefix:
                    raise
                why = str(error.strerror or error)
                faults.append(fault("unreadable-archive", "folder", path=Named(prefix), why=why))
                continue
            for name, info in sorted(found, reverse=True):
                path = prefix + name
                # beyond that a folder is refused as a whole, however deep it goes
                if stat.S_ISDIR(info.st_mode) and len(os.fsencode(path)) < _LONGEST_PATH:
                    waiting.append(f"{path}/")
                else:
                    yield path, info

    def _listed(self, folders: Sequence[str]) -> list[tuple[str, os.stat_result]]:
        with self._folder(folders) as at, os.scandir(at) as items:
            return [(item.name, item.stat(follow_symlinks=False)) for item in items]

    @contextmanager
    def _folder(self, folders: Sequence[str]) -> Iterator[int]:
        """A handle of the folder, opened one by one, so that none of them can be a link by now."""
        at = os.open(self.root, _FOLDER | os.O_NOFOLLOW)
        try:
            for folder in folders:
                above, at = at, _below(at, folder, _FOLDER)
                os.close(above)
            yield at
        finally:
            os.close(at)

    def _entry(self, path: str, info: os.stat_result) -> Entry:
        for is_kind, words in _KINDS:
            if is_kind(info.st_mode):
                return Entry(file_entry(path, 0).path, 0, words)
        if path.count("/") > self.limits.depth:
            words = f"it lies deeper than {self.limits.depth} folders; send a flatter folder"
            return Entry(file_entry(path, 0).path, info.st_size, words, "over-limit")
        return file_entry(path, info.st_size)

    def open(self, path: str) -> BinaryIO:
        """Open a file; no part of its path can be a link by now."""
        *folders, name = path.split("/")
        with self._folder(folders) as at:
            handle = _below(at, name, os.O_RDONLY | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError("it is not a plain file")
        return os.fdopen(handle, "rb")


def _below(folder: int, name: str, flags: int) -> int:
    if name in ("", ".", ".."):
        raise OSError("it is outside the submission")
    return os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
