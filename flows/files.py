"""Where files lie, and writing a set of them whole: under another name, then renamed."""

import json
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import platformdirs

from clips.drafts import draft, to_disk, whole
from clips.errors import ScoringError, SubmissionError
from clips.sources.blob import remote_errors

_READY, _GONE = ".ready", ".gone"


def default_store() -> Path:
    """Where measurements are kept unless told otherwise."""
    return Path(platformdirs.user_cache_dir("tenhours"))


def folder_at(address: str) -> Path:
    """A folder of this machine or, by a URL such as ``s3://bucket/prefix``, of an object store.

    The latter is a `UPath`, which does what is asked of a path here; an object is there whole or
    not at all.

    Raises:
        ScoringError: what an address of this kind needs is not installed.
    """
    if "://" not in address:
        return Path(address)
    try:
        from upath import UPath

        # another run writes to it, too
        return cast(Path, UPath(address, use_listings_cache=False))
    except (ImportError, ValueError) as error:
        raise ScoringError(f"{address}: an object store needs tenhours[remote] ({error})") from None


def check_writable(folder: Path, name: str) -> None:
    """Make a folder and try to write to it, before hours of work are.

    Raises:
        ScoringError: it cannot be; the text names the option.
    """
    try:
        if isinstance(folder, Path):
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return
        trial = folder / ".tenhours"
        with remote_errors():
            trial.write_bytes(b"")
            trial.unlink()
    except OSError as error:
        why = error.strerror or error
        raise ScoringError(f"{name} {folder} cannot be written ({why}); give another") from None


def refuse_link(path: str | Path) -> None:
    """Keep others from naming what is to be read: a submission that is a link is not opened.

    Raises:
        SubmissionError: it is one.
    """
    if Path(path).is_symlink():
        raise SubmissionError(f"{path}: it is a symbolic link; send the folder or archive itself")


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
        (unfinished / _GONE).write_text(json.dumps(sorted(set(names) - written)), encoding="utf-8")
        for file in unfinished.iterdir():
            to_disk(file)
        finish_set(folder)
        unfinished.rename(folder / _READY)
        finish_set(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def finish_set(folder: Path) -> None:
    """Put the files of a set that was written in whole into place, where one waits for it.

    One whose list of names is torn is not whole: it is removed and the former set stays.
    """
    ready = folder / _READY
    if not ready.is_dir():
        return
    gone = ready / _GONE  # the last to go, so that what was begun can be begun again
    if gone.exists():
        try:
            names = [str(name) for name in json.loads(gone.read_text(encoding="utf-8"))]
        except (ValueError, TypeError):
            shutil.rmtree(ready)
            return
        for name in names:
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
