"""A submission in a ZIP archive, read in place."""

import io
import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, BinaryIO

from clips.errors import SubmissionError
from clips.limits import Limits
from clips.sources.archive import bounded, from_windows, member
from clips.sources.base import CPU_THREADS, Entry, Listing
from clips.sources.blob import IN_MEMORY_BYTES, Blob

_DAMAGE = (
    *(zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, KeyError),
    *(zlib.error, lzma.LZMAError, struct.error, OverflowError),
)
_DIRECTORY_BYTES = 64 << 20
_MARK = b"PK\x01\x02"


@dataclass(frozen=True)
class ZipSource:
    """A ZIP archive.

    Args:
        blob: the archive.
        name: name of the submission.
        limits: how much is read.
    """

    blob: Blob
    name: str
    limits: Limits
    _opened: dict[int, zipfile.ZipFile] = field(default_factory=dict, repr=False, compare=False)

    def __getstate__(self) -> dict[str, Any]:
        return {f.name: {} if f.name == "_opened" else getattr(self, f.name) for f in fields(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __del__(self) -> None:
        for archive in self.__dict__.get("_opened", {}).values():
            archive.fp.close()  # the file was passed in, so that closing the archive leaves it

    @property
    def threads(self) -> int:
        return CPU_THREADS

    def _archive(self) -> zipfile.ZipFile:
        """The open archive, one for each process: a forked one must not share its position."""
        process = os.getpid()
        if process not in self._opened:
            file = self.blob.open()
            try:
                guarded: Any = _Guarded(file, self.limits.entries)
                self._opened[process] = zipfile.ZipFile(guarded)
                guarded.opened()
            except BaseException:
                file.close()
                raise
        return self._opened[process]

    def listing(self) -> Listing:
        try:
            archive = self._archive()
            with self.blob.open() as file:
                size = file.seek(0, io.SEEK_END)
        except (*_DAMAGE, OSError) as error:
            raise SubmissionError(
                f"{self.blob.label}: the ZIP archive cannot be read ({error}). Pack it anew"
            ) from None
        return bounded(_entries(archive), size, self.limits)

    def open(self, path: str) -> BinaryIO:
        try:
            info = _find(self._archive(), path)
            if info.file_size > IN_MEMORY_BYTES:
                return io.BufferedReader(_Member(self._archive().open(info)))
            with self._archive().open(info) as file:
                return io.BytesIO(file.read())
        except _DAMAGE as error:
            raise OSError(f"damaged in the archive: {error}") from None


class _Guarded:
    """An archive's file whose directory is refused where it would fill the memory.

    What is counted is what `zipfile` reads, so that no second record of the end can hide it.
    """

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._most = file, most

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def read(self, size: int = -1) -> bytes:
        if size > _DIRECTORY_BYTES:
            raise zipfile.BadZipFile(f"it has a part of {size:,} bytes that must be read at once")
        block = self._file.read(size)
        if self._most and (count := block.count(_MARK)) > self._most:
            raise zipfile.BadZipFile(f"it holds {count:,} files, the limit is {self._most:,}")
        return block

    def opened(self) -> None:
        """From here on it is members that are read."""
        self._most = 0


def _entries(archive: zipfile.ZipFile) -> Iterator[Entry]:
    for name, info in _named(archive):
        if name.endswith("/"):
            continue
        kind = info.external_attr >> 16
        refused, rule = "", "unsafe-path"
        if stat.S_IFMT(kind) not in (0, stat.S_IFREG):
            refused = "it is a link or a device, not a file"
        elif info.flag_bits & 0x1:
            refused, rule = "it is encrypted; send it without a password", "unreadable-archive"
        yield member(name, info.file_size, refused, rule)


def _named(archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """All members with their paths; tools on Windows may write these with backslashes."""
    infos = archive.infolist()
    windows = from_windows(map(_name, infos))
    for info in infos:
        name = _name(info)
        yield name.replace("\\", "/") if windows else name, info


def _name(info: zipfile.ZipInfo) -> str:
    """The member's path; tools that leave out the UTF-8 flag write UTF-8 all the same."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return info.filename


def _find(archive: zipfile.ZipFile, path: str) -> zipfile.ZipInfo:
    index: dict[str, zipfile.ZipInfo] | None = getattr(archive, "tenhours_index", None)
    if index is None:
        index = {}
        for name, info in _named(archive):
            index.setdefault(name.removeprefix("./"), info)
        archive.tenhours_index = index  # type: ignore[attr-defined]
    return index[path]


class _Member(io.RawIOBase):
    """A member too large for memory, unpacked as it is read."""

    def __init__(self, file: Any) -> None:
        super().__init__()
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return int(self._file.tell())

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        try:
            return int(self._file.seek(offset, whence))
        except _DAMAGE as error:
            raise OSError(f"damaged in the archive: {error}") from None

    def readinto(self, buffer: Any) -> int:
        try:
            block = self._file.read(len(buffer))
        except _DAMAGE as error:
            raise OSError(f"damaged in the archive: {error}") from None
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
