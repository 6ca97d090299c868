"""The header of a WAV file, read by hand: cheap enough for tens of thousands of files.

Libraries correct a length that is wrong without a word; here the lie shows.
"""

import struct
from dataclasses import dataclass

_UNKNOWN_SIZE = 0x7FFF0000  # writers to a pipe leave such sizes, as they cannot know better
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
    """

    rate_hz: int
    channels: int
    subtype: str
    said_frames: int
    held_frames: int


def parse_wav(head: bytes, file_size: int) -> WavHeader | None:
    """Read a plain WAV header; ``None`` for what is left to a library (RF64, coded audio, damage).

    Args:
        head: the first bytes of the file, enough to hold the header.
        file_size: size of the whole file in bytes.
    """
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return None
    form: tuple[int, int, int, int, int] | None = None
    at = 12
    while at + 8 <= len(head):
        name, size = head[at : at + 4], int.from_bytes(head[at + 4 : at + 8], "little")
        if name == b"fmt ":
            form = _form(head[at + 8 : at + 8 + size])
        elif name == b"data":
            return _header(form, size, file_size - at - 8) if form else None
        at += 8 + size + size % 2
    return None


def _form(chunk: bytes) -> tuple[int, int, int, int, int] | None:
    if len(chunk) < 16:
        return None
    tag, channels, rate, _, align, bits = struct.unpack_from("<HHIIHH", chunk)
    if tag == _EXTENSIBLE and len(chunk) >= 26:
        tag = struct.unpack_from("<H", chunk, 24)[0]
    return tag, channels, rate, align, bits


def _header(
    form: tuple[int, int, int, int, int], said_bytes: int, held_bytes: int
) -> WavHeader | None:
    tag, channels, rate, align, bits = form
    subtype = _SUBTYPES.get((tag, bits))
    if subtype is None or not channels or not rate or align != channels * bits // 8:
        return None
    if said_bytes >= _UNKNOWN_SIZE or said_bytes == 0:
        said_bytes = max(held_bytes, 0)
    return WavHeader(
        rate, channels, subtype, said_bytes // align, min(said_bytes, held_bytes) // align
    )
