"""Files that one process at a time holds."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait until no other process or thread holds this file, then hold it.

    The lock goes with its process, whatever ends that. A network file system may have no locks:
    then nobody waits.
    """
    with path.open("a") as file:
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def held(path: Path) -> Iterator[bool]:
    """Whether no other process or thread holds this file; then none does until this is left.

    Nobody waits. The lock goes with its process, whatever ends that.

    Raises:
        OSError: the file system has no locks.
    """
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
