"""What a file is, told from its first bytes: names and endings are only claims."""

import codecs
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from clips.errors import DecodeError

HEAD_BYTES = 4096
RAW_ENDINGS = frozenset(
    {".pcm", ".raw", ".l16", ".lpcm", ".s16", ".s16le", ".s16be", ".s24le", ".s32le", ".f32"}
    | {".f32le", ".ulaw", ".mulaw", ".alaw", ".u8", ".pcm16"}
)
AUDIO_ENDINGS = RAW_ENDINGS | frozenset(
    {".wav", ".wave", ".w64", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".mp4", ".aac"}
    | {".webm", ".mka", ".mkv", ".aif", ".aiff", ".aifc", ".au", ".snd", ".caf", ".wma", ".amr"}
    | {".3gp", ".wv", ".ape", ".tta", ".sph", ".nist", ".voc", ".gsm", ".spx", ".ac3", ".mp2"}
)
ARCHIVE_ENDINGS = frozenset(
    {".zip", ".tar", ".tgz", ".tzst", ".gz", ".zst", ".bz2", ".xz", ".rar", ".7z"}
)


@dataclass(frozen=True, slots=True)
class Container:
    """An audio container: who reads it and how FFmpeg calls it.

    Args:
        name: as in `AudioInfo.codec`.
        ffmpeg: name of FFmpeg's demuxer.
        reader: which library is asked first.
    """

    name: str
    ffmpeg: str
    reader: Literal["soundfile", "av"]


WAV = Container("wav", "wav", "soundfile")
OGG = Container("ogg", "ogg", "soundfile")
MP3 = Container("mp3", "mp3", "soundfile")
AAC = Container("aac", "aac", "av")

_MAGIC: tuple[tuple[int, bytes, Container], ...] = (
    (0, b"fLaC", Container("flac", "flac", "soundfile")),
    (0, b"OggS", OGG),
    (0, b"ID3", MP3),
    (4, b"ftyp", Container("mp4", "mov", "av")),
    (0, b"\x1aE\xdf\xa3", Container("matroska", "matroska", "av")),
    (0, b".snd", Container("au", "au", "soundfile")),
    (0, b"caff", Container("caf", "caf", "soundfile")),
    (0, b"riff.\x91\xcf\x11", Container("w64", "w64", "soundfile")),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Container("asf", "asf", "av")),
    (0, b"#!AMR", Container("amr", "amr", "av")),
)
_OTHERS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG", "a PNG image"),
    (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"GIF8", "a GIF image"),
    (8, b"WEBP", "a WebP image"),
    (0, b"%PDF", "a PDF document"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"PK\x05\x06", "a ZIP archive"),
    (0, b"\x1f\x8b", "a gzip file"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (257, b"ustar", "a tar archive"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ", "a program"),
    (0, b"PAR1", "a Parquet table"),
    (0, b"SQLite format 3", "a database"),
    (8, b"AVI ", "an AVI film"),
    (0, b"wvpk", "a WavPack file, which is not read; send WAV"),
    (0, b"MAC ", "a Monkey's Audio file, which is not read; send WAV"),
    (0, b"TTA1", "a TTA file, which is not read; send WAV"),
    (0, b"NIST_1A", "a NIST SPHERE file, which is not read; send WAV"),
    (0, b"Creative Voice File", "a VOC file, which is not read; send WAV"),
    (0, b"\x0b\x77", "an AC-3 file, which is not read; send WAV"),
)


def container_of(head: bytes) -> Container | None:
    """The audio container that starts with these bytes, ``None`` for anything else."""
    for offset, magic, container in _MAGIC:
        if head.startswith(magic, offset):
            return container
    if head[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return WAV
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return Container("aiff", "aiff", "soundfile")
    if len(head) > 3 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return _mpeg(head)
    return None


def _mpeg(head: bytes) -> Container | None:
    """MP3 or AAC (ADTS) by the fields of a frame header that may not take every value."""
    layer = head[1] >> 1 & 3
    if layer == 0:
        return AAC if head[1] & 0xF6 == 0xF0 and head[2] >> 2 & 15 < 13 else None
    free_or_bad_rate = head[2] >> 4 == 15 or head[2] >> 2 & 3 == 3
    reserved_version = head[1] >> 3 & 3 == 1
    return None if free_or_bad_rate or reserved_version else MP3


def told_in_words(head: bytes) -> str:
    """What a file that is not audio seems to be."""
    if not head:
        return "an empty file"
    for offset, magic, words in _OTHERS:
        if head.startswith(magic, offset):
            return words
    if head.startswith(b"version https://git-lfs"):
        return "a Git LFS pointer, not the audio that it stands for"
    if not head.strip(b"\0"):
        return "a file of zeros"
    return _kind_of_text(head) if is_text(head) else "no audio format known here"


def _kind_of_text(head: bytes) -> str:
    start = head.lstrip()[:64].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<?xml", b"<svg")):
        return "a web page or XML"
    return "a JSON text" if start.startswith((b"{", b"[")) else "a text"


def is_text(head: bytes) -> bool:
    """Whether bytes are UTF-8 without control characters."""
    if any(byte < 32 and byte not in b"\t\n\r\f" for byte in head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def sniffed(head: bytes) -> Container:
    """The container of a file by its first bytes.

    Raises:
        DecodeError: it is not audio.
    """
    container = container_of(head)
    if container is None:
        raise DecodeError(f"it is {told_in_words(head)}")
    return container


def is_audio(path: str) -> bool:
    """Whether a name ends like an audio file's."""
    return PurePosixPath(path).suffix.lower() in AUDIO_ENDINGS
