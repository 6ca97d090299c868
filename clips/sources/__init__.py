"""Where a submission lies: a folder, an archive or an object store, all read alike."""

from pathlib import Path

from clips.errors import SubmissionError
from clips.limits import DEFAULT_LIMITS, Limits
from clips.sources.base import Entry, Listing, Source
from clips.sources.folder import FolderSource

__all__ = ["Entry", "Listing", "Source", "open_source"]


def open_source(path: str | Path, limits: Limits = DEFAULT_LIMITS) -> Source:
    """The source at a path.

    Raises:
        SubmissionError: nothing is there, or nothing that a submission can lie in.
    """
    place = Path(path)
    if place.is_dir():
        return FolderSource(place.resolve(), limits)
    raise SubmissionError(f"{path}: there is no such folder. Give the folder of a submission")
