"""A decoded clip -> 24 kHz, 16 bit, mono, the same bytes every time."""

import io
import wave
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from export.form import Coding

RATE_HZ = 24_000
_FULL = 32768.0
_HEADROOM = 10.0 ** (-1.0 / 20.0)  # -1 dBFS
_GATE_S = 0.4  # ITU-R BS.1770 measures blocks of this length
Samples = npt.NDArray[np.float32]
Pcm = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Treatment:
    """What is done to the audio beside its form.

    Args:
        lufs: loudness to bring every clip to, by ITU-R BS.1770; as it is where ``None``. A clip
            whose peaks would pass -1 dBFS stays softer.
        pad_s: silence that stays before and after the speech; all of it where ``None``.
    """

    lufs: float | None = None
    pad_s: float | None = None


def finished(
    samples: Samples,
    rate_hz: int,
    treatment: Treatment,
    silence_s: tuple[float, float],
    seed: bytes,
) -> Pcm:
    """The clip as it goes into a training set.

    Channels are averaged, the rate is brought down (soxr, VHQ). Where bits are dropped, triangular
    noise of two steps is added first (TPDF dither), from the content's own digest, so that a clip
    always comes out the same; what has 16 bits already stays bit for bit.

    Args:
        samples: ``(channels, n)``, nominally in [-1, 1].
        rate_hz: 24 kHz or more; audio is never brought up.
        treatment: loudness and trimming.
        silence_s: before and after the speech, of which ``treatment.pad_s`` stays.
        seed: at least 16 bytes.

    Raises:
        ValueError: the rate is below 24 kHz.
    """
    if rate_hz < RATE_HZ:
        raise ValueError(f"its rate is {rate_hz} Hz, and audio is never brought up")
    mono = samples.mean(axis=0, dtype=np.float64)
    if treatment.pad_s is not None:
        start, end = (max(0, round((s - treatment.pad_s) * rate_hz)) for s in silence_s)
        mono = mono[start : mono.size - end]
    if rate_hz != RATE_HZ:
        import soxr

        mono = soxr.resample(mono, rate_hz, RATE_HZ, quality="VHQ")
    if treatment.lufs is not None:
        mono = mono * _gain(mono, treatment.lufs)
    return _sixteen_bits(mono * _FULL, seed)


def encoded(pcm: Pcm, coding: Coding) -> bytes:
    """A file of 24 kHz, 16 bit, mono."""
    buffer = io.BytesIO()
    if coding == "flac":
        import soundfile

        soundfile.write(buffer, pcm, RATE_HZ, "PCM_16", format="FLAC")
        return buffer.getvalue()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(pcm.astype("<i2").tobytes())
    return buffer.getvalue()


def _gain(mono: npt.NDArray[np.float64], lufs: float) -> float:
    import pyloudnorm

    peak = float(np.abs(mono).max(initial=0.0))
    if mono.size < _GATE_S * RATE_HZ or peak == 0.0:
        return 1.0
    measured = float(pyloudnorm.Meter(RATE_HZ).integrated_loudness(mono))
    if not np.isfinite(measured):
        return 1.0
    return float(min(10.0 ** ((lufs - measured) / 20.0), _HEADROOM / peak))


def _sixteen_bits(scaled: npt.NDArray[np.float64], seed: bytes) -> Pcm:
    whole = np.rint(scaled)
    if not np.array_equal(whole, scaled):
        rng = np.random.Generator(np.random.PCG64(int.from_bytes(seed[:16], "big")))
        whole = np.rint(scaled + rng.random(scaled.size) - rng.random(scaled.size))
    return np.asarray(np.clip(whole, -_FULL, _FULL - 1), np.int16)
