"""Audio files -> samples and header facts, through soundfile, and PyAV for what it cannot read."""

import hashlib
import io
import math
from collections.abc import Iterator, Sequence
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
from clips.pieces import MOST_BYTES, Piece, Pieces, Window, pieces_of, wav_pieces
from clips.sniff import HEAD_BYTES, Container, container_of, told_in_words
from clips.table import AudioInfo
from clips.wav import WavHeader, is_joined, parse_wav, walk

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
    container = _container(file.read(HEAD_BYTES))
    pieces = pieces_of(file, container)
    lengths: list[float] = []
    samples, rate_hz, faults = _gather(
        _blocks_of_all(file, container, pieces, limit_s, lengths), limit_s
    )
    if not np.isfinite(samples).all():
        bad = int(samples.size - np.isfinite(samples).sum())
        raise DecodeError(f"{bad} of its samples are not numbers (NaN or infinite)")
    said = _said(pieces, lengths)
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
            for block in blocks(_piece(file, pieces, piece), reader, limit_s):
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


def _piece(file: BinaryIO, pieces: Pieces, piece: Piece) -> BinaryIO:
    file.seek(0)
    if len(pieces.all) == 1 and not piece.start and not piece.head:
        return file
    return io.BufferedReader(Window(file, piece))


def _said(pieces: Pieces, lengths: Sequence[float]) -> list[str]:
    """Where the header and the file part; nothing where not all pieces could be read."""
    first, held_s = pieces.all[0], sum(lengths)
    if len(lengths) < len(pieces.all) or not held_s:
        return []
    faults = ["it breaks off within its last page"] if pieces.is_cut else []
    all_s = held_s * (1 + pieces.left / max(pieces.all[-1].end, 1))
    if all_s - held_s > 2 * SAME_LENGTH_S:
        return [
            f"header says {held_s:.1f} s, file has bytes for {all_s:.1f} s. What lies behind was"
            " not read; write it as one recording",
            *faults,
        ]
    said_s = (lengths[0] if first.said_s is None else first.said_s) * pieces.said_share
    if said_s - held_s > SAME_LENGTH_S:
        return [f"header says {said_s:.1f} s, file holds {held_s:.1f} s", *faults]
    if held_s - said_s <= SAME_LENGTH_S:
        return faults
    how = f" in {len(pieces.all)} pieces one behind the other" if len(pieces.all) > 1 else ""
    return [
        f"header says {said_s:.1f} s, file holds {held_s:.1f} s{how}. Many programs stop after"
        " what the header says; write it as one recording",
        *faults,
    ]


def _container(head: bytes) -> Container:
    container = container_of(head)
    if container is None:
        raise DecodeError(f"it is {told_in_words(head)}")
    return container


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


def probe(file: BinaryIO) -> AudioInfo:
    """What the header says and the digest of all bytes; little is decoded.

    Raises:
        DecodeError: not audio, or a header that cannot be read.
    """
    sha256, info = digest(file)
    if info is not None:
        return info
    file.seek(0)
    return replace(read_header(file), sha256=sha256)


def digest(file: BinaryIO) -> tuple[str, AudioInfo | None]:
    """The digest of all bytes, and the facts where they need no library (plain WAV).

    Raises:
        DecodeError: not audio.
    """
    sha256 = hashlib.sha256()
    head = file.read(_HASH_BLOCK)
    size, joined, tail = len(head), is_joined(head), head[-16:]
    sha256.update(head)
    while block := file.read(_HASH_BLOCK):
        sha256.update(block)
        size += len(block)
        joined = joined or is_joined(b"\0" + tail + block)
        tail = block[-16:]
    container = _container(head[:HEAD_BYTES])
    header = parse_wav(head, size) if container.name == "wav" else None
    if header is None:
        return sha256.hexdigest(), None
    is_right = header.said_frames == header.held_frames and header.end + 1 >= size and not joined
    if is_right or size > MOST_BYTES:
        seconds = header.held_frames / header.rate_hz
        return sha256.hexdigest(), _info_of(header, seconds, sha256.hexdigest())
    file.seek(0)
    return sha256.hexdigest(), _wav_info(file.read(), header, sha256.hexdigest())


def read_header(file: BinaryIO) -> AudioInfo:
    """The facts by the library that reads the format; the digest is left empty.

    The length is that of all pieces. One beyond a minute is decoded: a wrong one decides over the
    whole voice, and a header's word is cheap.

    Raises:
        DecodeError: not audio, or a header that cannot be read.
    """
    container = _container(file.read(HEAD_BYTES))
    pieces = pieces_of(file, container)
    infos = list(_infos(file, container, pieces))
    lengths = [info.duration_s for info in infos]
    faults = tuple(_said(pieces, lengths))
    info = replace(infos[0], duration_s=sum(lengths), faults=faults)
    return _checked(file, info) if info.duration_s > _CHECKED_S else info


def _infos(file: BinaryIO, container: Container, pieces: Pieces) -> Iterator[AudioInfo]:
    """The facts of each piece, as long as they can be read and are alike."""
    first: AudioInfo | None = None
    for piece in pieces.all:
        try:
            info = _library_info(_piece(file, pieces, piece), container, "")
        except DecodeError:
            if first is None:
                raise
            return
        if first and (first.sample_rate_hz, first.channels) != (info.sample_rate_hz, info.channels):
            return
        first = first or info
        yield info if piece.held_s is None else replace(info, duration_s=piece.held_s)


def _checked(file: BinaryIO, info: AudioInfo) -> AudioInfo:
    """The facts with the decoded length, where it is decoded within the limit."""
    file.seek(0)
    try:
        decoded = decode(file)
    except DecodeError:
        return info
    seconds = decoded.samples.shape[1] / decoded.rate_hz
    return replace(info, duration_s=seconds, faults=decoded.faults)


def _wav_info(content: bytes, header: WavHeader, sha256: str) -> AudioInfo | None:
    """The facts of a WAV file from its headers; ``None`` where they are not enough."""
    runs = walk(content)
    headers = [run.header for run in runs if run.header]
    if not headers or len(headers) < len(runs):
        return None
    lengths = [h.held_frames / h.rate_hz for h in headers if _form(h) == _form(headers[0])]
    faults = tuple(_said(wav_pieces(runs, len(content)), lengths))
    return _info_of(header, sum(lengths), sha256, faults)


def _form(header: WavHeader) -> tuple[int, int]:
    return header.rate_hz, header.channels


def _info_of(
    header: WavHeader, seconds: float, sha256: str, faults: tuple[str, ...] = ()
) -> AudioInfo:
    codec = f"wav/{header.subtype}"
    return AudioInfo(sha256, seconds, header.rate_hz, header.channels, codec, faults)


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
