"""MPEG audio (MP3) by its frame headers: where a recording begins, and how long it is.

Frame header, Xing and VBRI tags: ISO/IEC 11172-3 and 13818-3; "MP3 Info Tag" (LAME project).
"""

from collections.abc import Iterator
from dataclasses import dataclass

_SAME_S = 0.1  # encoders count the frame of the tag or leave it out
_KBIT = {  # by version (1, or 2 and 2.5) and layer
    (1, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: its length in bytes, its samples and their rate, and where a tag would lie."""

    size: int
    samples: int
    rate_hz: int
    tag_at: int


@dataclass(frozen=True, slots=True)
class Run:
    """Frames that belong together.

    Args:
        start: first byte, of a tag that counts the frames where that is right.
        end: byte after the last frame.
        held_s: length by the frames.
        is_tagged: whether a tag counts the frames, and rightly.
        said_s: length by a tag that counts wrongly, else ``None``.
    """

    start: int
    end: int
    held_s: float
    is_tagged: bool
    said_s: float | None = None


def frame_at(content: bytes, at: int) -> Frame | None:
    """The frame whose header is at an offset, ``None`` where there is none (or free format)."""
    head = content[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    rate, bits = head[2] >> 2 & 3, head[2] >> 4
    if version == 1 or layer == 4 or rate == 3 or bits in (0, 15):
        return None
    family = 1 if version == 3 else 2
    rate_hz, kbit = _RATES[version][rate], _KBIT[family, layer][bits]
    padding = head[2] >> 1 & 1
    mono = head[3] >> 6 == 3
    side = (17 if mono else 32) if family == 1 else (9 if mono else 17)
    if layer == 1:
        return Frame((12_000 * kbit // rate_hz + padding) * 4, 384, rate_hz, 4 + side)
    samples = 576 if layer == 3 and family == 2 else 1_152
    return Frame(samples * 125 * kbit // rate_hz + padding, samples, rate_hz, 4 + side)


def runs(content: bytes) -> list[Run]:
    """The recordings in a file: each begins with a tag that counts frames, or with the file."""
    found: list[Run] = []
    now = _Counting(0)
    for at, frame in frames(content):
        counted = _frames_by_tag(content, at, frame)
        if counted is None:
            now.frames += 1
            now.held_s += frame.samples / frame.rate_hz
            continue
        if now.frames:
            found.append(now.run(at))
            now = _Counting(at)
        now.said_s = counted * frame.samples / frame.rate_hz
        now.tag_end = at + frame.size
    return [*found, now.run(len(content))] if now.frames else found


@dataclass(slots=True)
class _Counting:
    """A recording while its frames are counted; a tag that says 0 frames does not know."""

    start: int
    frames: int = 0
    held_s: float = 0.0
    said_s: float = 0.0
    tag_end: int = 0

    def run(self, end: int) -> Run:
        if self.said_s and abs(self.held_s - self.said_s) <= _SAME_S:
            return Run(self.start, end, self.held_s, is_tagged=True)
        start = self.tag_end or self.start
        return Run(start, end, self.held_s, is_tagged=False, said_s=self.said_s or None)


def frames(content: bytes) -> Iterator[tuple[int, Frame]]:
    """All frames with their offsets; what lies between them, such as ID3 tags, is passed over."""
    at: int | None = 0
    while at is not None and at < len(content):
        if content.startswith(b"ID3", at) and at + 10 <= len(content):
            at += 10 + _syncsafe(content[at + 6 : at + 10])
        elif frame := frame_at(content, at):
            yield at, frame
            at += frame.size
        else:
            at = _next_frame(content, at + 1)


def _syncsafe(size: bytes) -> int:
    return sum((byte & 0x7F) << 7 * (3 - place) for place, byte in enumerate(size))


def _next_frame(content: bytes, at: int) -> int | None:
    """Where frames go on: a header behind which there is another."""
    while (at := content.find(b"\xff", at)) >= 0:
        frame = frame_at(content, at)
        if frame is not None and frame_at(content, at + frame.size) is not None:
            return at
        at += 1
    return None


def _frames_by_tag(content: bytes, at: int, frame: Frame) -> int | None:
    """Frames that a frame's tag counts, 0 where it has a tag without a count, else ``None``."""
    tag = at + frame.tag_at
    if content[tag : tag + 4] in (b"Xing", b"Info"):
        has_count = content[tag + 7 : tag + 8] and content[tag + 7] & 1
        return int.from_bytes(content[tag + 8 : tag + 12], "big") if has_count else 0
    if content.startswith(b"VBRI", at + 36):
        return int.from_bytes(content[at + 50 : at + 54], "big")
    return None
