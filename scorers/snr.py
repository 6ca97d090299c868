"""Speech over noise in one clip, without a clean reference."""

import numpy as np

from scorers.base import Samples
from scorers.levels import Powers, decibels, frame_powers

SNR_LOW_DB = -20.0
SNR_HIGH_DB = 80.0
QUANTILE = 0.2
WINDOW_S = 0.032
SPEECH_FREE_S = 0.1


def snr_db(audio: Samples, rate_hz: int) -> float:
    """Ratio of speech to noise by quantile-based noise estimation, in dB.

    In every frequency bin speech is absent for part of the time, even where it never pauses, so a
    low quantile over time of the power in that bin is noise (Stahl, Fischer & Bippus, "Quantile
    based noise estimation for spectral subtraction and Wiener filtering", ICASSP 2000). For
    stationary noise the power in a bin is exponentially distributed, hence its mean is the
    ``q``-quantile over ``-ln(1 - q)``. Speech is what remains of the total.

    Args:
        audio: one channel, at least one window of 32 ms, not silent.
        rate_hz: sample rate.

    Returns:
        between -20 and 80 dB (clean speech comes to 35 dB and more); unmoved by a gain.
    """
    from scipy.signal import stft

    length = round(WINDOW_S * rate_hz)
    _, _, bins = stft(audio, rate_hz, nperseg=length, noverlap=length // 2, boundary=None)
    power = np.square(np.abs(bins))
    noise = np.quantile(power, QUANTILE, axis=1) / -np.log1p(-QUANTILE)
    total = float(power.mean(axis=1).sum())
    floor = min(float(noise.sum()), total)
    ratio = max(total - floor, total * 1e-12) / max(floor, total * 1e-12)
    return float(np.clip(10.0 * np.log10(ratio), SNR_LOW_DB, SNR_HIGH_DB))


def noise_floor_dbfs(
    audio: Samples, rate_hz: int, speech: tuple[tuple[float, float], ...]
) -> float:
    """Level of the quiet: the 10th percentile of the 20 ms frames that hold no speech, in dBFS.

    Where less than 0.1 s of the clip is free of speech, all its frames count. Digital silence and
    everything under -120 dBFS is -120.
    """
    powers = frame_powers(audio, rate_hz)
    starts = np.arange(powers.size) * 0.02
    free = np.ones(powers.size, dtype=bool)
    for start, end in speech:
        free &= (starts + 0.02 <= start) | (starts >= end)
    chosen: Powers = powers[free] if free.sum() * 0.02 >= SPEECH_FREE_S else powers
    return float(np.clip(decibels(float(np.percentile(chosen, 10))), -120.0, 20.0))
