"""Where a clip's spectrum stops: audio brought up from a lower rate, or once coded too small."""

from dataclasses import dataclass

import numpy as np

from clips.columns import Column
from scorers.base import Measured, Part, Row, Samples, Unmeasurable, Utterance
from scorers.levels import Powers
from scorers.rows import OnProcessor, too_little

SHORTEST_S = 0.1
WINDOW_S = 0.04
LOUD_PERCENTILE = 95.0
DEPTH_DB = 70.0
EDGE_DB = 25.0
BELOW_HZ = 500.0
ACROSS_HZ = 300.0
HOLE_DB = 40.0
HOLE_HZ = 700.0
SMOOTH_HZ = 100.0
LOWEST_EDGE_HZ = 2_500.0
SHOULDER_DB = 15.0

_COLUMNS = (
    Column(
        "bandwidth_hz",
        "Hz",
        "higher",
        0.0,
        None,
        "Highest frequency that the clip really uses.",
        "Spectral edge of 25 dB, or 70 dB under the peak (after NeMo Curator)",
    ),
    Column(
        "bandwidth_share",
        "",
        "higher",
        0.0,
        1.0,
        "That frequency over half the sample rate.",
        "bandwidth_hz over Nyquist",
    ),
)


@dataclass(frozen=True)
class Bandwidth(OnProcessor):
    """Effective bandwidth of the mean over channels; a gain does not move it."""

    name: str = "bandwidth"
    version: str = "1"
    columns: tuple[Column, ...] = _COLUMNS
    depends_on: frozenset[Part] = frozenset({"audio"})

    def row(self, utterance: Utterance) -> Row:
        """Measure one clip."""
        if why := too_little(utterance, SHORTEST_S):
            return Unmeasurable(why)
        edge = bandwidth_hz(utterance.mono, utterance.rate_hz)
        nyquist = utterance.rate_hz / 2
        return Measured({"bandwidth_hz": edge, "bandwidth_share": min(1.0, edge / nyquist)})


def bandwidth_hz(audio: Samples, rate_hz: int) -> float:
    """Where the spectrum stops, in Hz.

    In each frequency bin the loud moments count (95th percentile over 40 ms Blackman-Harris
    frames), so that a voice with few or soft sibilants is not called narrow. A resampler or a codec
    leaves an edge: everything above is at least 25 dB under the 500 Hz just below, within 300 Hz.
    A resampler that lets images through leaves a hole instead, 40 dB deep, at half the old rate.
    The frequency where the edge or the first hole is 15 dB down is the answer; without either it is
    the highest one within 70 dB of the peak (NeMo Curator's definition takes 50 dB of the average).

    Args:
        audio: one channel, at least 0.1 s, not silent.
        rate_hz: sample rate.

    Returns:
        between 0 and half the sample rate; unmoved by a gain. White noise comes to the upper end.
    """
    frequency, level = _loud_spectrum(audio, rate_hz)
    edge = _edge(level, float(frequency[1]))
    if edge is None:
        return float(frequency[np.flatnonzero(level >= level.max() - DEPTH_DB)[-1]])
    return float(frequency[edge])


def _loud_spectrum(audio: Samples, rate_hz: int) -> tuple[Powers, Powers]:
    """Frequencies in Hz and the level of the loud moments at each, in dB, smoothed over 100 Hz."""
    from scipy.ndimage import uniform_filter1d
    from scipy.signal import stft

    length = round(WINDOW_S * rate_hz)
    hop = (length + 1) // 2
    frequency, _, bins = stft(
        audio, rate_hz, window="blackmanharris", nperseg=length, noverlap=length - hop, padded=False
    )
    loud = np.percentile(np.square(np.abs(bins)), LOUD_PERCENTILE, axis=1)
    level = 10.0 * np.log10(np.maximum(loud, loud.max() * 1e-20))
    smooth = max(1, round(SMOOTH_HZ / float(frequency[1])))
    return frequency, uniform_filter1d(level, smooth, mode="nearest")


def _edge(level: Powers, step_hz: float) -> int | None:
    """Bin at which the spectrum breaks off for good, or first falls into a hole."""
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    below, across, hole = (round(hz / step_hz) for hz in (BELOW_HZ, ACROSS_HZ, HOLE_HZ))
    shoulder = uniform_filter1d(level, below, origin=(below - 1) // 2, mode="nearest")
    highest_above = np.maximum.accumulate(level[::-1])[::-1]
    lowest_next = minimum_filter1d(level, hole, origin=-((hole - 1) // 2), mode="nearest")
    breaks = shoulder[:-across] - highest_above[across:]
    holes = shoulder[:-across] - lowest_next[:-across]
    lowest = round(LOWEST_EDGE_HZ / step_hz)
    breaks[:lowest] = holes[:lowest] = 0.0
    starts = [*np.flatnonzero(holes >= HOLE_DB)[:1].tolist()]
    if breaks.size and breaks.max() >= EDGE_DB:
        starts.append(int(np.argmax(breaks)))
    if not starts:
        return None
    start = min(starts)
    fallen = level[start:] < shoulder[start] - SHOULDER_DB
    return int(start + np.argmax(fallen))
