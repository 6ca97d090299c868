"""Where one file holds several recordings, or more than its header counts: its pieces.

A server that streams speech in chunks often writes a whole file for each and joins their bytes.
Most programs, libsndfile among them, read the first and leave the rest without a word.
"""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from clips import flac, mpeg, wav
from clips.positioned import Positioned
from clips.sniff import Container

MOST_BYTES = 256 << 20  # a larger file is longer than any limit on speech
_MOST_PIECES = 10_000
_SAME_S = 0.1
_STARTS = {
    "flac": re.compile(rb"fLaC[\x00\x80]\x00\x00\x22"),
    "matroska": re.compile(rb"\x1aE\xdf\xa3.{1,60}?B\x82.(?:webm|matroska)", re.DOTALL),
    "asf": re.compile(re.escape(bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"))),
    "amr": re.compile(rb"#!AMR(?:-WB)?\n"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a file that can be decoded as a file of its own.

    Args:
        start: first byte.
        end: byte after the last.
        head: header to put before it, where it has none that is right.
        said_s: length by a header that is wrong, ``None`` where none is known to be.
        held_s: length by the frames, where no header tells it rightly; FFmpeg reads them all,
            while libsndfile would stop where it thinks that the end is.
    """

    start: int
    end: int
    head: bytes = b""
    said_s: float | None = None
    held_s: float | None = None


@dataclass(frozen=True, slots=True)
class Pieces:
    """What lies in a file.

    Args:
        all: its pieces in order.
        left: bytes behind them that may be samples and are not read.
        said_share: samples by the header over those that there are bytes for, of the last piece.
        is_cut: whether the file breaks off within a unit that has a size.
    """

    all: tuple[Piece, ...]
    left: int = 0
    said_share: float = 1.0
    is_cut: bool = False


class Window(Positioned):
    """A piece of an open file as a file of its own; the file itself stays open.

    Args:
        file: the open file.
        piece: which bytes of it, and what stands before them.
    """

    def __init__(self, file: BinaryIO, piece: Piece) -> None:
        super().__init__(len(piece.head) + piece.end - piece.start)
        self._file, self._piece = file, piece

    def readinto(self, buffer: Any) -> int:
        head = self._piece.head
        block = head[self._at : self._at + len(buffer)]
        if not block:
            inside = self._at - len(head)
            wanted = min(len(buffer), max(0, self._size - self._at))
            self._file.seek(self._piece.start + inside)
            block = self._file.read(wanted)
        buffer[: len(block)] = block
        self._at += len(block)
        return len(block)


def pieces_of(file: BinaryIO, container: Container) -> Pieces:
    """The pieces of an audio file; one that is too large to look through is taken as one."""
    size = file.seek(0, io.SEEK_END)
    whole = Pieces((Piece(0, size),))
    if size > MOST_BYTES:
        return whole
    file.seek(0)
    content = file.read()
    found = _FINDERS.get(container.name, _by_starts)(content, container.name)
    return found if 0 < len(found.all) <= _MOST_PIECES else whole


def wav_pieces(found: tuple[wav.WavData, ...], size: int) -> Pieces:
    """The pieces of a WAV file by its runs of samples."""
    said_share = found[-1].said_share if found else 1.0
    if len(found) < 2:
        return Pieces((Piece(0, size),), said_share=said_share)
    pieces = tuple(Piece(data.start, data.end, data.head) for data in found)
    return Pieces(pieces, said_share=said_share)


def _wav(content: bytes, name: str) -> Pieces:
    del name
    return wav_pieces(wav.walk(content), len(content))


def _split(content: bytes, starts: list[int]) -> Pieces:
    ends = [*starts[1:], len(content)]
    return Pieces(tuple(Piece(a, b) for a, b in zip(starts, ends, strict=True)))


def _by_starts(content: bytes, name: str) -> Pieces:
    pattern = _STARTS.get(name)
    found = [match.start() for match in pattern.finditer(content)] if pattern else []
    return _split(content, [0, *(at for at in found if at)])


def _ogg(content: bytes, name: str) -> Pieces:
    """Links of a chain: pages that begin a stream, after pages that do not."""
    del name
    starts, began, at = [0], True, 0
    while (page := content.find(b"OggS", at)) >= 0 and page + 27 <= len(content):
        begins = bool(content[page + 5] & 2)
        if begins and not began:
            starts.append(page)
        began = begins
        table = content[page + 27 : page + 27 + content[page + 26]]
        at = page + 27 + len(table) + sum(table)
    return replace(_split(content, starts), is_cut=at > len(content))


def _mp3(content: bytes, name: str) -> Pieces:
    del name
    runs = mpeg.runs(content)
    return Pieces(
        tuple(
            Piece(r.start, r.end, said_s=r.said_s, held_s=None if r.is_tagged else r.held_s)
            for r in runs
        )
    )


def _flac(content: bytes, name: str) -> Pieces:
    return Pieces(tuple(_flac_piece(content, p) for p in _by_starts(content, name).all))


def _flac_piece(content: bytes, piece: Piece) -> Piece:
    found = flac.stream(content[piece.start : piece.end])
    if found is None or not found.held:
        return piece
    said_s, held_s = found.said / found.rate_hz, found.held / found.rate_hz
    if abs(said_s - held_s) <= _SAME_S:
        return piece
    start = piece.start + len(found.head)
    return Piece(start, piece.end, found.head, said_s if found.said else None, held_s)


def _mp4(content: bytes, name: str) -> Pieces:
    """Files one after another: each begins with `ftyp` and has a `moov` of its own."""
    del name
    starts, has_index, at = [0], False, 0
    while at + 8 <= len(content):
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16], "big")
        if kind == b"ftyp" and has_index:
            starts.append(at)
            has_index = False
        has_index |= kind == b"moov"
        if size < 8:
            break
        at += size
    return _split(content, starts)


def _sized(end_of: Callable[[bytes, int], int]) -> Callable[[bytes, str], Pieces]:
    """A finder for containers that say in their header where they end."""

    def find(content: bytes, name: str) -> Pieces:
        del name
        found = list(_chain(content, end_of))
        if not found:
            return Pieces(())
        last = found[-1]
        left = content[last.end :]
        said, held = (end - last.start for end in (end_of(content, last.start), last.end))
        share = 1.0 if wav.is_unknown(said, held) else max(1.0, said / max(held, 1))
        return Pieces(tuple(found), len(left) if wav.may_be_samples(left) else 0, share)

    return find


def _chain(content: bytes, end_of: Callable[[bytes, int], int]) -> Iterator[Piece]:
    at, mark = 0, content[:4]
    while content.startswith(mark, at):
        end = end_of(content, at)
        end = end if at < end <= len(content) else len(content)
        yield Piece(at, end)
        at = end + (end % 2 and not content.startswith(mark, end))
        if at >= len(content):
            return


def _aiff_end(content: bytes, at: int) -> int:
    return at + 8 + int.from_bytes(content[at + 4 : at + 8], "big")


def _au_end(content: bytes, at: int) -> int:
    offset, size = (int.from_bytes(content[at + n : at + n + 4], "big") for n in (4, 8))
    return len(content) if size == 0xFFFFFFFF else at + offset + size


def _w64_end(content: bytes, at: int) -> int:
    return at + int.from_bytes(content[at + 16 : at + 24], "little")


def _caf_end(content: bytes, at: int) -> int:
    at += 8
    while at + 12 <= len(content) and content[at : at + 4].isalpha():
        size = int.from_bytes(content[at + 4 : at + 12], "big", signed=True)
        if size < 0 or at + 12 + size > len(content):
            return len(content) if size < 0 else at + 12 + size
        at += 12 + size
        if content.startswith(b"caff", at):
            return at
    return at


_FINDERS: dict[str, Callable[[bytes, str], Pieces]] = {
    "flac": _flac,
    "wav": _wav,
    "ogg": _ogg,
    "mp3": _mp3,
    "mp4": _mp4,
    "aiff": _sized(_aiff_end),
    "au": _sized(_au_end),
    "w64": _sized(_w64_end),
    "caf": _sized(_caf_end),
}


def open_piece(file: BinaryIO, pieces: Pieces, piece: Piece) -> BinaryIO:
    """One piece of a file as a file."""
    file.seek(0)
    if len(pieces.all) == 1 and not piece.start and not piece.head:
        return file
    return io.BufferedReader(Window(file, piece))
