"""Digests of large files that were read before: a gigabyte is not read at every start.

As Git does for a working tree, a file whose size, times and inode are those of when it was read is
taken to be the same.
"""

import contextlib
import hashlib
import json
import time
from pathlib import Path

from platformdirs import user_cache_path

from clips.drafts import whole

LEAST_BYTES = 1 << 24
# a file that is written meanwhile may change within one tick of its file system's clock
_SETTLED_NS = 2_000_000_000


def sha256_of(path: Path, *, anew: bool = True) -> str:
    """SHA-256 of a file's content as 64 hexadecimal digits.

    Args:
        path: of a file that exists.
        anew: read it; if not, a large one that was read before and has not changed is not.

    Raises:
        OSError: it cannot be read.
    """
    seen = _seen(path)
    if not anew and (known := _recalled(path, seen)):
        return known
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    size, *changed_ns = seen[:3]
    settled = time.time_ns() - max(changed_ns) > _SETTLED_NS and seen == _seen(path)
    if size >= LEAST_BYTES and settled:
        note = _note(path)
        with contextlib.suppress(OSError):  # a cache that cannot be written: it is read again
            note.parent.mkdir(parents=True, exist_ok=True)
            with whole(note) as unfinished:
                unfinished.write_text(json.dumps({"seen": seen, "sha256": found}), "ascii")
    return found


def _recalled(path: Path, seen: list[int]) -> str:
    try:
        noted = json.loads(_note(path).read_text("ascii"))
        return str(noted["sha256"]) if noted["seen"] == seen else ""
    except (OSError, ValueError, TypeError, KeyError):
        return ""


def _seen(path: Path) -> list[int]:
    told = path.stat()
    return [told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino, told.st_dev]


def _note(path: Path) -> Path:
    name = hashlib.sha256(bytes(path.resolve())).hexdigest()[:32]
    return user_cache_path("tenhours") / "digests" / f"{name}.json"
