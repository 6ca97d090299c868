"""A submission below an address that fsspec knows: `s3://`, `gs://` and others."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from clips.errors import SubmissionError
from clips.limits import Limits
from clips.sources.archive import bounded, member
from clips.sources.base import Entry, Listing
from clips.sources.blob import IN_MEMORY_BYTES, file_system, remote_errors


@dataclass(frozen=True)
class RemoteSource:
    """A folder or prefix in a store; files are read one at a time and never kept on disk.

    Args:
        url: the address.
        limits: how much is listed.
    """

    url: str
    limits: Limits

    @property
    def name(self) -> str:
        return self.url.rstrip("/").rpartition("/")[2]

    @property
    def threads(self) -> int:
        return 16  # waiting for the store, not computing

    def listing(self) -> Listing:
        try:
            with remote_errors():
                return bounded(self._entries(), 1 << 62, self.limits)
        except OSError as error:
            raise SubmissionError(f"{self.url}: it cannot be listed ({error})") from None

    def _entries(self) -> Iterator[Entry]:
        system, root = file_system(self.url)
        root = root.rstrip("/")
        for folder, _, files in system.walk(root, detail=True, on_error="raise"):
            for name, info in files.items():
                path = f"{folder.rstrip('/')}/{name}".removeprefix(root).removeprefix("/")
                if path and info.get("type") == "file" and not info.get("islink"):
                    yield member(path, int(info.get("size") or 0))
                elif path and info.get("type") != "directory":
                    yield member(path, 0, "it is a link or a device, not a file")

    def open(self, path: str) -> BinaryIO:
        system, root = file_system(self.url)
        place = f"{root.rstrip('/')}/{path}"
        with remote_errors():
            if system.size(place) <= IN_MEMORY_BYTES:
                return io.BytesIO(system.cat_file(place))
            opened: BinaryIO = system.open(place, "rb", block_size=1 << 22)
            return opened
