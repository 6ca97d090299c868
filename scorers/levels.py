"""Levels of stretches of audio: what several scorers measure against."""

import numpy as np
import numpy.typing as npt

from scorers.base import Samples

Powers = npt.NDArray[np.float64]

SILENT_PEAK = 1e-4
FRAME_S = 0.02
ACTIVE_RANGE_DB = 25.0
FLOOR_DB = -120.0


def is_silent(audio: Samples) -> bool:
    """Whether nothing in it reaches -80 dBFS: digital silence, dither, a single stray bit."""
    return audio.size == 0 or float(np.abs(audio).max()) < SILENT_PEAK


def decibels(power: float | Powers) -> Powers:
    """``10 log10`` of a mean square, never below -120 dB."""
    return np.asarray(10.0 * np.log10(np.maximum(power, 10.0 ** (FLOOR_DB / 10.0))))


def frame_powers(audio: Samples, rate_hz: int, frame_s: float = FRAME_S) -> Powers:
    """Mean square of each frame; frames stand side by side, the rest of the clip is left out.

    Args:
        audio: one channel, shape ``(n_samples,)``.
        rate_hz: sample rate.
        frame_s: length of a frame in seconds.

    Returns:
        shape ``(n_frames,)``; one frame where the clip is shorter than a frame; empty for no audio.
    """
    length = min(max(1, round(frame_s * rate_hz)), audio.size)
    if length == 0:
        return np.zeros(0)
    whole = audio[: audio.size // length * length].astype(np.float64)
    return np.asarray(np.mean(np.square(whole.reshape(-1, length)), axis=1))


def active_power(audio: Samples, rate_hz: int) -> float:
    """Mean square while somebody speaks: over the 20 ms frames within 25 dB of the loud ones.

    The loud ones are the 95th percentile of the frames, so that pauses and a single crack do not
    move it. A gain of ``g`` scales it by ``g ** 2``. 0 for no audio.
    """
    powers = frame_powers(audio, rate_hz)
    if powers.size == 0:
        return 0.0
    loud = np.percentile(powers, 95)
    return float(powers[powers >= loud * 10.0 ** (-ACTIVE_RANGE_DB / 10.0)].mean())
