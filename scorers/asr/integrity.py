"""Whether a model's files are whole: by digest where one is known.

The hub's cache tells by itself: a file is a link to a blob that is named by its digest, SHA-256 for
large files and Git's SHA-1 for small ones. Of other files the digest may be known by name.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SHA256_DIGITS, SHA1_DIGITS = 64, 40
BLOCK = 1 << 20


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


def examine(path: Path, expected: str = "") -> File:
    """Read a file once and compare its digest.

    Args:
        path: of a file that exists.
        expected: SHA-256 where one is known from elsewhere; the hub's own goes before it.

    Raises:
        OSError: it cannot be read.
    """
    blob = path.resolve().name if path.is_symlink() else ""
    size = path.stat().st_size
    sha256 = hashlib.sha256()
    # what Git names a file by; no secret hangs on it
    sha1 = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    named_by_git = _is_digest(blob, SHA1_DIGITS)
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            sha256.update(block)
            if named_by_git:
                sha1.update(block)
    found = sha256.hexdigest()
    whole: bool | None = None
    if named_by_git:
        whole = sha1.hexdigest() == blob
    elif named := (blob if _is_digest(blob, SHA256_DIGITS) else expected):
        whole = found == named
    return File(path.name, size, found, whole)


def examine_all(folder: Path, expected: Mapping[str, str]) -> tuple[File, ...]:
    """All files of a model's folder, by name; dangling links and unfinished files are left out."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    return tuple(examine(p, expected.get(p.name, "")) for p in files)


def _is_digest(name: str, digits: int) -> bool:
    return len(name) == digits and set(name) <= set("0123456789abcdef")
