"""Clicks: single samples or jumps that nothing around them explains."""

import numpy as np

from scorers.artifacts.spans import Spans, merged, spans
from scorers.base import Samples
from scorers.levels import active_power

SHORTEST_S = 0.05
NEAR_S = 0.001
AROUND_S = 0.02
TIMES = 8.0
FLOOR_DB = -34.0


def clicks(audio: Samples, rate_hz: int) -> Spans:
    """Instants at which the waveform breaks, and nowhere near.

    The fourth difference is small where a waveform is smooth and 6 times the size of a single wrong
    sample. A click is where it is more than 8 times as large as anywhere else within 20 ms, the
    1 ms each side left out: the pulses of a voice come in company, and a burst goes on. (Detection
    by prediction residual after Godsill & Rayner, "Digital Audio Restoration", 1998, chapter 5.)
    A single wrong sample counts from 31 dB under the speech on; the first and last 5 ms never do.
    In the middle of a loud vowel it takes far more: of impulses 12 dB over the speech level 6 to 9
    in 10 are found, of those at its level about 4.

    Args:
        audio: one channel, not silent; under 50 ms nothing is found.
        rate_hz: sample rate.
    """
    from scipy.ndimage import maximum_filter1d

    if audio.size < SHORTEST_S * rate_hz:
        return merged([])
    rough = np.abs(np.convolve(audio.astype(np.float64), (1.0, -4.0, 6.0, -4.0, 1.0), "same"))
    margin = round(0.005 * rate_hz)
    rough[:margin] = rough[-margin:] = 0.0
    near, around = round(NEAR_S * rate_hz), round(AROUND_S * rate_hz)
    side = around - near
    highest = maximum_filter1d(rough, side, mode="constant")
    shift = near + side // 2 + 1
    company = np.zeros_like(rough)
    company[shift:] = highest[:-shift]
    company[:-shift] = np.maximum(company[:-shift], highest[shift:])
    floor = np.sqrt(active_power(audio, rate_hz)) * 10.0 ** (FLOOR_DB / 20.0)
    return merged([spans(rough > TIMES * np.maximum(company, floor))], gap=near)
