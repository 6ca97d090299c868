"""Mains hum: steady lines at 50 or 60 Hz and their multiples."""

import numpy as np

from scorers.base import Samples
from scorers.levels import active_power

MAINS_HZ = (50.0, 60.0)
HARMONICS = 5
LOW_RATE_HZ = 1_000
WINDOW_S = 1.0
HOPS = 4
BESIDE_BINS = 4.0
QUANTILE = 0.2
SHORTEST_S = 0.5
LOW_DB, HIGH_DB = -100.0, 40.0


def hum_db(audio: Samples, rate_hz: int) -> float:
    """Level of the stronger of 50 and 60 Hz hum, five harmonics, against the speech, in dB.

    Hum stands still in time and frequency, speech does not. In Hann windows of 1 s (or the whole of
    a shorter clip) a line's power counts less twice that of the louder neighbour 4 Hz away, so that
    a gliding voice of 100 Hz or low rumble leaves nothing; of the windows the 20th percentile.

    Args:
        audio: one channel, not silent, at least 0.5 s.
        rate_hz: sample rate.

    Returns:
        between -100 and 40 dB.
    """
    import soxr
    from numpy.lib.stride_tricks import sliding_window_view

    speech = active_power(audio, rate_hz)
    audio, rate_hz = soxr.resample(audio, rate_hz, LOW_RATE_HZ), LOW_RATE_HZ
    length = min(round(WINDOW_S * rate_hz), audio.size)
    frames = sliding_window_view(audio, length)[:: max(1, length // HOPS)]
    beside = BESIDE_BINS * rate_hz / length
    lines = np.outer(MAINS_HZ, np.arange(1, HARMONICS + 1))
    frequencies = np.stack([lines, lines - beside, lines + beside])
    window = np.hanning(length + 2)[1:-1]
    time = np.arange(length) / rate_hz
    waves = window * np.exp(-2j * np.pi * frequencies.reshape(-1, 1) * time)
    amplitude = 2.0 * np.abs(frames.astype(np.float64) @ waves.T) / window.sum()
    power = (np.square(amplitude) / 2.0).reshape(-1, *frequencies.shape)
    rise = np.maximum(power[:, 0] - 2.0 * np.maximum(power[:, 1], power[:, 2]), 0.0)
    hum = float(np.quantile(rise, QUANTILE, axis=0).sum(axis=-1).max())
    ratio = hum / max(speech, 1e-20)
    return float(np.clip(10.0 * np.log10(max(ratio, 1e-12)), LOW_DB, HIGH_DB))
