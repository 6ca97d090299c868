"""Where files lie, and writing one whole: under another name first, then renamed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from clips.errors import ScoringError


def default_store() -> Path:
    """Where measurements are kept unless told otherwise."""
    return Path(platformdirs.user_cache_dir("tenhours"))


def check_writable(folder: Path, name: str) -> None:
    """Make a folder and try to write to it, before hours of work are.

    Raises:
        ScoringError: it cannot be; the text names the option.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ScoringError(
            f"{name} {folder} cannot be written ({error.strerror}); give another folder"
        ) from None


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a path to write to; on success it takes the place of ``path``, on failure it is gone."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_text(text: str, path: Path) -> None:
    """Write UTF-8; a lone surrogate, which UTF-8 has no place for, is written as its escape."""
    with whole(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", errors="backslashreplace")
