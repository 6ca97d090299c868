"""Whether a model's files are whole: by digest where one is known.

The hub's cache tells by itself: a file is a link to a blob that is named by its digest, SHA-256 for
large files and Git's SHA-1 for small ones. Of other files the digest may be known by name.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scorers.asr.remembered import sha256_of

SHA256_DIGITS, SHA1_DIGITS = 64, 40


@dataclass(frozen=True, slots=True)
class File:
    """One file of a model.

    Args:
        name: within the model's folder.
        size: bytes.
        sha256: as 64 hexadecimal digits.
        whole: whether its digest is the expected one; ``None`` where none is known.
    """

    name: str
    size: int
    sha256: str
    whole: bool | None


def examine(path: Path, expected: str = "", *, anew: bool = True) -> File:
    """Compare a file's digest with the one that it should have.

    Args:
        path: of a file that exists.
        expected: SHA-256 where one is known from elsewhere; the hub's own goes before it.
        anew: as `sha256_of`.

    Raises:
        OSError: it cannot be read.
    """
    blob = path.resolve().name if path.is_symlink() else ""
    size, found = path.stat().st_size, sha256_of(path, anew=anew)
    if _is_digest(blob, SHA1_DIGITS):
        return File(path.name, size, found, _named_by_git(path, size) == blob)
    named = blob if _is_digest(blob, SHA256_DIGITS) else expected
    return File(path.name, size, found, found == named if named else None)


def examine_all(
    folder: Path, expected: Mapping[str, str], *, anew: bool = True
) -> tuple[File, ...]:
    """All files of a model's folder, by name; dangling links and unfinished files are left out."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    return tuple(examine(p, expected.get(p.name, ""), anew=anew) for p in files)


def _named_by_git(path: Path, size: int) -> str:
    """What Git names a file by; no secret hangs on it."""
    sha1 = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    with path.open("rb") as file:
        hashlib.file_digest(file, lambda: sha1)
    return sha1.hexdigest()


def _is_digest(name: str, digits: int) -> bool:
    return len(name) == digits and set(name) <= set("0123456789abcdef")
