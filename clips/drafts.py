"""Names of unfinished files, which tell whose they are, and removing those of dead processes."""

import os
import re
import shutil
import socket
import uuid
from pathlib import Path

_PREFIX = f".tenhours-{socket.gethostname()}-"
_OURS = re.compile(re.escape(_PREFIX) + r"(\d+)-[0-9a-f]{32}\.\w+")


def draft(folder: Path, ending: str) -> Path:
    """A path for a file or folder of this process that is removed or renamed when it is done."""
    return folder / f"{_PREFIX}{os.getpid()}-{uuid.uuid4().hex}{ending}"


def sweep(folder: Path) -> None:
    """Remove what processes of this machine left in a folder when they were killed."""
    for path in folder.glob(f"{_PREFIX}*"):
        named = _OURS.fullmatch(path.name)
        if named is None or _lives(int(named[1])):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's
        return True
    return True
