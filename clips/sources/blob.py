"""One file's bytes, on this machine or behind an address: what an archive lies in."""

import errno
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from clips.errors import SubmissionError
from clips.positioned import Positioned

IN_MEMORY_BYTES = 64 << 20


class Blob(Protocol):
    """A file that can be opened many times. Picklable."""

    @property
    def label(self) -> str: ...

    def open(self) -> BinaryIO:
        """Open it, seekable.

        Raises:
            OSError: it cannot be opened.
        """
        ...


@dataclass(frozen=True)
class LocalBlob:
    """A file on this machine."""

    path: Path

    @property
    def label(self) -> str:
        return str(self.path)

    def open(self) -> BinaryIO:
        return self.path.open("rb")


@dataclass(frozen=True)
class RemoteBlob:
    """A file behind an fsspec address; read in ranges, never copied as a whole."""

    url: str

    @property
    def label(self) -> str:
        return self.url

    def open(self) -> BinaryIO:
        system, path = file_system(self.url)
        with remote_errors():
            opened: BinaryIO = system.open(path, "rb", block_size=1 << 20)
            return opened


def file_system(url: str) -> tuple[Any, str]:
    """The fsspec file system of an address, and the path on it.

    Raises:
        SubmissionError: fsspec, or what it needs for this kind of address, is not installed.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise SubmissionError(
            f"{url}: addresses need fsspec; install tenhours[remote], or give a folder or archive"
        ) from None
    try:
        system, path = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise SubmissionError(f"{url}: this kind of address cannot be read: {error}") from None
    return system, str(path)


class remote_errors:  # noqa: N801 - used like a function
    """Turns whatever a store's client raises into an `OSError`; clients share no error class."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, OSError):
            text = " ".join(str(error).split())[:200]
            raise OSError(errno.EIO, f"{type(error).__name__}: {text}") from None


class Slice(Positioned):
    """A stretch of an open file, as a file of its own.

    Args:
        file: the open file; closed with the slice.
        start: offset of the stretch.
        size: its length in bytes.
    """

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        super().__init__(size)
        self._file, self._start = file, start

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), max(0, self._size - self._at))
        self._file.seek(self._start + self._at)
        block = self._file.read(wanted)
        buffer[: len(block)] = block
        self._at += len(block)
        return len(block)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
