"""Mains hum: steady lines at 50 or 60 Hz and their multiples."""

import numpy as np
import numpy.typing as npt

from scorers.base import Samples
from scorers.levels import active_power

MAINS_HZ = (50.0, 60.0)
HARMONICS = 5
LOW_RATE_HZ = 1_000
LONG_S, SHORT_S = 1.0, 0.2
HOPS = 4
BESIDE_BINS = 4.0
QUANTILE = 0.2
SHORTEST_S = 1.5
LOW_DB, HIGH_DB = -100.0, 40.0


def hum_db(audio: Samples, rate_hz: int) -> float:
    """Level of the stronger of 50 and 60 Hz hum, five harmonics, against the speech, in dB.

    Hum stands still in frequency and time, speech does not. In Hann windows of 1 s a line's power
    counts less twice that of its louder neighbour 4 Hz away, so that a gliding voice of 100 Hz or
    low rumble leaves nothing; in windows of 0.2 s, some of which fall into pauses, all of it
    counts. Of the windows the 20th percentile, of the two lengths the smaller answer.

    Args:
        audio: one channel, not silent, at least 1.5 s: in less a vowel cannot be told from a line.
        rate_hz: sample rate.

    Returns:
        between -100 and 40 dB.
    """
    import soxr

    low = soxr.resample(audio, rate_hz, LOW_RATE_HZ).astype(np.float64)
    hum = min(
        _steady_lines(low, min(round(LONG_S * LOW_RATE_HZ), low.size), 2.0),
        _steady_lines(low, round(SHORT_S * LOW_RATE_HZ), 0.0),
    )
    ratio = hum / max(active_power(audio, rate_hz), 1e-20)
    return float(np.clip(10.0 * np.log10(max(ratio, 1e-12)), LOW_DB, HIGH_DB))


def _steady_lines(audio: npt.NDArray[np.float64], length: int, less: float) -> float:
    """Power of the steady lines of the stronger mains frequency, in windows of ``length``.

    ``less`` is how many times its louder neighbour is taken off each line.
    """
    frames = np.lib.stride_tricks.sliding_window_view(audio, length)[:: max(1, length // HOPS)]
    beside = BESIDE_BINS * LOW_RATE_HZ / length
    lines = np.outer(MAINS_HZ, np.arange(1, HARMONICS + 1))
    frequencies = np.stack([lines, lines - beside, lines + beside])
    window = np.hanning(length + 2)[1:-1]
    time = np.arange(length) / LOW_RATE_HZ
    waves = window * np.exp(-2j * np.pi * frequencies.reshape(-1, 1) * time)
    amplitude = 2.0 * np.abs(frames @ waves.T) / window.sum()
    power = (np.square(amplitude) / 2.0).reshape(-1, *frequencies.shape)
    rise = np.maximum(power[:, 0] - less * np.maximum(power[:, 1], power[:, 2]), 0.0)
    return float(np.quantile(rise, QUANTILE, axis=0).sum(axis=-1).max())
