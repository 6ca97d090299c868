"""The same samples twice: a stuck buffer, a stutter, a segment pasted again."""

import numpy as np
import numpy.typing as npt

from scorers.artifacts.spans import Spans, merged, spans
from scorers.base import Samples

LONGEST_LOOP_S = 0.05
SHORTEST_STUCK_S = 0.005
SHORTEST_REPEAT_S = 0.2
LAGS = 8
ALIKE = 0.98
WINDOW_S = 0.05


def stuck(audio: Samples, rate_hz: int) -> Spans:
    """Runs of 5 ms and more of one value other than zero.

    Args:
        audio: one channel.
        rate_hz: sample rate.
    """
    same = np.zeros(audio.size, dtype=bool)
    same[1:] = (audio[1:] == audio[:-1]) & (audio[1:] != 0.0)
    return spans(same, max(2, round(SHORTEST_STUCK_S * rate_hz)))


def repeats(audio: Samples, rate_hz: int) -> Spans:
    """Segments of 0.2 s and more that come again in the clip, sample for sample.

    Lags come from the autocorrelation of the whitened clip (phase transform), where only an exact
    repetition stands out; at each, windows of 50 ms whose normalised correlation stays above 0.98
    make up a segment.

    Args:
        audio: one channel, not silent.
        rate_hz: sample rate.
    """
    shortest = round(SHORTEST_REPEAT_S * rate_hz)
    if audio.size < 2 * shortest:
        return merged([])
    signal = np.diff(audio.astype(np.float64), prepend=0.0)
    size = 1 << (2 * signal.size - 1).bit_length()
    spectrum = np.fft.rfft(signal, size)
    power = np.square(np.abs(spectrum))
    lags = np.fft.irfft(power / np.maximum(np.sqrt(power), 1e-12), size)[: signal.size - shortest]
    lags[:shortest] = 0.0
    best = np.argsort(lags)[-LAGS:]
    return merged(_alike(signal, int(lag), rate_hz) for lag in best if lags[lag] > 0.0)


def _alike(signal: npt.NDArray[np.float64], lag: int, rate_hz: int) -> Spans:
    """Segments of the later copy that equal what came ``lag`` samples before."""
    from scipy.ndimage import uniform_filter1d

    window = round(WINDOW_S * rate_hz)
    now, then = signal[lag:], signal[:-lag]
    both = uniform_filter1d(now * then, window)
    scale = np.sqrt(
        np.maximum(uniform_filter1d(now**2, window) * uniform_filter1d(then**2, window), 0.0)
    )
    floor = float(np.mean(signal**2)) * 1e-4
    found = spans((both > ALIKE * scale) & (scale > floor))
    found = found + lag
    return found[found[:, 1] - found[:, 0] >= round(SHORTEST_REPEAT_S * rate_hz) - window]
