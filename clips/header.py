"""What an audio file is by its header, and the digest of its bytes; little is decoded."""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from clips.audio import decode
from clips.decoders import Steady, av_duration_s, open_av
from clips.errors import DecodeError
from clips.lengths import length_faults
from clips.pieces import MOST_BYTES, Pieces, open_piece, pieces_of, wav_pieces
from clips.sniff import HEAD_BYTES, Container, sniffed
from clips.table import AudioInfo
from clips.wav import WavHeader, is_joined, parse_wav, walk

_CHECKED_S = 60.0  # beyond a line of speech a header's word is not taken
_HASH_BLOCK = 1 << 20


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
    container = sniffed(head[:HEAD_BYTES])
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
    container = sniffed(file.read(HEAD_BYTES))
    pieces = pieces_of(file, container)
    infos = list(_infos(file, container, pieces))
    lengths = [info.duration_s for info in infos]
    faults = tuple(length_faults(pieces, lengths))
    info = replace(infos[0], duration_s=sum(lengths), faults=faults)
    return _checked(file, info) if info.duration_s > _CHECKED_S else info


def _infos(file: BinaryIO, container: Container, pieces: Pieces) -> Iterator[AudioInfo]:
    """The facts of each piece, as long as they can be read and are alike."""
    first: AudioInfo | None = None
    for piece in pieces.all:
        try:
            info = _library_info(open_piece(file, pieces, piece), container, "")
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
    faults = tuple(length_faults(wav_pieces(runs, len(content)), lengths))
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
