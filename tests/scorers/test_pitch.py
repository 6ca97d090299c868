import numpy as np
import pytest

from scorers.base import Measured, Unmeasurable, Utterance
from scorers.pitch import Pitch
from scorers.voicing import RATE_HZ


def sung(start_hz: float, end_hz: float, seconds: float = 2.0) -> Utterance:
    """A pulse-like tone whose pitch moves in a straight line in semitones, taken as all speech."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    octaves = np.log2(end_hz / start_hz)
    phase = np.cumsum(start_hz * 2 ** (octaves * t / seconds)) / RATE_HZ
    tone = sum(np.cos(2 * np.pi * k * phase) / k for k in range(1, 16))
    utterance = Utterance(0.1 * np.asarray(tone, np.float32)[None], RATE_HZ, "", "")
    utterance.__dict__["speech"] = ((0.0, seconds),)
    return utterance


@pytest.mark.parametrize("low", [90.0, 180.0, 300.0])
def test_a_glide_is_measured_whatever_the_pitch(low: float) -> None:
    row = Pitch().row(sung(low, 1.5 * low))
    assert isinstance(row, Measured)
    span = 12 * np.log2(1.5)
    assert row.values["pitch_range_st"] == pytest.approx(0.9 * span, abs=0.2)
    # the last 0.3 s of 2 s
    assert row.values["final_pitch_st"] == pytest.approx(span * 0.29 / 2, abs=0.1)


def test_a_fall_is_below_zero_and_a_level_tone_near_it() -> None:
    fall = Pitch().row(sung(200, 140))
    level = Pitch().row(sung(200, 200))
    assert isinstance(fall, Measured)
    assert isinstance(level, Measured)
    assert fall.values["final_pitch_st"] < -0.5
    assert level.values["final_pitch_st"] == pytest.approx(0.0, abs=0.01)
    assert level.values["pitch_range_st"] == pytest.approx(0.0, abs=0.05)


def test_noise_has_no_pitch_and_says_so() -> None:
    noise = np.random.default_rng(1).standard_normal((1, 2 * RATE_HZ)).astype(np.float32)
    utterance = Utterance(0.1 * noise, RATE_HZ, "", "")
    utterance.__dict__["speech"] = ((0.0, 2.0),)
    assert Pitch().row(utterance) == Unmeasurable("less than 0.6 s of voiced speech")
