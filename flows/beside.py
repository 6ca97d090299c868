"""What lies beside a report: the audio of its clips, under names made of its digest."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from clips.drafts import whole
from clips.errors import DecodeError
from clips.sniff import RAW_ENDINGS
from clips.submission import Submission

AUDIO = "audio"
PLAYABLE = (".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".webm")
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
    digest = hashlib.sha256()
    with path.open("wb") as copy:
        while block := source.read(1 << 20):
            digest.update(block)
            copy.write(block)
    if digest.hexdigest() != sha256:
        raise DecodeError("its content changed since it was measured")
