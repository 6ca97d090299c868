"""How a clip is decoded: in full, or at its own length, and in which order."""

import math
from dataclasses import dataclass

WINDOW_S = 30.0
LEAST_S = 0.02  # of sound, below which nothing is decoded
# Own length and little more is fast, but its transcript is at times wrong where the full one is
# right. Clips of one window can share a batch without a trace; of several windows they cannot.
WINDOWS_S = (5.0, 6.0, 8.0, 10.0, 15.0, 20.0, WINDOW_S)


@dataclass(frozen=True, slots=True)
class Decoding:
    """One way to decode.

    Args:
        beam_size: 1 is greedy.
        margin_s: least time without sound after the clip, in seconds, which keeps the decoder from
            going round in circles; infinite for Whisper's whole window.
        floor_s: shortest window.
    """

    beam_size: int
    margin_s: float = math.inf
    floor_s: float = 0.0

    @property
    def short(self) -> bool:
        """Whether it is at the clip's own length: it can confirm a label and refute none."""
        return math.isfinite(self.margin_s)

    def window_s(self, seconds: float) -> float:
        """The window of a clip of so many seconds: it depends on nothing else.

        Example:
            >>> SHORT.window_s(4.5), AGAIN.window_s(4.5), Decoding(5).window_s(4.5)
            (6.0, 15.0, 30.0)
        """
        needed = max(self.floor_s, seconds + self.margin_s)
        return next((window for window in WINDOWS_S if window >= needed), WINDOW_S)

    def __str__(self) -> str:
        how = "greedy" if self.beam_size == 1 else f"beam {self.beam_size}"
        return f"{how}, short window" if self.short else how


SHORT = Decoding(beam_size=1, margin_s=1.0)
AGAIN = Decoding(beam_size=5, margin_s=3.0, floor_s=15.0)


def ways(place: int, last: bool, beam_size: int) -> tuple[Decoding, ...]:
    """How a step of a ladder tries to confirm a label, before the last step has the last word.

    The second way takes half of what a full decoding does. Of the example's clips that are accepted
    it confirms 10 of the 20 that the first way leaves, of the others 4 of 47. What comes to a later
    step was left so often by then that it would rarely be worth its time there. A step before the
    last hears in full what it left: its agreement is worth as much, and costs less.

    Args:
        place: of the step among those that know the language, from 0.
        last: whether it is the one whose counts stand.
        beam_size: of a full decoding.
    """
    again = (AGAIN,) if place == 0 else ()
    full = () if last else (Decoding(beam_size),)
    return (SHORT, *again, *full)
