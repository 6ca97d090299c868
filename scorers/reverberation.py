"""How fast sound dies away in a clip: the room, or the reverb, that the speech was put in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from clips.columns import Column
from scorers.base import Measured, Part, Row, Samples, Unmeasurable, Utterance
from scorers.levels import Powers
from scorers.rows import OnProcessor, too_little

SHORTEST_S = 0.5
WINDOW_S, HOP_S = 0.05, 0.0125
OCTAVES_HZ = (250.0, 500.0, 1_000.0, 2_000.0, 4_000.0, 8_000.0)
LEAST_S = 0.1
LEAST_FALL_DB = 10.0
SLACK_DB = 1.0
FROM_DB, TO_DB, OVER_FLOOR_DB = 25.0, 45.0, 10.0
LEAST_PLACES = 2
TOO_FEW = f"sound dies away freely in fewer than {LEAST_PLACES} places"

_COLUMNS = (
    Column(
        "decay_s",
        "s",
        "lower",
        0.0,
        None,
        "Time in which sound falls by 60 dB where it dies away: the reverberation time of a room"
        " from 0.4 s on, the voice's own below.",
        "Free decays in octave bands (after Prego et al. 2012)",
    ),
)


class _Decay(NamedTuple):
    """First and last frame of a decay, and its time for 60 dB."""

    start: int
    end: int
    time_s: float


@dataclass(frozen=True)
class Reverberation(OnProcessor):
    """Reverberation time of the mean over channels; a gain does not move it."""

    name: str = "reverberation"
    version: str = "2"
    columns: tuple[Column, ...] = _COLUMNS
    depends_on: frozenset[Part] = frozenset({"audio"})

    def row(self, utterance: Utterance) -> Row:
        """Measure one clip."""
        if why := too_little(utterance, SHORTEST_S):
            return Unmeasurable(why)
        found = decay_s(utterance.mono, utterance.rate_hz)
        return Unmeasurable(TOO_FEW) if found is None else Measured({"decay_s": found})


def decay_s(audio: Samples, rate_hz: int) -> float | None:
    """Reverberation time without an impulse response, in seconds.

    A decay is a stretch of at least 0.1 s in one octave band whose level (50 ms frames) falls by 10
    dB or more without rising by more than 1 dB, from the loud half of the clip to no nearer than 10
    dB over its quietest. A line through its levels gives a time for 60 dB, and the median over all
    bands is the answer (T. de M. Prego et al., "A blind algorithm for reverberation-time estimation
    using subband decomposition of speech signals", J. Acoust. Soc. Am. 131(4), 2012).
    Dry speech comes to 0.2 to 0.4 s, which is how fast a voice itself dies away; rooms of 0.4, 0.8
    and 1.6 s to 0.46, 0.73 and 1.1 s: a long decay is cut short by the next word, more so in a
    short clip.

    Args:
        audio: one channel, at least 0.5 s, not silent.
        rate_hz: sample rate.

    Returns:
        ``None`` with decays in fewer than 2 places: a drawn-out sound is one, in all bands.
    """
    from scipy.signal import stft

    length, hop = round(WINDOW_S * rate_hz), round(HOP_S * rate_hz)
    frequency, _, bins = stft(
        audio, rate_hz, nperseg=length, noverlap=length - hop, boundary=None, padded=False
    )
    power = np.square(np.abs(bins))
    least = power.sum(axis=0).max() * 1e-12
    decays: list[_Decay] = []
    for low, high in pairwise(OCTAVES_HZ):
        inside = power[(frequency >= low) & (frequency < high)]
        decays += _decays(10.0 * np.log10(inside.sum(axis=0) + least), hop / rate_hz)
    if _places(decays) < LEAST_PLACES:
        return None
    return float(np.median([decay.time_s for decay in decays]))


def _places(decays: Iterable[_Decay]) -> int:
    """How many stretches of time decays lie in: one sound dies away in several bands at once."""
    places, end = 0, -1
    for decay in sorted(decays):
        places += decay.start > end
        end = max(end, decay.end)
    return places


def _decays(level: Powers, hop_s: float) -> Iterator[_Decay]:
    """The free decays in one band's levels."""
    loud = float(np.percentile(level, 95))
    floor = max(float(np.percentile(level, 2)) + OVER_FLOOR_DB, loud - TO_DB)
    levels = level.tolist()
    start = 0
    while start < len(levels) - 1:
        end, lowest = start, levels[start]
        while end + 1 < len(levels) and floor < levels[end + 1] <= lowest + SLACK_DB:
            end += 1
            lowest = min(lowest, levels[end])
        long_enough = (end - start) * hop_s >= LEAST_S
        fall = levels[start] - levels[end]
        if long_enough and fall >= LEAST_FALL_DB and levels[start] > loud - FROM_DB:
            slope = np.polyfit(np.arange(end - start + 1) * hop_s, level[start : end + 1], 1)[0]
            yield _Decay(start, end, -60.0 / float(slope))
        start = max(end, start + 1)
