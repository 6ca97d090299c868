"""The cepstral peak at the pitch: where it is known, and what lowers it."""

import numpy as np
import pytest

from scorers.base import Samples
from scorers.harmonics import PERIODS, harmonics_db
from scorers.voicing import RATE_HZ


def train(hertz: float) -> Samples:
    t = np.arange(RATE_HZ) / RATE_HZ
    wave = sum(np.cos(2 * np.pi * hertz * k * t) for k in range(1, int(4500 / hertz)))
    return np.asarray(wave, np.float32)


def at(audio: Samples, hertz: float) -> float:
    centres = np.arange(2000, RATE_HZ - 2000, 160)
    return float(harmonics_db(audio, centres, np.full(len(centres), hertz)).mean())


@pytest.mark.parametrize("strength", [0.1, 0.3, 0.6])
@pytest.mark.parametrize("period", [40, 80, 160])
def test_an_echo_ripples_the_log_spectrum_by_its_strength(strength: float, period: int) -> None:
    # two pulses, as high after the window as one and its echo: log |1 + a exp(-jwT)| begins with
    # a cos(wT)
    audio = np.zeros(RATE_HZ, np.float32)
    middle = RATE_HZ // 2
    weight = np.cos(0.5 * np.pi * 0.5 * period / (PERIODS * period / 2)) ** 2
    audio[middle - period // 2] = 1.0 / weight
    audio[middle + period // 2] = strength / weight
    found = harmonics_db(audio, np.array([middle]), np.array([RATE_HZ / period]))
    assert float(found[0]) == pytest.approx(20.0 / np.log(10.0) * strength, rel=0.05)


@pytest.mark.parametrize("hertz", [90.0, 140.0, 220.0, 330.0])
def test_noise_between_the_harmonics_lowers_it(hertz: float) -> None:
    clean = train(hertz)
    noise = np.random.default_rng(0).standard_normal(clean.shape).astype(np.float32)
    found = [at(clean + noise * clean.std() * 10 ** (-snr / 20), hertz) for snr in (40, 20, 10, 0)]
    assert found == sorted(found, reverse=True)
    assert found[-1] < found[0] / 2


@pytest.mark.parametrize("hertz", [80.0, 150.0, 200.0, 300.0, 400.0])
def test_a_high_voice_has_about_as_much_as_a_low_one(hertz: float) -> None:
    assert at(train(hertz), hertz) == pytest.approx(14.0, rel=0.25)


@pytest.mark.parametrize("hertz", [80.0, 150.0, 300.0])
def test_noise_has_hardly_any(hertz: float) -> None:
    noise = np.random.default_rng(0).standard_normal(RATE_HZ).astype(np.float32)
    assert at(noise, hertz) < 2.5


def test_a_gain_does_not_move_it() -> None:
    clean = train(140.0)
    assert at(clean * np.float32(0.01), 140.0) == pytest.approx(at(clean, 140.0), rel=1e-4)


def test_pitch_five_per_cent_off_is_found_and_another_pitch_is_not() -> None:
    clean = train(140.0)
    assert at(clean, 140.0 * 1.05) > 0.75 * at(clean, 140.0)
    assert at(clean, 190.0) < at(clean, 140.0) / 3


def test_nothing_voiced_silence_and_the_very_edge() -> None:
    assert harmonics_db(train(140.0), np.zeros(0, int), np.zeros(0)).shape == (0,)
    assert at(np.zeros(RATE_HZ, np.float32), 140.0) == pytest.approx(0.0, abs=1e-6)
    edges = harmonics_db(train(140.0), np.array([0, RATE_HZ - 1]), np.full(2, 140.0))
    assert np.isfinite(edges).all()
