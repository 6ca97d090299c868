"""The header of a WAV file, read by hand: cheap enough for tens of thousands of files.

Libraries correct a length that is wrong without a word; here the lie shows.
"""

import re
import struct
from dataclasses import dataclass, replace
from typing import Literal

from clips.sniff import is_text

Order = Literal["little", "big"]
_UNKNOWN_SIZE = 0x7FFF0000  # writers to a pipe leave such sizes, as they cannot know better
_PLACEHOLDER_SIZE = 1_000_000_000  # or such a one: no line of speech has a gigabyte
_LEFT_S = 0.1
_MARK = re.compile(rb"(?:RIF[FX]|RF64|BW64)....WAVE(?:fmt |JUNK|bext|ds64|LIST)", re.DOTALL)
_WAVE, _WAVE_AT = b"WAVE", 8
_TAGS = (b"ID3", b"TAG", b"APETAGEX", b"<?xml", b"<x:xmpmeta")
_EXTENSIBLE = 0xFFFE
_SUBTYPES = {
    (1, 8): "pcm_u8",
    (1, 16): "pcm_16",
    (1, 24): "pcm_24",
    (1, 32): "pcm_32",
    (3, 32): "float",
    (3, 64): "double",
    (6, 8): "alaw",
    (7, 8): "ulaw",
}


@dataclass(frozen=True, slots=True)
class WavHeader:
    """What a WAV header says, and what the size of its file allows.

    Args:
        subtype: sample format, such as ``"pcm_16"``.
        said_frames: by the header; what the file holds where the writer could not know.
        held_frames: as many as the file has bytes for.
        end: byte after the samples, by the header and within the file.
    """

    rate_hz: int
    channels: int
    subtype: str
    said_frames: int
    held_frames: int
    end: int = 0


@dataclass(frozen=True, slots=True)
class WavData:
    """A run of samples in a WAV file.

    Args:
        start: first byte of the samples.
        end: byte after them.
        head: a header for these samples alone.
        header: what `head` says; ``None`` where a library has to tell.
        said_share: samples by the header over those that there are bytes for, 1 where it is right.
    """

    start: int
    end: int
    head: bytes
    header: WavHeader | None
    said_share: float = 1.0


def parse_wav(head: bytes, file_size: int) -> WavHeader | None:
    """Read a plain WAV header; ``None`` for what is left to a library (RF64, coded audio, damage).

    Args:
        head: the first bytes of the file, enough to hold the header.
        file_size: size of the whole file in bytes.
    """
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return None
    form = b""
    at = 12
    while at + 8 <= len(head):
        name, size = head[at : at + 4], int.from_bytes(head[at + 4 : at + 8], "little")
        if name == b"fmt ":
            form = head[at + 8 : at + 8 + size]
        elif name == b"data":
            held = file_size - at - 8
            header = _header(form, size, held)
            return header and replace(header, end=at + 8 + min(size, held))
        at += 8 + size + size % 2
    return None


def is_joined(content: bytes) -> bool:
    """Whether a WAV header begins behind the first one in these bytes."""
    at = content.find(_WAVE, 1 + _WAVE_AT)  # the pattern alone takes seven times as long
    return at >= 0 and _MARK.search(content, at - _WAVE_AT) is not None


def walk(content: bytes) -> tuple[WavData, ...]:
    """All runs of samples: of further `data` chunks, of files that follow, of no header at all.

    Chunks after the samples (LIST, id3, C2PA) are passed over. What is neither a chunk nor a tag
    nor zeros nor a text, and lasts, is taken for samples that the header does not count.
    """
    walk = _Walk(content)
    at = 0
    while _MARK.match(content, at) or (at == 0 and content[8:12] == b"WAVE"):
        at = walk.riff(at)
    return tuple(walk.found)


class _Walk:
    """A walk through the chunks of a file; every method returns where the next chunk may begin."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.found: list[WavData] = []
        self._order: Order = "little"
        self._form = b""
        self._long_size = 0

    def _size(self, at: int) -> int:
        return int.from_bytes(self.content[at : at + 4], self._order)

    def riff(self, start: int) -> int:
        """Add the runs of the RIFF file that begins here."""
        content = self.content
        self._order = "big" if content[start : start + 4] == b"RIFX" else "little"
        self._form, self._long_size, at = b"", 0, start + 12
        while at + 8 <= len(content) and _is_name(content[at : at + 4]):
            if _MARK.match(content, at):
                return at
            name, size = content[at : at + 4], self._size(at + 4)
            if name == b"data":
                at = self._data(at + 8, size)
                continue
            if at + 8 + size > len(content):
                break
            if name == b"fmt ":
                self._form = content[at + 8 : at + 8 + size]
            elif name == b"ds64":
                self._long_size = int.from_bytes(content[at + 16 : at + 24], "little")
            at = self._behind(at + 8 + size)
        return self._left(at) if self.found else len(content)

    def _data(self, start: int, said: int) -> int:
        if said == 0xFFFFFFFF and self._long_size:
            said = self._long_size
        held = len(self.content) - start
        if is_unknown(said, held) and not (said == 0 and self._are_chunks(start)):
            said = held
        end = start + min(said, held)
        if mark := _MARK.search(self.content, start, end):
            end = mark.start()
        self._add(start, end, said / held if said > held > 0 and not mark else 1.0)
        return end if mark else self._behind(end)

    def _left(self, at: int) -> int:
        """Add what follows the chunks up to the next header, where it can be samples."""
        mark = _MARK.search(self.content, at)
        end = mark.start() if mark else len(self.content)
        byte_rate = int.from_bytes(self._form[8:12], self._order)
        if end - at > _LEFT_S * byte_rate > 0 and may_be_samples(self.content[at:end]):
            self._add(at, end)
        return end

    def _add(self, start: int, end: int, said_share: float = 1.0) -> None:
        order, form, size = self._order, self._form, end - start
        name = b"RIFX" if order == "big" else b"RIFF"
        body = b"WAVEfmt " + len(form).to_bytes(4, order) + form + bytes(len(form) % 2) + b"data"
        head = name + (len(body) + 4 + size).to_bytes(4, order) + body + size.to_bytes(4, order)
        header = _header(form, size, size) if order == "little" else None
        self.found.append(WavData(start, end, head, header, said_share))

    def _behind(self, end: int) -> int:
        """Where the chunk after this one begins: chunks are padded to even sizes, or not."""
        return end + 1 if end % 2 and not _is_name(self.content[end : end + 4]) else end

    def _are_chunks(self, at: int) -> bool:
        """Whether chunks, at least one, follow from here to the end."""
        first, most = at, len(self.content)
        while at + 8 <= most and _is_name(self.content[at : at + 4]):
            at += 8 + self._size(at + 4)
            at += at % 2
        return first < most <= at <= most + 1


def _is_name(name: bytes) -> bool:
    return len(name) == 4 and all(0x20 <= byte < 0x7F for byte in name)


def is_unknown(said_bytes: int, held_bytes: int) -> bool:
    """Whether a size in a header is what a writer leaves there that cannot know it."""
    is_placeholder = said_bytes >= _PLACEHOLDER_SIZE and held_bytes < said_bytes // 2
    return said_bytes == 0 or said_bytes >= _UNKNOWN_SIZE or is_placeholder


def may_be_samples(left: bytes) -> bool:
    """Whether bytes behind the end that a header gives are neither zeros nor a tag nor a text."""
    bare = left.strip(b"\0")
    return bool(bare) and not bare.startswith(_TAGS) and not is_text(bare)


def _form(chunk: bytes) -> tuple[int, int, int, int, int] | None:
    if len(chunk) < 16:
        return None
    tag, channels, rate, _, align, bits = struct.unpack_from("<HHIIHH", chunk)
    if tag == _EXTENSIBLE and len(chunk) >= 26:
        tag = struct.unpack_from("<H", chunk, 24)[0]
    return tag, channels, rate, align, bits


def _header(form: bytes, said_bytes: int, held_bytes: int) -> WavHeader | None:
    fields = _form(form)
    if fields is None:
        return None
    tag, channels, rate, align, bits = fields
    subtype = _SUBTYPES.get((tag, bits))
    if subtype is None or not channels or not rate or align != channels * bits // 8:
        return None
    held_bytes = max(held_bytes, 0)
    if is_unknown(said_bytes, held_bytes):
        said_bytes = held_bytes
    return WavHeader(
        rate, channels, subtype, said_bytes // align, min(said_bytes, held_bytes) // align
    )
