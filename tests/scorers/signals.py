"""Small generated signals: a voice-like buzz with pauses, tones, noise, and planted defects."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

from scorers.base import Measured, Row, Samples, Scorer, Utterance

RATE_HZ = 24_000
Signal = npt.NDArray[np.float64]
PULSE = np.hanning(32)[1:-1]


@lru_cache
def voice(seconds: float = 4.0, rate_hz: int = RATE_HZ, seed: int = 0) -> Samples:
    """A gliding pulse train through changing formants, with hiss and short pauses."""
    rng = np.random.default_rng(seed)
    out = np.zeros(round(seconds * rate_hz))
    at = round(0.15 * rate_hz)
    phase = 0.0
    while at < out.size - round(0.4 * rate_hz):
        size = round(rng.uniform(0.08, 0.2) * rate_hz)
        envelope = np.hanning(size)
        if rng.random() < 0.3:
            sound = np.diff(rng.standard_normal(size + 1)) * 0.01
        else:
            pitch = np.linspace(rng.uniform(110, 180), rng.uniform(110, 180), size)
            turns = phase + np.cumsum(pitch) / rate_hz
            phase = float(turns[-1] % 1.0)
            sound = (
                np.convolve(np.diff(np.floor(turns), prepend=0.0), PULSE, "same")
                + rng.standard_normal(size) * 0.003
            )
            for hz in (rng.uniform(300, 800), rng.uniform(900, 2200), 2700.0, 3600.0):
                radius = np.exp(-np.pi * 90 / rate_hz)
                angle = 2 * np.cos(2 * np.pi * hz / rate_hz) * radius
                sound = lfilter([1.0], [1.0, -angle, radius**2], sound)
            sound = sound / np.abs(sound).max()
        out[at : at + size] += (sound * envelope)[: out.size - at]
        at += size + (round(rng.uniform(0.05, 0.12) * rate_hz) if rng.random() < 0.25 else 0)
    return (out / np.abs(out).max() * 0.5 + rng.standard_normal(out.size) * 1e-5).astype(np.float32)


def tone(hz: float, seconds: float, dbfs: float = -20.0, rate_hz: int = RATE_HZ) -> Samples:
    """A sine whose peak lies at ``dbfs``."""
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    return (10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * time)).astype(np.float32)


def level(audio: npt.ArrayLike) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(audio, dtype=np.float64))))


def loud_place(audio: Samples, seconds: float, start: float = 1.0) -> int:
    """Start of a stretch that begins in the middle of sound."""
    for at in range(round(start * RATE_HZ), audio.size - round((seconds + 0.5) * RATE_HZ), 120):
        if level(audio[at - 72 : at]) > 0.5 * level(audio):
            return at
    raise AssertionError("no loud place")


def utterance(
    audio: npt.ArrayLike,
    rate_hz: int = RATE_HZ,
    text: str = "",
    speech: tuple[tuple[float, float], ...] | None = None,
) -> Utterance:
    """One clip, of one channel or several; `speech` stands in for the detector's answer."""
    made = Utterance(np.atleast_2d(np.asarray(audio, dtype=np.float32)), rate_hz, text, "en")
    if speech is not None:
        made.__dict__["speech"] = speech
    return made


def row(scorer: Scorer, clip: Utterance) -> Row:
    """What a scorer answers to one clip alone."""
    (answer,) = scorer.load("cpu")([clip])
    return answer


def measured(scorer: Scorer, clip: Utterance) -> Measured:
    answer = row(scorer, clip)
    assert isinstance(answer, Measured)
    for column in scorer.columns:
        value = answer.values[column.name]
        assert (value is None) == (column.name in answer.reasons)
        assert value is None or column.holds(value)
    return answer
