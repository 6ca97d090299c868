"""Where a clip's spectrum stops: audio brought up from a lower rate, or once coded too small."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
FLOOR_DB = 4.0
FARTHEST_DB = 100.0
SPUR_HZ = 700.0
LEAST_FALL_DB = 15.0
IMAGE_DB = 15.0

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
    Column(
        "cutoff_hz",
        "Hz",
        "higher",
        0.0,
        None,
        "Where the spectrum is cut off at once down to the noise floor; half the sample rate where"
        " it is not.",
        "The edge of a resampler or of a codec's low-pass, to the floor",
    ),
    Column(
        "cutoff_db",
        "dB",
        "lower",
        0.0,
        None,
        "How far it falls there within 300 Hz; 0 where it is not cut off.",
        "Level 300 Hz under cutoff_hz over the floor above",
    ),
)


@dataclass(frozen=True)
class Bandwidth(OnProcessor):
    """Effective bandwidth of the mean over channels; a gain does not move it."""

    name: str = "bandwidth"
    version: str = "2"
    columns: tuple[Column, ...] = _COLUMNS
    depends_on: frozenset[Part] = frozenset({"audio"})

    def row(self, utterance: Utterance) -> Row:
        """Measure one clip."""
        if why := too_little(utterance, SHORTEST_S):
            return Unmeasurable(why)
        edge = bandwidth_hz(utterance.mono, utterance.rate_hz)
        nyquist = utterance.rate_hz / 2
        at_hz, fall_db = cutoff(utterance.mono, utterance.rate_hz)
        return Measured(
            {
                "bandwidth_hz": edge,
                "bandwidth_share": min(1.0, edge / nyquist),
                "cutoff_hz": at_hz,
                "cutoff_db": fall_db,
            }
        )


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


def cutoff(audio: Samples, rate_hz: int) -> tuple[float, float]:
    """Where the spectrum is cut off, as a resampler or the low-pass of a codec does, in Hz and dB.

    Above the cut nothing is left but the floor: the loud moments (as in `bandwidth_hz`) are level,
    within 4 dB of the lowest or 100 dB under the peak; a lone spur under 350 Hz wide counts for
    nothing. 300 Hz lower they are 15 dB higher at least. A vocoder that has learnt such an edge
    from its recordings, or a voice that fades, leaves sound of its own above, which goes on
    falling. A resampler that lets images through leaves a hole at the cut, 40 dB deep, of which
    the spectrum rises again by 15 dB; the hole's edge is the cut, then.

    Args:
        audio: one channel, at least 0.1 s, not silent.
        rate_hz: sample rate.

    Returns:
        The frequency from which on there is nothing, and by how much the spectrum falls within the
        300 Hz below it; half the sample rate and 0 where it is not cut off. What lies under the
        floor cannot tell: a quiet clip at 16 bit may be cut off where the voice itself fell. A gain
        changes neither while the floor moves with it.
    """
    from scipy.ndimage import median_filter

    frequency, level = _loud_spectrum(audio, rate_hz)
    step_hz = float(frequency[1])
    hole = _image_hole(level, step_hz)
    level = median_filter(level, max(1, round(SPUR_HZ / step_hz)), mode="nearest")
    across, lowest = round(ACROSS_HZ / step_hz), round(LOWEST_EDGE_HZ / step_hz)
    floor = max(float(level[lowest:].min(initial=np.inf)), float(level.max()) - FARTHEST_DB)
    dead = int(np.flatnonzero(level > floor + FLOOR_DB).max(initial=-1)) + 1
    fall = float(level[max(0, dead - across)] - floor)
    found = [(dead, fall)] if lowest <= dead < level.size - across and fall >= LEAST_FALL_DB else []
    at, fall_db = min([*found, *hole], default=(level.size - 1, 0.0))
    return float(frequency[at]), fall_db


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
    across, lowest = round(ACROSS_HZ / step_hz), round(LOWEST_EDGE_HZ / step_hz)
    shoulder = _shoulder(level, step_hz)
    highest_above = np.maximum.accumulate(level[::-1])[::-1]
    breaks = shoulder[:-across] - highest_above[across:]
    breaks[:lowest] = 0.0
    starts = _holes(level, step_hz)[:1].tolist()
    if breaks.size and breaks.max() >= EDGE_DB:
        starts.append(int(np.argmax(breaks)))
    return _fallen(level, shoulder, min(starts)) if starts else None


def _image_hole(level: Powers, step_hz: float) -> list[tuple[int, float]]:
    """Bin and depth of the first hole that the spectrum rises out of again, if there is one."""
    hole, shoulder = round(HOLE_HZ / step_hz), _shoulder(level, step_hz)
    for start in _holes(level, step_hz).tolist():
        bottom = start + int(np.argmin(level[start : start + hole]))
        if level[bottom:].max() >= level[bottom] + IMAGE_DB:
            return [(_fallen(level, shoulder, start), float(shoulder[start] - level[bottom]))]
    return []


def _shoulder(level: Powers, step_hz: float) -> Powers:
    """Mean level of the 500 Hz up to each bin."""
    from scipy.ndimage import uniform_filter1d

    below = round(BELOW_HZ / step_hz)
    return np.asarray(uniform_filter1d(level, below, origin=(below - 1) // 2, mode="nearest"))


def _holes(level: Powers, step_hz: float) -> npt.NDArray[np.int64]:
    """Bins that have 40 dB less than before them in the 700 Hz after."""
    from scipy.ndimage import minimum_filter1d

    across, hole = round(ACROSS_HZ / step_hz), round(HOLE_HZ / step_hz)
    lowest_next = minimum_filter1d(level, hole, origin=-((hole - 1) // 2), mode="nearest")
    depth = (_shoulder(level, step_hz) - lowest_next)[:-across]
    depth[: round(LOWEST_EDGE_HZ / step_hz)] = 0.0
    return np.flatnonzero(depth >= HOLE_DB)


def _fallen(level: Powers, shoulder: Powers, start: int) -> int:
    """Bin from a start on at which the level is 15 dB under its shoulder."""
    return int(start + np.argmax(level[start:] < shoulder[start] - SHOULDER_DB))
