"""Each finder sees the defect that was planted, and nothing in clean audio."""

import numpy as np
import pytest
import soxr

from scorers.artifacts import Artifacts
from scorers.artifacts.repeats import repeats
from scorers.artifacts.stuck import stuck
from scorers.base import Measured, Samples
from tests.scorers.signals import RATE_HZ, level, loud_place, measured, tone, utterance, voice


def find(audio: np.ndarray, rate_hz: int = RATE_HZ) -> Measured:
    return measured(Artifacts(), utterance(audio, rate_hz))


@pytest.fixture
def clean() -> Samples:
    return voice().copy()


@pytest.mark.parametrize("seed", range(4))
def test_clean_has_none(seed: int) -> None:
    found = find(voice(seed=seed))
    for name in ("clipped_share", "click_count", "dropout_count", "stuck_s", "repeat_s"):
        assert found.values[name] == 0.0, name
    hum = found.values["hum_db"]
    assert hum is not None
    assert hum < -35.0
    assert found.details == {"regions": {}}


@pytest.mark.parametrize("share", [0.001, 0.01, 0.05, 0.2])
@pytest.mark.parametrize("gain", [1.0, 0.31])
def test_clipped_share_at_any_level(clean: Samples, share: float, gain: float) -> None:
    ceiling = np.quantile(np.abs(clean), 1.0 - share)
    clipped = np.clip(clean, -ceiling, ceiling) * gain
    written = np.round(clipped * 32767.0) / 32768.0
    assert find(written).values["clipped_share"] == pytest.approx(share, rel=0.4)


def test_one_sided_clipping(clean: Samples) -> None:
    low = float(np.quantile(clean, 0.02))
    assert find(np.maximum(clean, low)).values["clipped_share"] == pytest.approx(0.02, rel=0.35)


def test_sine_is_not_clipped() -> None:
    assert find(tone(200.0, 1.0, 0.0)).values["clipped_share"] == 0.0


@pytest.mark.parametrize("kind", ["impulse", "jump"])
def test_clicks_are_counted_where_they_are(clean: Samples, kind: str) -> None:
    places = [0.7, 1.6, 2.9]
    for place in places:
        at = round(place * RATE_HZ)
        if kind == "impulse":
            clean[at] += 0.5
        else:
            clean[at : at + 400] += np.linspace(1.0, 0.0, 400, dtype=np.float32)
    found = find(clean)
    assert found.values["click_count"] == 3
    starts = [start for start, _ in found.details["regions"]["clicks"]]
    assert starts == pytest.approx(places, abs=0.001)


@pytest.mark.parametrize("seconds", [0.03, 0.06, 0.15, 0.3])
@pytest.mark.parametrize("left", ["digital silence", "faint noise"])
def test_dropout(clean: Samples, seconds: float, left: str) -> None:
    at, size = loud_place(clean, seconds), round(seconds * RATE_HZ)
    clean[at : at + size] = 0.0
    if left == "faint noise":
        noise = np.random.default_rng(1).standard_normal(size)
        clean[at : at + size] += (noise * level(clean) * 10 ** (-70 / 20)).astype(np.float32)
    found = find(clean)
    assert found.values["dropout_count"] == 1
    assert found.values["dropout_longest_s"] == pytest.approx(seconds, abs=0.02)


def test_a_pause_that_fades_is_no_dropout(clean: Samples) -> None:
    at, size = loud_place(clean, 0.3), round(0.02 * RATE_HZ)
    clean[at - size : at] *= np.linspace(1.0, 0.0, size, dtype=np.float32) ** 2
    clean[at : at + 5000] = 0.0
    assert find(clean).values["dropout_count"] == 0


@pytest.mark.parametrize("noise_db", [None, -60.0])
def test_cut_end_is_no_dropout(clean: Samples, noise_db: float | None) -> None:
    """Nor is one in whose silence a noise stands out here and there."""
    at = loud_place(clean, 0.3)
    speech = level(clean)
    clean[at:] = 0.0
    if noise_db is not None:
        noise = np.random.default_rng(1).standard_normal(clean.size - at)
        clean[at:] = np.clip(noise, -3, 3) * speech * 10 ** (noise_db / 20)
        clean[at + RATE_HZ // 8] = speech * 10 ** (-46 / 20)
    assert find(clean).values["dropout_count"] == 0


@pytest.mark.parametrize("mains", [50.0, 60.0, 59.9])
@pytest.mark.parametrize("under", [-20.0, -30.0])
def test_hum_level(clean: Samples, mains: float, under: float) -> None:
    time = np.arange(clean.size) / RATE_HZ
    hum = np.sin(2 * np.pi * mains * time) + 0.5 * np.sin(4 * np.pi * mains * time)
    hum *= level(clean) * 10 ** (under / 20) / level(hum)
    assert find(clean + hum).values["hum_db"] == pytest.approx(under, abs=5.0)


def test_hum_needs_a_second_and_a_half() -> None:
    found = find(tone(50.0, 1.0))
    assert found.values["hum_db"] is None
    assert found.reasons["hum_db"] == "shorter than 1.5 s"


@pytest.mark.parametrize("seconds", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("gain", [1.0, 0.7])
def test_repeated_segment(clean: Samples, seconds: float, gain: float) -> None:
    at, size = loud_place(clean, seconds), round(seconds * RATE_HZ)
    segment = clean[at : at + size] * np.float32(gain)
    found = find(np.concatenate([clean[: at + size], segment, clean[at + size :]]))
    assert found.values["repeat_s"] == pytest.approx(seconds, abs=0.12)
    (start, _), *_ = found.details["regions"]["repeats"]
    assert start == pytest.approx((at + size) / RATE_HZ, abs=0.12)


def test_a_word_that_only_sounds_the_same_is_no_repeat() -> None:
    word = voice(1.0, seed=1)[3600:16800]
    again = soxr.resample(word, 100, 103)
    silence = np.zeros(3000, dtype=np.float32)
    assert len(repeats(np.concatenate([word, silence, again, silence]), RATE_HZ)) == 0


def test_held_value_and_looped_buffer(clean: Samples) -> None:
    at = loud_place(clean, 0.5)
    held = clean.copy()
    held[at : at + 720] = held[at]
    assert find(held).values["stuck_s"] == pytest.approx(0.03, abs=0.001)
    looped = clean.copy()
    looped[at : at + 2400] = np.tile(looped[at : at + 240], 10)
    assert find(looped).values["stuck_s"] == pytest.approx(0.09, abs=0.002)


def test_silence_is_not_stuck() -> None:
    assert len(stuck(np.concatenate([voice(1.0), np.zeros(4800, np.float32)]), RATE_HZ)) == 0


@pytest.mark.parametrize("dbfs", [-60.0, -54.0, -48.0])
@pytest.mark.parametrize("seconds", [0.013, 0.028])
@pytest.mark.parametrize("where", ["before", "after"])
def test_a_constant_near_silence_is_not_stuck(dbfs: float, seconds: float, where: str) -> None:
    held = np.full(round(seconds * RATE_HZ), -(10 ** (dbfs / 20)), np.float32)
    silence = np.zeros(2400, np.float32)
    audio = [silence, held, silence, voice(1.0), silence, held, silence]
    assert find(np.concatenate(audio[:4] if where == "before" else audio[3:])).values[
        "stuck_s"
    ] == pytest.approx(0.0)


def test_silence_that_a_converter_shifted_is_not_stuck(clean: Samples) -> None:
    silence = np.zeros(4800, np.float32)
    assert find(np.concatenate([silence, clean, silence]) + 0.1).values["stuck_s"] == 0.0


def test_a_faint_value_held_between_two_sounds_is_stuck(clean: Samples) -> None:
    at = loud_place(clean, 0.1)
    clean[at : at + 480] = 0.001
    assert find(clean).values["stuck_s"] == pytest.approx(0.02, abs=0.001)


def test_dc_offset(clean: Samples) -> None:
    clean -= clean.mean()
    assert find(clean - np.float32(0.1)).values["dc_offset"] == pytest.approx(0.1, abs=1e-4)


def test_channels(clean: Samples) -> None:
    dead = find(np.stack([clean, np.zeros_like(clean)]))
    assert dead.values["dead_channels"] == 1
    assert dead.reasons["channel_correlation"] == "a channel is silent"
    opposite = find(np.stack([clean, -clean]))
    assert opposite.values["dead_channels"] == 0
    assert opposite.values["channel_correlation"] == pytest.approx(-1.0)
    assert find(clean).reasons["channel_correlation"] == "one channel"


def test_defect_in_one_channel_counts(clean: Samples) -> None:
    broken = clean.copy()
    broken[24_000] += 0.6
    assert find(np.stack([clean, broken])).values["click_count"] == 1


def test_silence_and_single_sample() -> None:
    silent = find(np.zeros(48_000))
    assert silent.reasons["hum_db"] == "silence"
    assert silent.values["stuck_s"] == 0.0
    assert find(np.array([0.3])).values["click_count"] == 0


def test_gain_leaves_the_finders_alone(clean: Samples) -> None:
    clean[30_000] += 0.6
    loud, quiet = find(clean), find(clean * np.float32(0.25))
    for name in ("click_count", "dropout_count", "repeat_s", "clipped_share"):
        assert loud.values[name] == quiet.values[name]


def test_regions_are_capped() -> None:
    audio = np.zeros(RATE_HZ * 10, dtype=np.float32) + 0.001 * voice(10.0)
    audio[1200::1200] = 0.9
    assert len(find(audio).details["regions"].get("clicks", ())) <= 100
