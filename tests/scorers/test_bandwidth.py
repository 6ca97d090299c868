"""Bandwidth against planted cut-offs."""

import numpy as np
import pytest
import soxr
from scipy.signal import firwin, lfilter, resample

from scorers.bandwidth import Bandwidth
from scorers.base import Unmeasurable
from tests.scorers.signals import RATE_HZ, measured, row, utterance, voice


def hissing(rate_hz: int = RATE_HZ) -> np.ndarray:
    """A voice with energy up to the end of its band."""
    noise = np.random.default_rng(2).standard_normal(4 * rate_hz) * 0.002
    return np.asarray(voice(4.0, rate_hz) + noise, dtype=np.float32)


def bandwidth(audio: np.ndarray, rate_hz: int = RATE_HZ) -> float:
    value = measured(Bandwidth(), utterance(audio, rate_hz)).values["bandwidth_hz"]
    assert value is not None
    return value


def cut(audio: np.ndarray) -> tuple[float, float]:
    values = measured(Bandwidth(), utterance(audio)).values
    hz, db = values["cutoff_hz"], values["cutoff_db"]
    assert hz is not None
    assert db is not None
    return hz, db


def fading(past_hz: float, fall_db: float, slope_db_per_khz: float) -> np.ndarray:
    """A voice whose vocoder has learnt an edge: its own sound goes on above, ever fainter."""
    audio = hissing().astype(np.float64)
    spectrum = np.fft.rfft(audio)
    over_khz = (np.fft.rfftfreq(audio.size, 1 / RATE_HZ) - past_hz) / 1000
    fall = np.where(over_khz > 0, np.minimum(over_khz / 0.3, 1.0) * fall_db, 0.0)
    fall += np.maximum(over_khz, 0.0) * slope_db_per_khz
    return np.asarray(np.fft.irfft(spectrum * 10 ** (-fall / 20), audio.size), np.float32)


def as_written(audio: np.ndarray) -> np.ndarray:
    return np.asarray(np.round(audio * 32767.0) / 32768.0, dtype=np.float32)


def test_whole_band() -> None:
    found = measured(Bandwidth(), utterance(hissing()))
    assert found.values["bandwidth_share"] == 1.0
    assert found.values["bandwidth_hz"] == RATE_HZ / 2


@pytest.mark.parametrize("old_hz", [8_000, 11_025, 16_000, 22_050])
@pytest.mark.parametrize("how", ["soxr", "fft", "linear"])
def test_brought_up_from_a_lower_rate(old_hz: int, how: str) -> None:
    if how == "linear" and old_hz % 8_000:
        pytest.skip("images of a linear interpolation at an odd ratio fill the hole")
    low = soxr.resample(hissing(), RATE_HZ, old_hz)
    if how == "soxr":
        high = soxr.resample(low, old_hz, RATE_HZ)
    elif how == "fft":
        high = resample(low, low.size * RATE_HZ // old_hz)
    else:
        high = np.interp(np.arange(0, low.size - 1, old_hz / RATE_HZ), np.arange(low.size), low)
    assert bandwidth(as_written(high)) == pytest.approx(old_hz / 2, rel=0.05)


@pytest.mark.parametrize("cut_hz", [3_000, 5_000, 7_000, 10_000])
def test_steep_low_pass(cut_hz: int) -> None:
    low = lfilter(firwin(1023, cut_hz, fs=RATE_HZ), [1.0], hissing())
    assert bandwidth(as_written(low)) == pytest.approx(cut_hz, rel=0.05)


def test_cut_off_under_added_noise() -> None:
    low = soxr.resample(soxr.resample(hissing(), RATE_HZ, 16_000), 16_000, RATE_HZ)
    noise = np.random.default_rng(3).standard_normal(low.size) * 1e-5
    assert bandwidth(low + noise) == pytest.approx(8_000, rel=0.05)


@pytest.mark.parametrize("old_hz", [8_000, 11_025, 16_000, 22_050])
def test_a_resampler_cuts_the_spectrum_off(old_hz: int) -> None:
    low = soxr.resample(soxr.resample(hissing(), RATE_HZ, old_hz), old_hz, RATE_HZ)
    hz, db = cut(as_written(low))
    assert hz == pytest.approx(old_hz / 2, rel=0.03)
    assert db > 30.0


def test_images_of_a_resampler_leave_a_hole_at_its_cut() -> None:
    low = soxr.resample(hissing(), RATE_HZ, 8_000)
    high = np.interp(np.arange(0, low.size - 1, 1 / 3), np.arange(low.size), low)
    assert cut(as_written(high))[0] == pytest.approx(4_000, rel=0.05)


@pytest.mark.parametrize("past_hz", [9_900, 10_200, 10_450])
@pytest.mark.parametrize("fall_db", [25.0, 30.0])
def test_an_edge_that_the_voice_itself_has_is_no_cut(past_hz: float, fall_db: float) -> None:
    assert cut(as_written(fading(past_hz, fall_db, 6.0))) == (RATE_HZ / 2, 0.0)


def test_a_voice_with_an_edge_of_its_own_is_cut_off_where_it_was_brought_up() -> None:
    own = fading(9_900, 25.0, 6.0)
    low = soxr.resample(soxr.resample(own, RATE_HZ, 22_050), 22_050, RATE_HZ)
    assert cut(as_written(low))[0] == pytest.approx(11_025, rel=0.05)


def test_a_whole_band_is_not_cut_off() -> None:
    noise = np.random.default_rng(4).standard_normal(RATE_HZ)
    assert cut(0.1 * noise.astype(np.float32)) == (RATE_HZ / 2, 0.0)
    assert cut(as_written(hissing())) == (RATE_HZ / 2, 0.0)


def test_dark_voice_is_not_called_narrow() -> None:
    dark = lfilter([0.05], [1.0, -0.95], hissing())
    assert bandwidth(dark) > 11_000


def test_gain_leaves_it_alone() -> None:
    low = soxr.resample(soxr.resample(hissing(), RATE_HZ, 16_000), 16_000, RATE_HZ)
    assert bandwidth(low) == bandwidth(low * np.float32(0.05))


def test_no_number_for_silence_or_an_instant() -> None:
    assert row(Bandwidth(), utterance(np.zeros(RATE_HZ))) == Unmeasurable("silence")
    assert row(Bandwidth(), utterance(np.ones(1000))) == Unmeasurable("shorter than 0.1 s")
