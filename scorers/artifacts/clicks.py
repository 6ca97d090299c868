"""Clicks: single samples or jumps that nothing around them explains."""

import numpy as np

from scorers.artifacts.spans import Spans, merged, spans
from scorers.base import Samples

ORDER = 16
SHORTEST_S = 0.05
NEAR_S = 0.001
AROUND_S = 0.02
TIMES = 5.0


def clicks(audio: Samples, rate_hz: int) -> Spans:
    """Places where linear prediction fails at one instant and nowhere near.

    The clip is whitened by its own linear prediction (order 16); a click is a sample of the
    residual more than 5 times as large as any other within 20 ms, itself and 1 ms each side left
    out. The pulses of a voice come in company; a burst goes on. (Godsill & Rayner, "Digital Audio
    Restoration", 1998, chapter 5.)

    Args:
        audio: one channel, not silent; under 50 ms nothing is found.
        rate_hz: sample rate.
    """
    from scipy.linalg import solve_toeplitz
    from scipy.ndimage import maximum_filter1d
    from scipy.signal import lfilter

    if audio.size < SHORTEST_S * rate_hz:
        return merged([])
    signal = audio.astype(np.float64)
    size = 1 << (2 * signal.size - 1).bit_length()
    spectrum = np.square(np.abs(np.fft.rfft(signal, size)))
    correlation = np.fft.irfft(spectrum)[: ORDER + 1]
    correlation[0] *= 1.0 + 1e-9
    weights = solve_toeplitz(correlation[:-1], correlation[1:])
    residual = np.abs(lfilter(np.concatenate(([1.0], -weights)), [1.0], signal))
    residual[:ORDER] = 0.0
    near, around = round(NEAR_S * rate_hz), round(AROUND_S * rate_hz)
    side = around - near
    highest = maximum_filter1d(residual, side, mode="constant")
    before = np.zeros_like(residual)
    after = np.zeros_like(residual)
    shift = near + side // 2 + 1
    before[shift:] = highest[:-shift]
    after[:-shift] = highest[shift:]
    level = float(np.sqrt(np.mean(np.square(residual))))
    lonely = (residual > TIMES * np.maximum(before, after)) & (residual > level)
    return merged([spans(lonely)], gap=near)
