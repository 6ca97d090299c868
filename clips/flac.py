"""FLAC by its headers: how many samples the file says it has, and how many its last frame ends at.

Layout of STREAMINFO and of a frame's header: RFC 9639, sections 8.2 and 9.1.
"""

from dataclasses import dataclass

_HEAD_BYTES = 42  # the mark and STREAMINFO
_CANDIDATES = 500  # places looked at for the last frame
_SIZES = {1: 192, **{code: 144 << code for code in range(2, 6)}}
_SIZES |= {code: 1 << code for code in range(8, 16)}


@dataclass(frozen=True, slots=True)
class Stream:
    """Lengths of a FLAC stream in samples.

    Args:
        said: by STREAMINFO, 0 where the writer could not know.
        held: end of the last frame, 0 where none was found.
        head: STREAMINFO that leaves the length out, for a decoder that is to read to the end.
    """

    rate_hz: int
    said: int
    held: int
    head: bytes


def stream(content: bytes) -> Stream | None:
    """The lengths of a stream that starts with its mark, ``None`` where STREAMINFO is damaged."""
    if len(content) < _HEAD_BYTES or not content.startswith(b"fLaC"):
        return None
    packed = int.from_bytes(content[18:26], "big")
    rate_hz, said = packed >> 44, packed & (1 << 36) - 1
    if not rate_hz:
        return None
    unknown = (packed >> 36 << 36).to_bytes(8, "big")
    fixed = int.from_bytes(content[8:10], "big")
    return Stream(rate_hz, said, _end(content, fixed), content[:18] + unknown)


def _end(content: bytes, fixed_size: int) -> int:
    at = len(content)
    for _ in range(_CANDIDATES):
        at = content.rfind(b"\xff", _HEAD_BYTES, at)
        if at < 0:
            return 0
        if (found := _frame(content[at : at + 16])) is not None:
            is_fixed, number, size = found
            return number * fixed_size + size if is_fixed else number + size
    return 0


def _frame(head: bytes) -> tuple[bool, int, int] | None:
    """Whether blocks are of a fixed size, the coded number and the block's size of a frame."""
    if len(head) < 6 or head[1] not in (0xF8, 0xF9) or head[3] & 1:
        return None
    code, rate = head[2] >> 4, head[2] & 15
    ones = 8 - (head[4] ^ 0xFF).bit_length()  # as in UTF-8, but up to seven bytes
    if code == 0 or rate == 15 or ones in (1, 8):
        return None
    at = 5 + max(ones - 1, 0)
    number = head[4] & 0x7F >> ones
    for byte in head[5:at]:
        number = number << 6 | byte & 0x3F
    wide = {6: 1, 7: 2}.get(code, 0)
    size = int.from_bytes(head[at : at + wide], "big") + 1 if wide else _SIZES.get(code, 0)
    at += wide + {12: 1, 13: 2, 14: 2}.get(rate, 0)
    if not size or at >= len(head) or _crc8(head[:at]) != head[at]:
        return None
    return head[1] == 0xF8, number, size


def _crc8(content: bytes) -> int:
    found = 0
    for byte in content:
        found ^= byte
        for _ in range(8):
            found = (found << 1 ^ 0x07) & 0xFF if found & 0x80 else found << 1
    return found
