"""A submission in a tar archive: members are stretches of it, nothing is unpacked to disk.

gzip and Zstandard allow no random access, so a packed tar is first written out as a plain one
into the temporary folder, and removed when the source is dropped.
"""

import gzip
import io
import os
import sys
import tarfile
import tempfile
import weakref
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, BinaryIO

from clips.drafts import draft, sweep
from clips.errors import SubmissionError, is_passing
from clips.limits import Limits
from clips.rules import Fault, fault
from clips.sources.archive import bounded, member
from clips.sources.base import CPU_THREADS, Entry, Listing
from clips.sources.blob import Blob, LocalBlob, Slice

_BLOCK = 1 << 20
_HEADER_BYTES = 1 << 20  # of one member; names and attributes need a fraction
_WINDOW_LOG = 27  # 128 MiB, what `zstd` itself accepts
_drafts: set[Path] = set()


@dataclass(frozen=True)
class TarSource:
    """A tar archive.

    Args:
        blob: the plain archive.
        name: name of the submission.
        limits: how much is read.
        packed_bytes: size of the archive as it was sent.
        label: path or address, for messages.
        faults: what was found while it was unpacked.
    """

    blob: Blob
    name: str
    limits: Limits
    packed_bytes: int
    label: str
    faults: tuple[Fault, ...] = ()
    _index: dict[str, tuple[int, int]] = field(default_factory=dict, repr=False, compare=False)

    def __getstate__(self) -> dict[str, Any]:
        return {f.name: {} if f.name == "_index" else getattr(self, f.name) for f in fields(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    @property
    def threads(self) -> int:
        return CPU_THREADS

    def listing(self) -> Listing:
        faults: list[Fault] = list(self.faults)
        try:
            found = bounded(self._members(faults), self.packed_bytes, self.limits)
        except OSError as error:
            raise SubmissionError(f"{self.label}: it cannot be read ({error})") from None
        if not found.entries and faults:
            raise SubmissionError(f"{self.label}: {faults[0].sentence}")
        return Listing(found.entries, (*faults, *found.faults))

    def _members(self, faults: list[Fault]) -> Iterator[Entry]:
        with self.blob.open() as file:
            size = file.seek(0, io.SEEK_END)
            file.seek(0)
            guarded: Any = _Guarded(file)
            try:
                with tarfile.open(fileobj=guarded, mode="r:") as archive:
                    for number, info in enumerate(archive):
                        if number > 2 * self.limits.entries:
                            break
                        archive.members = []  # type: ignore[attr-defined]  # else all headers stay in memory
                        if not info.isdir():
                            yield self._member(info, size)
            except (tarfile.TarError, ValueError, OverflowError, EOFError, OSError) as error:
                if isinstance(error, OSError) and is_passing(error):
                    raise
                faults.append(fault("unreadable-archive", "tar", why=str(error)))

    def _member(self, info: tarfile.TarInfo, archive_size: int) -> Entry:
        if info.issym() or info.islnk():
            return member(info.name, 0, "it is a link")
        if not info.isreg() or info.issparse():
            return member(info.name, 0, "it is a device, a pipe or a sparse file, no plain file")
        if info.size < 0 or info.offset_data + info.size > archive_size:
            return member(info.name, 0, "the archive is cut off in it", "unreadable-archive")
        entry = member(info.name, info.size)
        if not entry.refused:
            self._index.setdefault(entry.path, (info.offset_data, info.size))
        return entry

    def open(self, path: str) -> BinaryIO:
        if not self._index:
            self.listing()
        if path not in self._index:
            raise OSError("there is no such file in the archive")
        start, size = self._index[path]
        return io.BufferedReader(Slice(self.blob.open(), start, size))


class _Guarded:
    """An archive's file whose headers are bounded: a member's header may ask for any memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.tell, self.close = file.tell, file.close

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if offset < 0 and whence == io.SEEK_SET:
            raise tarfile.ReadError("a member of negative size")
        return self._file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _HEADER_BYTES:
            raise tarfile.ReadError(f"a header of {size:,} bytes")
        return self._file.read(size)


def unpacked(blob: Blob, kind: str, name: str, limits: Limits) -> TarSource:
    """A packed tar as a plain one in the temporary folder.

    Args:
        blob: the packed archive.
        kind: `gzip` or `zstd`.
        name: name of the submission.
        limits: bounds on what it unpacks to.

    Raises:
        SubmissionError: nothing of it can be unpacked, or there is no room for it.
        OSError: it cannot be read now.
    """
    folder = Path(tempfile.gettempdir())
    sweep(folder)
    place = draft(folder, ".tar")
    _drafts.add(place)
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb", buffering=0) as out, blob.open() as file:
            packed = file.seek(0, io.SEEK_END)
            file.seek(0)
            faults = _unpack_all(file, kind, _Draft(out, place), packed, limits)
    except BaseException:
        _remove(place, os.getpid())
        raise
    source = TarSource(LocalBlob(place), name, limits, packed, blob.label, faults)
    weakref.finalize(source, _remove, place, os.getpid())
    return source


@dataclass(frozen=True)
class _Draft:
    """The unpacked archive; that it cannot be written is not the packed one's fault."""

    file: BinaryIO
    path: Path

    def write(self, block: bytes) -> None:
        view = memoryview(block)
        try:
            while view:
                view = view[self.file.write(view) :]
        except OSError as error:
            raise SubmissionError(
                f"The archive cannot be unpacked into {self.path.parent} ({error.strerror}). Make"
                " room there, or name another folder in TMPDIR, and run again"
            ) from error

    def clear(self) -> None:
        self.file.seek(0)
        self.file.truncate(0)


def _unpack_all(
    file: BinaryIO, kind: str, out: _Draft, packed: int, limits: Limits
) -> tuple[Fault, ...]:
    try:
        _unpack(file, kind, out, packed, limits)
    except _damage(kind) as error:
        if isinstance(error, OSError) and is_passing(error):
            raise
        return (fault("unreadable-archive", "packed", why=str(error)),)
    return ()


def _unpack(file: BinaryIO, kind: str, out: _Draft, packed: int, limits: Limits) -> None:
    stream: Any = gzip.GzipFile(fileobj=file) if kind == "gzip" else _zstd_stream(file)
    written = 0
    with stream:
        while block := stream.read1(_BLOCK):
            written += len(block)
            free = written <= limits.archive_free_bytes
            if written > limits.archive_bytes or not (
                free or written <= packed * limits.archive_ratio
            ):
                out.clear()
                raise ValueError(f"it unpacks to {written / max(packed, 1):.0f} times its size")
            out.write(block)


def _zstd_stream(file: BinaryIO) -> Any:
    zstd = _zstd()
    options = {zstd.DecompressionParameter.window_log_max: _WINDOW_LOG}
    return zstd.ZstdFile(file, options=options)


def _zstd() -> Any:
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError:
        raise SubmissionError(
            "Zstandard archives need backports.zstd; install it, or send a .zip or .tar.gz"
        ) from None
    return zstd


def _damage(kind: str) -> tuple[type[Exception], ...]:
    usual = (OSError, EOFError, ValueError, zlib.error)
    return (*usual, _zstd().ZstdError) if kind == "zstd" else usual


def _remove(path: Path, owner: int) -> None:
    """Remove the unpacked archive, in the process that made it alone."""
    if os.getpid() == owner:
        path.unlink(missing_ok=True)
        _drafts.discard(path)


def remove_drafts() -> None:
    """Remove what this process has unpacked, or is unpacking: it is about to end at once."""
    for path in list(_drafts):
        path.unlink(missing_ok=True)
