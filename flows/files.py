"""Where files lie, and writing one, or a set of them, whole: under another name, then renamed."""

import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from clips.drafts import draft
from clips.errors import ScoringError, SubmissionError

_READY, _GONE = ".ready", ".gone"


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


def refuse_link(path: str | Path) -> None:
    """Keep others from naming what is to be read: a submission that is a link is not opened.

    Raises:
        SubmissionError: it is one.
    """
    if Path(path).is_symlink():
        raise SubmissionError(f"{path}: it is a symbolic link; send the folder or archive itself")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a path to write to; on success it takes the place of ``path``, on failure it is gone.

    It is on the disk before it does, so that a power cut leaves the one or the other.
    """
    unfinished = draft(path.parent, ".part")
    try:
        yield unfinished
        _to_disk(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def whole_set(folder: Path, names: Collection[str]) -> Iterator[Path]:
    """Give a folder to write files to; on success they take the place of a former set.

    Args:
        folder: where the set belongs; made where it is missing.
        names: of all files that a set may have. Those that the new one lacks are removed.

    On failure the former set stays as it was. A process that is killed while the files are put in
    place leaves that to the next one: see `finish_set`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = draft(folder, ".set")
    unfinished.mkdir()
    try:
        yield unfinished
        written = {file.name for file in unfinished.iterdir()}
        for file in unfinished.iterdir():
            _to_disk(file)
        (unfinished / _GONE).write_text(json.dumps(sorted(set(names) - written)), encoding="utf-8")
        finish_set(folder)
        unfinished.rename(folder / _READY)
        finish_set(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def finish_set(folder: Path) -> None:
    """Put the files of a set that was written in whole into place, where one waits for it."""
    ready = folder / _READY
    if not ready.is_dir():
        return
    gone = ready / _GONE  # the last to go, so that what was begun can be begun again
    if gone.exists():
        for name in json.loads(gone.read_text(encoding="utf-8")):
            (folder / name).unlink(missing_ok=True)
        for file in ready.iterdir():
            if file != gone:
                file.replace(folder / file.name)
        gone.unlink()
    ready.rmdir()


def write_text(text: str, path: Path) -> None:
    """Write UTF-8; a lone surrogate, which UTF-8 has no place for, is written as its escape."""
    with whole(path) as unfinished:
        write_draft(text, unfinished)


def write_draft(text: str, path: Path) -> None:
    """The same for a file of a set, which is whole with the others."""
    path.write_text(text, encoding="utf-8", errors="backslashreplace")


def _to_disk(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())
