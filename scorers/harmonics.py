"""How clear the harmonics of a voice are: the cepstral peak at its pitch."""

import numpy as np
import numpy.typing as npt

from scorers.base import Samples
from scorers.voicing import LOWEST_HZ as LOWEST_PITCH_HZ
from scorers.voicing import RATE_HZ

LOWEST_HZ, HIGHEST_HZ = 300.0, 4000.0
PERIODS = 4  # in a window: fewer part the harmonics badly, more see the pitch move
AROUND = 0.06  # of the pitch
FLOOR_DB = -100.0
_HALF = int(PERIODS * RATE_HZ / LOWEST_PITCH_HZ / 2) + 1
_SIZE = 2048
_CEPSTRUM = 1024  # steps of an eighth of a millisecond, a quarter of the width of the peak
_CHUNK = 512

Floats = npt.NDArray[np.float64]


def harmonics_db(audio: Samples, centres: npt.NDArray[np.int64], pitch_hz: Floats) -> Floats:
    """Amplitude of the ripple that the harmonics draw on the log spectrum, in dB.

    The height of the cepstrum at the pitch (Noll 1967) of windows of four periods, 0.3 to 4 kHz
    alone; Hillenbrand et al. (1994) take it for the breathiness of voices. Whatever fills the gaps
    between the harmonics lowers it: noise, a room, the quantisation of a codec. It does not change
    with the level.

    Args:
        audio: mono at 16 kHz.
        centres: ``(n,)`` samples in the middle of voiced moments.
        pitch_hz: ``(n,)`` pitch there, within 6 %, 60 Hz at least.

    Returns:
        ``(n,)`` from 0 on. Clean voices have 2 to 9 on average, a pulse train 14, within a fourth
        whatever its pitch; white noise has 1 to 2.5 by chance.
    """
    around = np.lib.stride_tricks.sliding_window_view(np.pad(audio, _HALF), 2 * _HALF)
    parts = [
        _peaks(around[centres[i : i + _CHUNK]], pitch_hz[i : i + _CHUNK])
        for i in range(0, len(centres), _CHUNK)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def _peaks(frames: Samples, pitch_hz: Floats) -> Floats:
    step_hz = RATE_HZ / _SIZE
    size = np.abs(np.fft.rfft(_windowed(frames, pitch_hz), _SIZE, axis=1))
    floor = size.max(axis=1, keepdims=True) * 10.0 ** (FLOOR_DB / 20.0)
    band = slice(round(LOWEST_HZ / step_hz), round(HIGHEST_HZ / step_hz))
    level = 20.0 * np.log10(np.maximum(np.maximum(size, floor), 1e-30)[:, band])
    window = np.hanning(level.shape[1])
    window /= window.sum()
    ripple = (level - (level @ window)[:, None]) * window
    cepstrum = 2.0 * np.abs(np.fft.rfft(ripple, _CEPSTRUM, axis=1))
    quefrency_s = np.arange(cepstrum.shape[1]) / (_CEPSTRUM * step_hz)
    periods = quefrency_s[None, :] * pitch_hz[:, None]
    return np.asarray(np.where(np.abs(periods - 1.0) <= AROUND, cepstrum, 0.0).max(axis=1))


def _windowed(frames: Samples, pitch_hz: Floats) -> Floats:
    """Each frame from its mean on, under a Hann window of four of its periods."""
    reach = PERIODS * RATE_HZ / pitch_hz[:, None] / 2
    place = np.abs(np.arange(2 * _HALF) - _HALF)[None, :] / reach
    window = np.where(place < 1.0, np.cos(0.5 * np.pi * place) ** 2, 0.0)
    mean = (frames * window).sum(axis=1, keepdims=True) / window.sum(axis=1, keepdims=True)
    return np.asarray((frames - mean) * window)
