"""Audio files -> samples, through soundfile, and PyAV for what it cannot read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np

from clips.decoders import Block, Samples, blocks, check_length
from clips.errors import DecodeError
from clips.lengths import length_faults
from clips.pieces import Pieces, open_piece, pieces_of
from clips.sniff import HEAD_BYTES, Container, sniffed

LIMIT_S = 600.0
_CHECKED_S = 60.0  # beyond a line of speech a header's word is not taken
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
    container = sniffed(file.read(HEAD_BYTES))
    pieces = pieces_of(file, container)
    lengths: list[float] = []
    samples, rate_hz, faults = _gather(
        _blocks_of_all(file, container, pieces, limit_s, lengths), limit_s
    )
    if not np.isfinite(samples).all():
        bad = int(samples.size - np.isfinite(samples).sum())
        raise DecodeError(f"{bad} of its samples are not numbers (NaN or infinite)")
    said = length_faults(pieces, lengths)
    if said:  # of a file that was cut off, not the damage at its end too
        at_end = f"it is damaged after {sum(lengths):.1f} s"
        faults = [fault for fault in faults if not fault.startswith(at_end)]
    return Decoded(samples, rate_hz, tuple(dict.fromkeys((*said, *faults))))


def _blocks_of_all(
    file: BinaryIO,
    container: Container,
    pieces: Pieces,
    limit_s: float,
    lengths: list[float],
) -> Iterator[Block]:
    """The blocks of each piece in turn; `lengths` takes the seconds of each."""
    for number, piece in enumerate(pieces.all):
        held_s = 0.0
        reader = container if piece.held_s is None else replace(container, reader="av")
        try:
            for block in blocks(open_piece(file, pieces, piece), reader, limit_s):
                held_s += len(block.samples) / (block.rate_hz or 1)
                yield block
        except DecodeError as error:
            if number == 0:
                raise
            yield _nothing(f"after {sum(lengths):.1f} s {error}")
            return
        lengths.append(held_s)


def _nothing(fault: str) -> Block:
    return Block(np.empty((0, 0), np.float32), 0, fault)


def _gather(found: Iterator[Block], limit_s: float) -> tuple[Samples, int, list[str]]:
    kept: list[Samples] = []
    faults: list[str] = []
    frames, rate_hz, channels = 0, 0, 0
    for block in found:
        if not block.rate_hz:
            faults.append(block.fault)
            break
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
