"""Where a clip's spectrum stops: audio brought up from a lower rate, or once coded too small."""

from dataclasses import dataclass

import numpy as np

from clips.columns import Column
from scorers.base import Measure, Measured, Part, Row, Samples, Unmeasurable, Utterance
from scorers.levels import is_silent
from scorers.rows import each

SHORTEST_S = 0.1
DEPTH_DB = 50.0

_COLUMNS = (
    Column(
        "bandwidth_hz",
        "Hz",
        "higher",
        0.0,
        None,
        "Highest frequency that the clip really uses.",
        "Highest bin within 50 dB of the peak, after NeMo Curator",
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
class Bandwidth:
    """Effective bandwidth of the mean over channels; a gain does not move it."""

    name: str = "bandwidth"
    version: str = "1"
    columns: tuple[Column, ...] = _COLUMNS
    depends_on: frozenset[Part] = frozenset({"audio"})

    def load(self, device: str) -> Measure:
        """Nothing to load; runs on the processor whatever the device."""
        del device
        return each(_row)


def _row(utterance: Utterance) -> Row:
    if utterance.duration_s < SHORTEST_S:
        return Unmeasurable(f"shorter than {SHORTEST_S} s")
    if is_silent(utterance.mono):
        return Unmeasurable("silence")
    edge = bandwidth_hz(utterance.mono, utterance.rate_hz)
    nyquist = utterance.rate_hz / 2
    return Measured({"bandwidth_hz": edge, "bandwidth_share": min(1.0, edge / nyquist)})


def bandwidth_hz(audio: Samples, rate_hz: int) -> float:
    """Highest frequency within 50 dB of the peak of the averaged spectrum, in Hz."""
    from scipy.signal import welch

    frequency, power = welch(
        audio, rate_hz, window="blackmanharris", nperseg=min(1024, audio.size), detrend=False
    )
    loud = power >= power.max() * 10.0 ** (-DEPTH_DB / 10.0)
    return float(frequency[np.flatnonzero(loud)[-1]])
