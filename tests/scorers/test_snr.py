"""SNR and noise floor against planted noise."""

import numpy as np
import pytest

from scorers.base import Unmeasurable
from scorers.snr import Snr, noise_floor_dbfs, snr_db
from tests.scorers.signals import RATE_HZ, level, measured, row, utterance, voice


def coloured(kind: str, size: int) -> np.ndarray:
    rng = np.random.default_rng(7)
    spectrum = np.fft.rfft(rng.standard_normal(size))
    if kind == "pink":
        spectrum /= np.sqrt(np.maximum(np.arange(spectrum.size), 1))
    return np.fft.irfft(spectrum, size)


@pytest.mark.parametrize("kind", ["white", "pink"])
@pytest.mark.parametrize("planted", [5.0, 15.0, 25.0, 35.0])
def test_snr_of_planted_noise(kind: str, planted: float) -> None:
    clean = voice(4.0)
    noise = coloured(kind, clean.size)
    noisy = clean + noise / level(noise) * level(clean) * 10 ** (-planted / 20)
    speech = ((0.15, 3.6),)
    assert snr_db(noisy.astype(np.float32), RATE_HZ, speech) == pytest.approx(planted, abs=3.0)


def test_snr_does_not_hear_level() -> None:
    audio = voice(4.0)
    assert snr_db(audio * np.float32(0.1), RATE_HZ, ()) == pytest.approx(
        snr_db(audio, RATE_HZ, ()), abs=1e-3
    )


def test_noise_floor() -> None:
    audio = np.zeros(2 * RATE_HZ, dtype=np.float32)
    audio[RATE_HZ:] = 0.3
    assert noise_floor_dbfs(audio, RATE_HZ, ((1.0, 2.0),)) == -120.0
    hiss = np.random.default_rng(0).standard_normal(audio.size).astype(np.float32) * 0.001
    assert noise_floor_dbfs(audio + hiss, RATE_HZ, ((1.0, 2.0),)) == pytest.approx(-60.0, abs=1.0)


def test_silence_has_a_floor_but_no_ratio() -> None:
    found = measured(Snr(), utterance(np.zeros(RATE_HZ)))
    assert found.values["noise_floor_dbfs"] == -120.0
    assert found.reasons == {"snr_db": "silence"}


def test_too_short() -> None:
    for samples in (0, 1, 1200):
        assert row(Snr(), utterance(np.ones(samples))) == Unmeasurable("shorter than 0.1 s")
