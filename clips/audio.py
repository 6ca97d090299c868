"""Audio files -> samples and header facts, through soundfile, and PyAV for what it cannot read."""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np

from clips.decoders import (
    SAME_LENGTH_S,
    Block,
    Samples,
    Steady,
    av_duration_s,
    blocks,
    check_length,
    open_av,
)
from clips.errors import DecodeError
from clips.sniff import HEAD_BYTES, Container, container_of, told_in_words
from clips.table import AudioInfo
from clips.wav import WavHeader, parse_wav

LIMIT_S = 600.0
_HASH_BLOCK = 1 << 20


@dataclass(frozen=True)
class Decoded:
    """The content of an audio file.

    Args:
        samples: shape ``(channels, n_samples)``, float32, finite, nominally in [-1, 1].
        rate_hz: sample rate.
        faults: what was wrong and did not keep the file from being read.
    """

    samples: Samples
    rate_hz: int
    faults: tuple[str, ...] = ()


def decode(file: BinaryIO, limit_s: float = LIMIT_S) -> Decoded:
    """Decode an audio file of any usual format.

    Raises:
        DecodeError: not audio, damaged from its start, without a sample, with samples that are not
            numbers, or longer than `limit_s`.
    """
    try:
        return _decode(file, limit_s)
    except OSError as error:
        raise DecodeError(f"it cannot be read ({error.strerror or error})") from None


def _decode(file: BinaryIO, limit_s: float) -> Decoded:
    head = file.read(HEAD_BYTES)
    container = _container(head)
    said_s = _said_by_wav(head, file) if container.name == "wav" else None
    file.seek(0)
    samples, rate_hz, faults = _gather(blocks(file, container, limit_s), limit_s)
    if not np.isfinite(samples).all():
        bad = int(samples.size - np.isfinite(samples).sum())
        raise DecodeError(f"{bad} of its samples are not numbers (NaN or infinite)")
    held_s = samples.shape[1] / rate_hz
    if said_s is not None and said_s - held_s > SAME_LENGTH_S:
        faults = [f"header says {said_s:.1f} s, file holds {held_s:.1f} s", *faults]
    return Decoded(samples, rate_hz, tuple(faults))


def _container(head: bytes) -> Container:
    container = container_of(head)
    if container is None:
        raise DecodeError(f"it is {told_in_words(head)}")
    return container


def _said_by_wav(head: bytes, file: BinaryIO) -> float | None:
    header = parse_wav(head, file.seek(0, 2))
    return header.said_frames / header.rate_hz if header else None


def _gather(found: Iterator[Block], limit_s: float) -> tuple[Samples, int, list[str]]:
    kept: list[Samples] = []
    faults: list[str] = []
    frames, rate_hz, channels = 0, 0, 0
    for block in found:
        if kept and (block.rate_hz, block.samples.shape[1]) != (rate_hz, channels):
            faults.append(f"rate or channels change after {frames / rate_hz:.1f} s")
            break
        rate_hz, channels = block.rate_hz, block.samples.shape[1]
        if block.fault:
            faults.append(block.fault)
        if len(block.samples):
            frames += len(block.samples)
            check_length(frames / rate_hz, frames * channels, limit_s)
            kept.append(block.samples)
    if not frames:
        raise DecodeError(faults[0] if faults else "it holds no sample")
    samples = np.empty((channels, frames), np.float32)
    at = 0
    for part in kept:
        samples[:, at : at + len(part)] = part.T
        at += len(part)
    return samples, rate_hz, faults


def probe(file: BinaryIO) -> AudioInfo:
    """What the header says and the digest of all bytes; nothing is decoded.

    Raises:
        DecodeError: not audio, or a header that cannot be read.
    """
    sha256, info = digest(file)
    if info is not None:
        return info
    file.seek(0)
    return replace(read_header(file), sha256=sha256)


def digest(file: BinaryIO) -> tuple[str, AudioInfo | None]:
    """The digest of all bytes, and what the header says where that needs no library (plain WAV).

    Raises:
        DecodeError: not audio.
    """
    sha256 = hashlib.sha256()
    head = file.read(_HASH_BLOCK)
    size = len(head)
    sha256.update(head)
    while block := file.read(_HASH_BLOCK):
        sha256.update(block)
        size += len(block)
    container = _container(head[:HEAD_BYTES])
    header = parse_wav(head, size) if container.name == "wav" else None
    return sha256.hexdigest(), _wav_info(header, sha256.hexdigest()) if header else None


def read_header(file: BinaryIO) -> AudioInfo:
    """What the header says, by the library that reads the format; the digest is left empty.

    Raises:
        DecodeError: not audio, or a header that cannot be read.
    """
    container = _container(file.read(HEAD_BYTES))
    file.seek(0)
    return _library_info(file, container, "")


def _wav_info(header: WavHeader, sha256: str) -> AudioInfo:
    seconds = header.said_frames / header.rate_hz
    return AudioInfo(sha256, seconds, header.rate_hz, header.channels, f"wav/{header.subtype}")


def _library_info(file: BinaryIO, container: Container, sha256: str) -> AudioInfo:
    if container.reader == "soundfile":
        import soundfile

        try:
            with soundfile.SoundFile(Steady(file)) as sound:
                coding = "" if container.name == "mp3" else f"/{sound.subtype.lower()}"
                frames = sound.frames if sound.frames < 1 << 62 else 0
                return AudioInfo(
                    sha256,
                    frames / sound.samplerate,
                    sound.samplerate,
                    sound.channels,
                    container.name + coding,
                )
        except (soundfile.LibsndfileError, RuntimeError, ZeroDivisionError):
            file.seek(0)
    with open_av(file, container) as opened:
        stream = opened.streams.audio[0]
        seconds = av_duration_s(opened, stream)
        if not stream.rate or not stream.channels or not math.isfinite(seconds):
            raise DecodeError("its header gives no sample rate or no channel")
        coding = f"/{stream.codec_context.name.removesuffix('float')}"
        return AudioInfo(
            sha256, seconds, int(stream.rate), int(stream.channels), container.name + coding
        )
