"""Voiced or whispered, and how high: autocorrelation of short frames."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scorers.base import Samples

RATE_HZ = 16_000
FRAME = 640  # 40 ms: two periods of the lowest pitch and a little
HOP = 160
LOWEST_HZ, HIGHEST_HZ = 60.0, 500.0
STRENGTH = 0.6  # Praat takes 0.45; the formants of a whisper reach that
OCTAVE_COST = 0.01  # Praat's: of two equal peaks, the shorter lag is the period
_SIZE = 2048
_CHUNK = 512


@dataclass(frozen=True)
class Voicing:
    """Frames of 40 ms every 10 ms.

    Args:
        strength: height of the highest peak of the normalised autocorrelation, 0 to 1.
        pitch_hz: where that peak lies; means nothing where the strength is low.
    """

    strength: npt.NDArray[np.float64]
    pitch_hz: npt.NDArray[np.float64]


def voicing(audio: Samples) -> Voicing:
    """Strength and pitch of voicing per frame, after Boersma (1993).

    The autocorrelation of the windowed frame is divided by that of the window. It does not change
    with the level.

    Args:
        audio: mono at 16 kHz; one shorter than a frame has no frames.
    """
    if audio.size < FRAME:
        return Voicing(np.zeros(0), np.zeros(0))
    frames = np.lib.stride_tricks.sliding_window_view(audio, FRAME)[::HOP]
    parts = [_peaks(frames[i : i + _CHUNK]) for i in range(0, len(frames), _CHUNK)]
    return Voicing(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _peaks(
    frames: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    window = np.hanning(FRAME)
    centred = (frames - frames.mean(axis=1, keepdims=True)) * window
    power = np.abs(np.fft.rfft(centred, _SIZE)) ** 2
    correlation = np.fft.irfft(power)[:, :FRAME]
    norm = np.fft.irfft(np.abs(np.fft.rfft(window, _SIZE)) ** 2)[:FRAME]
    low, high = int(RATE_HZ / HIGHEST_HZ), int(RATE_HZ / LOWEST_HZ) + 1
    energy = np.maximum(correlation[:, :1], 1e-12)
    lags = np.arange(low - 1, high + 1)
    ratio = (correlation[:, lags] / energy) / (norm[lags] / norm[0])
    left, peak, right = ratio[:, :-2], ratio[:, 1:-1], ratio[:, 2:]
    is_peak = (peak > left) & (peak >= right)
    # the vertex of the parabola through three points: at whole lags, a short period loses to its
    # double
    curve = np.where(is_peak, left - 2 * peak + right, -1.0)
    shift = np.where(is_peak, 0.5 * (left - right) / curve, 0.0)
    height = np.where(is_peak, peak - 0.25 * (left - right) * shift, 0.0)
    cost = OCTAVE_COST * np.log2(lags[1:-1] / low)
    best = np.argmax(np.where(is_peak, height - cost, -1.0), axis=1)
    rows = np.arange(len(frames))
    pitch = RATE_HZ / (lags[1:-1][best] + shift[rows, best])
    return np.clip(height[rows, best], 0.0, 1.0), np.clip(pitch, LOWEST_HZ, HIGHEST_HZ)
