"""Mains hum: steady lines at 50 or 60 Hz and their multiples."""

import numpy as np

from scorers.base import Samples
from scorers.levels import active_power

MAINS_HZ = (50.0, 60.0)
HARMONICS = 5
WINDOW_S = 0.2
HOP_S = 0.05
BESIDE_HZ = 22.0
QUANTILE = 0.2
SHORTEST_S = 0.5
LOW_DB, HIGH_DB = -100.0, 40.0


def hum_db(audio: Samples, rate_hz: int) -> float:
    """Level of the stronger of 50 and 60 Hz hum, five harmonics, against the speech, in dB.

    Hum is there all the time, speech is not: in 0.2 s windows the 20th percentile of a line's power
    counts, less that of the frequencies 22 Hz to either side, so that neither a voice of 100 Hz nor
    low rumble counts as a line.

    Args:
        audio: one channel, not silent, at least 0.5 s.
        rate_hz: sample rate.

    Returns:
        between -100 and 40 dB; clean clips come to -50 dB and less.
    """
    from numpy.lib.stride_tricks import sliding_window_view

    length = round(WINDOW_S * rate_hz)
    frames = sliding_window_view(audio, length)[:: round(HOP_S * rate_hz)]
    window = np.hanning(length)
    time = np.arange(length) / rate_hz
    harmonics = np.arange(1, HARMONICS + 1)

    def power(frequencies: np.ndarray) -> np.ndarray:
        waves = window[:, None] * np.exp(-2j * np.pi * time[:, None] * frequencies)
        amplitude = 2.0 * np.abs(frames @ waves) / window.sum()
        return np.asarray(np.quantile(np.square(amplitude) / 2.0, QUANTILE, axis=0))

    lines = []
    for mains in MAINS_HZ:
        line = mains * harmonics
        beside = np.maximum(power(line - BESIDE_HZ), power(line + BESIDE_HZ))
        lines.append(float(np.maximum(power(line) - 2.0 * beside, 0.0).sum()))
    ratio = max(lines) / max(active_power(audio, rate_hz), 1e-20)
    return float(np.clip(10.0 * np.log10(max(ratio, 1e-12)), LOW_DB, HIGH_DB))
