"""Raw PCM: samples without a header, as speech services hand them out (`pcm_24000`, audio/L16).

With a format from submission.toml such a file is read as if it had a header; without one it is
named, with what its bytes and names suggest.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import SEEK_END, BufferedReader
from pathlib import PurePosixPath
from typing import BinaryIO, Literal, get_args

import numpy as np

from clips.names import shown
from clips.pieces import Piece, Window
from clips.sniff import HEAD_BYTES, RAW_ENDINGS, container_of, is_text, told_in_words
from clips.words import Name, Param, Path, Phrase, say

Coding = Literal[
    "s16le", "s16be", "s24le", "s24be", "s32le", "s32be", "f32le", "f32be", "u8", "mulaw", "alaw"
]
USUAL_RATE_HZ = 24_000
_LOOKED_AT = 1 << 16
_SMOOTH = 0.8  # mean step over mean size: about 1.2 for noise, under 0.6 for speech
_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000)
_WAV = {"u8": (1, 8), "s16le": (1, 16), "s24le": (1, 24), "s32le": (1, 32), "f32le": (3, 32)}
_WAV |= {"alaw": (6, 8), "mulaw": (7, 8)}
_AU = {"s16be": (3, 16), "s24be": (4, 24), "s32be": (5, 32), "f32be": (6, 32)}
_TYPES = {"s16le": "<i2", "s16be": ">i2", "s32le": "<i4", "s32be": ">i4"}
_TYPES |= {"f32le": "<f4", "f32be": ">f4", "u8": "u1"}


@dataclass(frozen=True, slots=True)
class Pcm:
    """How raw samples are stored; the names of codings are FFmpeg's."""

    rate: int = USUAL_RATE_HZ
    coding: Coding = "s16le"
    channels: int = 1

    def header(self, size: int) -> bytes:
        """A WAV header for so many bytes of samples, or an AU header where these are big-endian."""
        if self.coding in _AU:
            code, _ = _AU[self.coding]
            return b".snd" + struct.pack(">IIIII", 24, size, code, self.rate, self.channels)
        tag, bits = _WAV[self.coding]
        align = self.channels * bits // 8
        form = struct.pack("<HHIIHH", tag, self.channels, self.rate, self.rate * align, align, bits)
        body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", size)
        return b"RIFF" + struct.pack("<I", len(body) + size) + body


class _Wrapped(Window):
    """Raw samples behind a header; closes the file with it."""

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def is_raw(head: bytes, path: str) -> bool:
    """Whether a file holds samples and no header: by its ending, else by its bytes."""
    container = container_of(head)
    weak = container is not None and container.name in ("mp3", "aac") and head[:3] != b"ID3"
    has_ending = PurePosixPath(path).suffix.lower() in RAW_ENDINGS
    if (container is not None and not (weak and has_ending)) or is_text(head):
        return False
    if has_ending:
        return told_in_words(head) in ("no audio format known here", "a file of zeros")
    return told_in_words(head) == "no audio format known here" and guess_coding(head) is not None


def with_header(file: BinaryIO, path: str, pcm: Pcm | None) -> BinaryIO:
    """The file, behind a header where it is raw and its format is known."""
    if pcm is None:
        return file
    head = file.read(HEAD_BYTES)
    size = file.seek(0, SEEK_END)
    file.seek(0)
    if not is_raw(head, path):
        return file
    return BufferedReader(_Wrapped(file, Piece(0, size, pcm.header(size))))


def about(file: BinaryIO, path: str, hints: tuple[str, ...]) -> dict[str, Param]:
    """What a raw file seems to be and how to make it readable, for the words of `raw-pcm`.

    Args:
        file: the file.
        path: its path below the submission's root.
        hints: what the description says of the model and the voice.
    """
    file.seek(0)
    head = file.read(_LOOKED_AT)
    size = file.seek(0, SEEK_END)
    coding = guess_coding(head) or "s16le"
    rate, where = _guess_rate(path, hints)
    seconds = size / rate / (int(re.sub(r"\D", "", coding) or 8) // 8)
    name = PurePosixPath(path).name
    quoted = shown(name).replace('"', "")
    target = str(PurePosixPath(quoted).with_suffix(".wav"))
    files = {"source": Path(quoted, 120), "target": Path(target, 120)}
    how = "as its bytes run" if guess_coding(head) else "as is usual"
    command = f"ffmpeg -f {coding} -ar {rate} -ac 1 -i"
    return {
        "coding": coding,
        "how": how,
        "rate": str(rate),
        "where": where,
        "seconds": f"{seconds:.1f}",
        "command": say('{command} "{source}" "{target}"', command=command, **files),
    }


def guess_coding(head: bytes) -> Coding | None:
    """The coding in which the samples run smoothest, ``None`` where they do in none.

    Speech moves little from sample to sample; read with another width or byte order it is noise.
    """
    found = [(_roughness(samples), coding) for coding, samples in _readings(head)]
    smooth = sorted(one for one in found if one[0] < _SMOOTH)
    # floats read as integers run smoothly too, the other way round they leave their range
    floats = [coding for _, coding in smooth if coding.startswith("f")]
    return next(iter(floats or [coding for _, coding in smooth]), None)


def _readings(head: bytes) -> Iterator[tuple[Coding, np.ndarray]]:
    for coding in get_args(Coding):
        if coding in _TYPES:
            kind = np.dtype(_TYPES[coding])
            whole = head[: len(head) // kind.itemsize * kind.itemsize]
            with np.errstate(invalid="ignore"):
                samples = np.frombuffer(whole, kind).astype(np.float64)
            if kind.kind == "f" and not (np.isfinite(samples).all() and _is_unit(samples)):
                continue
            yield coding, samples


def _is_unit(samples: np.ndarray) -> bool:
    return bool(len(samples) and 1e-4 < np.abs(samples).max() <= 2.0)


def _roughness(samples: np.ndarray) -> float:
    if len(samples) < 64:
        return np.inf
    centred = samples - samples.mean()
    size = np.abs(centred).mean()
    return float(np.abs(np.diff(samples)).mean() / size) if size > 0 else np.inf


def _guess_rate(path: str, hints: tuple[str, ...]) -> tuple[int, Phrase]:
    """The rate that a name gives, and which one gives it."""
    by_hint = ((hint, say("by {hint}", hint=Name(hint))) for hint in hints)
    for text, where in ((path, say("by its path")), *by_hint):
        for number, kilo in re.findall(
            r"(?<![\d.])(\d{1,6}(?:\.\d+)?)\s*(k(?:hz)?)?", text.lower()
        ):
            rate = round(float(number) * (1_000 if kilo else 1))
            if rate in _RATES:
                return rate, where
    return USUAL_RATE_HZ, say("as most services give")
