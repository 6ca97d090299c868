"""Mel spectra: powers of short frames in bands that are narrow where pitch is told finely."""

from functools import cache

import numpy as np
import numpy.typing as npt

from scorers.base import Samples

LINEAR_HZ = 1000.0  # Slaney's scale is linear below, logarithmic above
_PER_HZ = 3.0 / 200.0
_PER_OCTAVE = 27.0 / np.log2(6.4)


def mel_powers(frames: Samples, rate_hz: int, bands: int) -> Samples:
    """Power in each band of each frame, under a Hann window; librosa's defaults.

    Args:
        frames: shape ``(n_frames, size)``.
        rate_hz: sample rate; the bands reach from 0 to half of it.
        bands: how many.

    Returns:
        shape ``(n_frames, bands)``, float32.
    """
    from scipy import fft

    size = frames.shape[1]
    spectrum = fft.rfft(frames * _hann(size))
    powers = spectrum.real**2 + spectrum.imag**2
    return np.asarray(powers @ mel_filters(rate_hz, size, bands), dtype=np.float32)


def centred_frames(audio: Samples, size: int, hop: int) -> Samples:
    """Frames around every ``hop``-th sample, with zeros beyond both ends.

    Returns:
        shape ``(n_frames, size)``, a view; an odd ``size`` has its middle at the sample.
    """
    padded = np.pad(audio, size // 2)
    return np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]


@cache
def mel_filters(rate_hz: int, size: int, bands: int) -> Samples:
    """Triangles on Slaney's mel scale (Auditory Toolbox, 1998), each of unit area.

    Returns:
        shape ``(size // 2 + 1, bands)``, float32.
    """
    edges = _hertz(np.linspace(0.0, _mel(rate_hz / 2.0), bands + 2))
    bins = np.fft.rfftfreq(size, 1.0 / rate_hz)[:, None]
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    rising = (bins - low) / (middle - low)
    falling = (high - bins) / (high - middle)
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return np.asarray(triangles * (2.0 / (high - low)), dtype=np.float32)


def _mel(hertz: float) -> float:
    if hertz < LINEAR_HZ:
        return hertz * _PER_HZ
    return float(LINEAR_HZ * _PER_HZ + np.log2(hertz / LINEAR_HZ) * _PER_OCTAVE)


def _hertz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    above = np.maximum(mel - LINEAR_HZ * _PER_HZ, 0.0)
    return np.where(above > 0.0, LINEAR_HZ * np.exp2(above / _PER_OCTAVE), mel / _PER_HZ)


@cache
def _hann(size: int) -> Samples:
    return np.asarray(0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(size) / size), dtype=np.float32)
