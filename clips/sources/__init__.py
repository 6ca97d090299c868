"""Where a submission lies: a folder, an archive or an object store, all read alike."""

import re
import tarfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from clips.errors import SubmissionError
from clips.limits import DEFAULT_LIMITS, Limits
from clips.sources.base import Entry, Listing, Source
from clips.sources.blob import Blob, LocalBlob, RemoteBlob, file_system, remote_errors
from clips.sources.folder import FolderSource

__all__ = ["Entry", "Listing", "Source", "open_source"]

_ADDRESS = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
_ENDING = re.compile(r"(\.tar)?\.(zip|tar|tgz|tzst|gz|zst)$", re.IGNORECASE)


def open_source(path: str | Path, limits: Limits = DEFAULT_LIMITS) -> Source:
    """The source at a path or address.

    Raises:
        SubmissionError: nothing is there, or nothing that a submission can lie in.
    """
    if isinstance(path, str) and _ADDRESS.match(path):
        parts = urlsplit(path)
        if parts.scheme.lower() != "file":
            return _remote(path, limits)
        path = unquote(parts.path)
    place = Path(path)
    try:
        if place.is_dir():
            return FolderSource(place.resolve(), limits)
        if place.is_file():
            return _archive(LocalBlob(place.resolve()), _ENDING.sub("", place.name), limits)
    except (OSError, ValueError) as error:
        raise SubmissionError(f"{path}: it cannot be read ({error})") from None
    raise SubmissionError(
        f"{path}: there is no such folder or archive. Give the folder of a submission, a .zip,"
        " .tar, .tar.gz or .tar.zst, or an address such as s3://bucket/prefix"
    )


def _remote(url: str, limits: Limits) -> Source:
    from clips.sources.remote import RemoteSource

    system, path = file_system(url)
    try:
        with remote_errors():
            is_file = system.isfile(path)
        if not is_file:
            return RemoteSource(url, limits)
        name = _ENDING.sub("", url.rstrip("/").rpartition("/")[2])
        return _archive(RemoteBlob(url), name, limits)
    except OSError as error:
        raise SubmissionError(f"{url}: it cannot be read ({error})") from None


def _archive(blob: Blob, name: str, limits: Limits) -> Source:
    from clips.sources.tar import TarSource, unpacked
    from clips.sources.zip import ZipSource

    with blob.open() as file:
        head = file.read(512)
        size = file.seek(0, 2)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ZipSource(blob, name, limits)
    if head.startswith(b"\x1f\x8b"):
        return unpacked(blob, "gzip", name, limits)
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return unpacked(blob, "zstd", name, limits)
    if _is_tar(head):
        return TarSource(blob, name, limits, size, blob.label)
    raise SubmissionError(
        f"{blob.label}: this file is no archive known here. Pack the submission as .zip, .tar,"
        " .tar.gz or .tar.zst, or give its folder"
    )


def _is_tar(head: bytes) -> bool:
    try:
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True
