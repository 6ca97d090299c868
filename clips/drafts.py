"""Unfinished files: named by their process, renamed when whole, removed once it is dead."""

import contextlib
import os
import re
import shutil
import socket
import tempfile
import uuid
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = f".tenhours-{socket.gethostname()}-"
_OURS = re.compile(re.escape(_PREFIX) + r"(\d+)-[0-9a-f]{32}\.\w+")


def draft(folder: Path, ending: str) -> Path:
    """A path for a file or folder of this process that is removed or renamed when it is done."""
    return folder / f"{_PREFIX}{os.getpid()}-{uuid.uuid4().hex}{ending}"


@contextmanager
def whole(path: Path, *, owner_only: bool = False) -> Iterator[Path]:
    """Give a path to write to; on success it takes the place of ``path``, on failure it is gone.

    It is on the disk before it does, so that a power cut leaves the one or the other.

    Args:
        path: what is to be written.
        owner_only: nobody else may read it, at any moment.
    """
    unfinished = draft(path.parent, ".part")
    try:
        if owner_only:
            unfinished.touch(0o600, exist_ok=False)
        yield unfinished
        to_disk(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def temporary_files() -> Iterator[None]:
    """Let what is put into the temporary folder meanwhile lie in one of this process there.

    A library may keep files there for as long as the process lives; where that is killed, the next
    `sweep` of the temporary folder removes them.
    """
    before = tempfile.gettempdir()
    folder = draft(Path(before), ".tmp")
    folder.mkdir(0o700)
    # before those of the library, so that at the end it comes after them
    weakref.finalize(temporary_files, shutil.rmtree, folder, ignore_errors=True)
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def to_disk(file: Path) -> None:
    """Wait until a file's content has left the machine's memory."""
    with file.open("rb") as written:
        os.fsync(written.fileno())


def sweep(folder: Path) -> None:
    """Remove what processes of this machine left in a folder when they were killed."""
    for path in folder.glob(f"{_PREFIX}*"):
        named = _OURS.fullmatch(path.name)
        if named is None or _lives(int(named[1])):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):  # in a shared folder, another user's
                path.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # another user's
        return True
    return True
