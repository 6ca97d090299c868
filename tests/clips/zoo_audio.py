"""Zoo: audio files that are broken, lie, or are something else."""

import io
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from tests.clips.zoo import VOICE, Case

Spoil = Callable[[Path], None]


def put(content: bytes, name: str = "0.wav") -> Spoil:
    """Other bytes in the place of an audio file, or beside it."""

    def spoil(root: Path) -> None:
        (root / VOICE / name).write_bytes(content)

    return spoil


def encoded(kind: str = "WAV", subtype: str = "PCM_16", rate_hz: int = 24_000) -> bytes:
    file = io.BytesIO()
    samples = np.sin(np.arange(rate_hz // 2) / 20) * 0.2
    soundfile.write(file, samples, rate_hz, subtype, format=kind)
    return file.getvalue()


def patched(content: bytes, at: int, new: bytes) -> bytes:
    return content[:at] + new + content[at + len(new) :]


def cut(name: str, kind: str, subtype: str, share: float) -> Spoil:
    content = encoded(kind, subtype)
    return put(content[: int(len(content) * share)], name)


def m4a(share: float) -> Spoil:
    def spoil(root: Path) -> None:
        path = root / VOICE / "x.m4a"
        command = f"ffmpeg -v error -f lavfi -i sine=d=1 -c:a aac {path}"
        subprocess.run(command.split(), check=True)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return spoil


def sparse(root: Path) -> None:
    """A file of five gigabytes of nothing."""
    with (root / VOICE / "0.wav").open("r+b") as file:
        file.truncate(5 << 30)


def copied(root: Path) -> None:
    (root / VOICE / "1.wav").write_bytes((root / VOICE / "0.wav").read_bytes())


WAV = encoded()
UNREADABLE = {
    "empty": b"",
    "one-byte": b"R",
    "text": b"This is no audio, it is a text.",
    "html": b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
    "json": b'{"error": {"message": "quota exceeded"}}',
    "png": b"\x89PNG\r\n\x1a\n" + bytes(500),
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(500),
    "zip": b"PK\x03\x04" + bytes(500),
    "pdf": b"%PDF-1.7\n" + bytes(100),
    "program": b"\x7fELF\x02\x01\x01" + bytes(500),
    "zeros": bytes(10_000),
    "ones": b"\xff" * 10_000,
    "lfs-pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    "playlist": b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n#EXTINF:1,\nfile:///etc/passwd\n",
    "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n",
    "riff-only": b"RIFF\x24\0\0\0WAVE",
    "riff-avi": b"RIFF\x24\0\0\0AVI LIST" + bytes(100),
    "wav-no-data": WAV[:36],
    "wav-no-format": b"RIFF\x24\0\0\0WAVEdata\x08\0\0\0" + bytes(8),
    "wav-zero-channels": patched(WAV, 22, b"\0\0"),
    "wav-zero-rate": patched(WAV, 24, bytes(4)),
    "wav-odd-codec": patched(WAV, 20, b"\x99\x99"),
    "wav-half-header": WAV[:30],
    "ogg-magic-only": b"OggS" + bytes(200),
    "flac-magic-only": b"fLaC" + bytes(200),
    "mp3-magic-only": b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + bytes(200),
    "mp4-magic-only": b"\0\0\0\x18ftypM4A " + bytes(200),
    "mp4-huge-box": b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42\xff\xff\xff\xffmoov" + bytes(200),
    "webm-magic-only": b"\x1aE\xdf\xa3" + bytes(200),
    "asf-magic-only": b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(200),
    "caf-magic-only": b"caff\0\1\0\0" + bytes(200),
    "aiff-magic-only": b"FORM\0\0\1\0AIFF" + bytes(200),
    "au-magic-only": b".snd" + struct.pack(">IIIII", 24, 0xFFFFFFFF, 999, 0, 0) + bytes(100),
    "w64-magic-only": b"riff.\x91\xcf\x11" + bytes(200),
}
CASES = [
    *(Case(f"audio-{name}", put(data), "unreadable-audio") for name, data in UNREADABLE.items()),
    Case("audio-image-mp3", put(b"\x89PNG\r\n\x1a\n" + bytes(500), "x.mp3"), "unreadable-audio"),
    Case("audio-unlabelled", put(encoded(rate_hz=8_000), "x.wav"), "unlabelled-audio"),
    Case("audio-twice", copied, "duplicate-audio"),
    Case("audio-five-gigabytes", sparse, "over-limit"),
    Case("audio-raw-pcm", put(WAV[44:], "x.pcm"), "raw-pcm"),
    Case("audio-raw-pcm-named-wav", put(WAV[44:], "x.wav"), "raw-pcm"),
    Case("audio-raw-big-endian", put(encoded("AU")[24:], "x.l16"), "raw-pcm"),
    Case("audio-raw-pcm-text", put(b'{"error": "quota exceeded"}', "x.pcm"), "unreadable-audio"),
    Case("audio-raw-pcm-empty", put(b"", "x.pcm"), "unreadable-audio"),
    Case("audio-wavpack", put(b"wvpk" + bytes(500), "x.wv"), "unreadable-audio"),
    Case("audio-joined", put(WAV + WAV), "damaged-audio"),
    Case("audio-joined-often", put(WAV * 200), "damaged-audio"),
    Case("audio-joined-flac", put(encoded("FLAC") * 2, "x.flac"), "damaged-audio"),
    Case("audio-joined-mp3", put(encoded("MP3", "MPEG_LAYER_III") * 2, "x.mp3"), "damaged-audio"),
    Case("audio-chained-ogg", put(encoded("OGG", "VORBIS") * 2, "x.ogg"), "damaged-audio"),
    Case("audio-header-counts-half", put(patched(WAV, 40, b"\0\x17\0\0")), "damaged-audio"),
    Case("audio-wav-cut", cut("x.wav", "WAV", "PCM_16", 0.5), "damaged-audio"),
    Case("audio-m4a-cut", m4a(0.5), "unreadable-audio"),
    Case("audio-ogg-cut", cut("x.ogg", "OGG", "VORBIS", 0.05), "unreadable-audio"),
    Case("audio-flac-cut-header", cut("x.flac", "FLAC", "PCM_16", 0.002), "unreadable-audio"),
]
