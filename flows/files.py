"""Where files lie, and writing one whole: under another name first, then renamed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs


def default_store() -> Path:
    """Where measurements are kept unless told otherwise."""
    return Path(platformdirs.user_cache_dir("tenhours"))


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
