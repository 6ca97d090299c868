"""What lies beside a report: the audio of its clips, under names made of its digest."""

import fcntl
import hashlib
import io
import re
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from clips.drafts import whole
from clips.errors import DecodeError
from clips.sniff import RAW_ENDINGS
from clips.submission import Submission

AUDIO = "audio"
PLAYABLE = (".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".webm")
_SHARE_BLOCKS = 0x40049409  # FICLONE of linux/fs.h
_OURS = re.compile(r"[0-9a-f]{24}\.[a-z0-9]+")


def copy_audio(submission: Submission, folder: Path) -> dict[str, str]:
    """Put the audio beside the report under names made of its digest; what is there stays."""
    folder.mkdir(parents=True, exist_ok=True)
    urls: dict[str, str] = {}
    for clip in submission.clips:
        if clip.audio is None:
            continue
        suffix = PurePosixPath(clip.path).suffix.lower()
        if suffix in RAW_ENDINGS and clip.audio.codec.startswith("wav/"):
            suffix = ".wav"
        name = clip.audio.sha256[:24] + (suffix if suffix in PLAYABLE else ".audio")
        target = folder / name
        if not target.exists():
            try:
                with submission.open_audio(clip) as source, whole(target) as path:
                    _copy(source, path, clip.audio.sha256)
            except (DecodeError, OSError):
                continue
        urls[clip.clip_id] = f"{folder.name}/{name}"
    return urls


def drop_beside(folder: Path, urls: Iterable[str]) -> None:
    """Remove what only a former report has beside it."""
    wanted = {PurePosixPath(url).name for url in urls}
    for file in folder.iterdir():
        if _OURS.fullmatch(file.name) and file.name not in wanted:
            file.unlink()


def _copy(source: BinaryIO, path: Path, sha256: str) -> None:
    """Copy a file whose bytes have this digest.

    Raises:
        DecodeError: they have another.
    """
    with path.open("w+b") as copy:
        if not _shares_blocks(source, copy):
            shutil.copyfileobj(source, copy, 1 << 20)
        copy.seek(0)
        if hashlib.file_digest(copy, "sha256").hexdigest() != sha256:
            raise DecodeError("its content changed since it was measured")


def _shares_blocks(source: BinaryIO, copy: BinaryIO) -> bool:
    """Let the copy have the file's blocks until one of them is written to: it takes no room.

    Returns:
        Whether it has them; not every file system can do that, and Btrfs and XFS can.
    """
    if not isinstance(getattr(source, "raw", None), io.FileIO):
        return False
    try:
        fcntl.ioctl(copy, _SHARE_BLOCKS, source.fileno())
    except OSError:
        return False
    return True
