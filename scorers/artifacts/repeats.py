"""The same audio twice: a stuck buffer, a stutter, a segment pasted again."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from scorers.artifacts.spans import Spans, merged, spans
from scorers.base import Samples
from scorers.levels import active_power

SHORTEST_S = 0.2
WINDOW_S = 0.04
ALIKE = 0.96
ALIKE_COARSE = 0.75
LAGS = 8
COARSE_HZ = 8_000
QUIET_DB = -35.0
DIM = 4.0
EMPHASIS = 0.7


def repeats(audio: Samples, rate_hz: int) -> Spans:
    """Segments of 0.2 s and more that come again in the clip, nearly sample for sample.

    Lags come from the autocorrelation of the clip at 8 kHz, evened out in time (divided by its own
    envelope) and in frequency (phase transform, Knapp & Carter 1976), where only a true repetition
    stands out. At each, 40 ms windows whose normalised correlation stays above 0.96 at the full
    rate make up a segment; silence neither breaks a segment nor counts towards its 0.2 s. A word
    said twice, even by a synthesiser, does not reach that.

    Args:
        audio: one channel, not silent.
        rate_hz: sample rate.

    Returns:
        where the later copies stand.
    """
    if audio.size < 2 * SHORTEST_S * rate_hz:
        return merged([])
    import soxr

    quiet = active_power(audio, rate_hz) * 10.0 ** (QUIET_DB / 10.0)
    coarse_hz = min(COARSE_HZ, rate_hz)
    coarse = _Windows(soxr.resample(audio, rate_hz, coarse_hz).astype(np.float64), coarse_hz, quiet)
    lags = [lag for lag in coarse.lags() if len(coarse.alike(lag, ALIKE_COARSE))]
    if not lags:
        return merged([])
    fine = _Windows(audio.astype(np.float64), rate_hz, quiet)
    reach = round(rate_hz / coarse_hz) + 1
    found = []
    for lag in lags:
        middle = round(lag * rate_hz / coarse_hz)
        near = range(max(1, middle - reach), min(middle + reach, audio.size - 1) + 1)
        found.append(max((fine.alike(exact, ALIKE) for exact in near), key=_length))
    return merged(found)


class _Windows:
    """One channel at one rate, its correlation with itself looked at in short windows."""

    def __init__(self, audio: npt.NDArray[np.float64], rate_hz: int, quiet: float) -> None:
        self.audio = audio
        self.window = round(WINDOW_S * rate_hz)
        self.shortest = round(SHORTEST_S * rate_hz)
        loudness = self._smooth(audio**2)
        self.loud = loudness > quiet
        self.dim = loudness < DIM * quiet
        self.quiet = quiet
        # a little pre-emphasis: low voices of one pitch are alike at their first harmonics
        self.bright = audio - EMPHASIS * np.concatenate(([0.0], audio[:-1]))
        self.power = self._smooth(self.bright**2)

    def _smooth(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        from scipy.ndimage import uniform_filter1d

        return np.asarray(np.maximum(uniform_filter1d(values, self.window, mode="constant"), 0.0))

    def lags(self) -> Iterator[int]:
        """Where the evened-out autocorrelation is highest, best first."""
        even = self.audio / np.sqrt(np.maximum(self._smooth(self.audio**2), self.quiet))
        size = 1 << (2 * even.size - 1).bit_length()
        correlation = np.fft.irfft(np.abs(np.fft.rfft(even, size)), size)[: even.size]
        correlation[: self.shortest] = correlation[-self.shortest :] = 0.0
        for _ in range(LAGS):
            best = int(np.argmax(correlation))
            if correlation[best] <= 0.0:
                return
            correlation[max(0, best - 8) : best + 9] = 0.0
            yield best

    def alike(self, lag: int, threshold: float) -> Spans:
        """Segments that equal what came ``lag`` samples before."""
        both = self._smooth_product(lag)
        scale = np.sqrt(self.power[lag:] * self.power[:-lag])
        same = (both >= threshold * scale) & self.loud[lag:] & self.loud[:-lag]
        found = spans(same | (self.dim[lag:] & self.dim[:-lag]))
        sound = np.concatenate(([0], np.cumsum(same)))
        found = found[sound[found[:, 1]] - sound[found[:, 0]] > self.shortest - self.window]
        half = self.window // 2
        trimmed = [
            [start + int(np.argmax(same[start:end])), end - int(np.argmax(same[start:end][::-1]))]
            for start, end in found.tolist()
        ]
        grown = np.array(trimmed, dtype=np.int64).reshape(-1, 2) + np.array([-half, half])
        return np.asarray(np.clip(grown, 0, same.size) + lag)

    def _smooth_product(self, lag: int) -> npt.NDArray[np.float64]:
        from scipy.ndimage import uniform_filter1d

        product = self.bright[lag:] * self.bright[:-lag]
        return np.asarray(uniform_filter1d(product, self.window, mode="constant"))


def _length(found: Spans) -> int:
    return int((found[:, 1] - found[:, 0]).sum())
