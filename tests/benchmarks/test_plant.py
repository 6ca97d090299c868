"""What is planted is what the name says, at the strength it says."""

import numpy as np
import pytest
from scipy import signal

from benchmarks.defects import plant
from benchmarks.defects.figures import auroc, is_right, tau
from benchmarks.defects.kinds import kinds
from benchmarks.defects.whole import RIGHT
from clips.columns import Column
from selection.policy import load_policy

RATE = 24_000
COLUMN = Column("hum_db", "dB", "lower", -100, 40, "", "")


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


@pytest.fixture
def voice() -> plant.Samples:
    """Syllables of a gliding voice with room noise, 0.3 s of silence on each side."""
    time = np.arange(3 * RATE) / RATE
    phase = 2 * np.pi * np.cumsum(140 + 30 * np.sin(2 * np.pi * 0.7 * time)) / RATE
    tone = sum(np.sin(k * phase) / k for k in range(1, 60))
    level = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * time)
    spoken = np.where((time > 0.3) & (time < 2.7), 0.1 * tone * level, 0.0)
    return np.asarray(spoken + 1e-4 * rng().standard_normal(time.size))


def found(spoil: plant.Plant, samples: plant.Samples) -> plant.Samples:
    return spoil(samples, RATE, rng())


def test_speech_is_found_between_its_silences(voice: plant.Samples) -> None:
    start, end = plant.speech_bounds(voice, RATE)
    assert start / RATE == pytest.approx(0.3, abs=0.03)
    assert end / RATE == pytest.approx(2.7, abs=0.03)


@pytest.mark.parametrize("make", [plant.white, plant.pink, plant.hum])
@pytest.mark.parametrize("snr", [40.0, 10.0, 0.0])
def test_noise_has_its_level(make: object, snr: float, voice: plant.Samples) -> None:
    assert callable(make)
    noise = found(make(snr), voice) - voice
    start, end = plant.speech_bounds(voice, RATE)
    level = plant.rms(voice[start:end]) / plant.rms(noise)
    assert 20 * np.log10(level) == pytest.approx(snr, abs=1e-6)


def test_babble_has_its_level(voice: plant.Samples) -> None:
    pool = [lambda: (voice, RATE)] * 3
    noise = found(plant.babble(20.0, pool), voice) - voice
    start, end = plant.speech_bounds(voice, RATE)
    ratio = plant.rms(voice[start:end]) / plant.rms(noise)
    assert 20 * np.log10(ratio) == pytest.approx(20.0, abs=1e-6)


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1])
def test_clipping_has_its_share(share: float, voice: plant.Samples) -> None:
    clipped = np.abs(found(plant.clipping(share), voice))
    assert np.mean(clipped >= clipped.max() * (1 - 1e-9)) == pytest.approx(share, rel=0.05)


def test_a_dropout_lies_inside_the_speech(voice: plant.Samples) -> None:
    spoilt = found(plant.dropout(0.1), voice)
    gone = np.flatnonzero(spoilt != voice)
    start, end = plant.speech_bounds(voice, RATE)
    assert start < gone[0] < gone[-1] < end
    assert gone[-1] + 1 - gone[0] == round(0.1 * RATE)
    assert not spoilt[gone].any()


@pytest.mark.parametrize("seconds", [0.1, 0.8])
def test_what_is_cut_is_speech(seconds: float, voice: plant.Samples) -> None:
    start, end = plant.speech_bounds(voice, RATE)
    length = round(seconds * RATE)
    assert found(plant.cut_start(seconds), voice).size == voice.size - start - length
    assert found(plant.cut_end(seconds), voice).size == end - length


@pytest.mark.parametrize(
    "make", [plant.silence_before, plant.silence_after, plant.silence_inside, plant.repeat]
)
def test_what_makes_a_clip_longer(make: object, voice: plant.Samples) -> None:
    assert callable(make)
    assert found(make(0.5), voice).size == voice.size + round(0.5 * RATE)


def test_a_repeat_is_sample_for_sample(voice: plant.Samples) -> None:
    spoilt = found(plant.repeat(0.4), voice)
    length = round(0.4 * RATE)
    same = spoilt[length:] == spoilt[:-length]
    assert same.sum() >= length


@pytest.mark.parametrize("rate", [8_000.0, 16_000.0])
def test_nothing_is_left_above_half_the_old_rate(rate: float, voice: plant.Samples) -> None:
    noisy = found(plant.white(10.0), voice)
    power = np.abs(np.fft.rfft(found(plant.resampled(rate), noisy))) ** 2
    frequency = np.fft.rfftfreq(noisy.size, 1 / RATE)
    above, below = power[frequency > 0.55 * rate], power[frequency < 0.45 * rate]
    assert above.mean() < 1e-3 * below.mean()


@pytest.mark.parametrize("codec", ["libmp3lame", "libopus"])
def test_a_codec_gives_the_clip_back(codec: str, voice: plant.Samples) -> None:
    back = found(plant.coded(codec, 64.0), voice)
    assert back.size == pytest.approx(voice.size, abs=0.12 * RATE)
    lag = np.argmax(signal.correlate(back[RATE:], voice[RATE + 2000 : 2 * RATE], "valid"))
    piece = back[RATE + lag :][: RATE - 2000]
    assert np.corrcoef(piece, voice[RATE + 2000 : 2 * RATE])[0, 1] > 0.9


def test_a_room_keeps_the_level(voice: plant.Samples) -> None:
    wet = found(plant.reverberation(0.8), voice)
    assert plant.rms(wet) == pytest.approx(plant.rms(voice))
    assert wet.size == voice.size


def test_the_right_reasons_are_rules_of_the_policy() -> None:
    policy = load_policy()
    for kind in kinds([], []):
        assert set(kind.rules) <= {*policy.rules, *policy.verdicts}, kind.name
    for kind_name, rules in RIGHT.items():
        assert set(rules) <= set(policy.verdicts), kind_name


def test_every_kind_leaves_its_source_alone_and_is_the_same_twice(voice: plant.Samples) -> None:
    before = voice.copy()
    for kind in kinds([lambda: (voice, RATE)], [(np.array([1.0, 0.5]), RATE)]):
        for strength in (kind.strengths[0], kind.strengths[-1]):
            spoil = kind.spoil(strength)
            first, second = found(spoil, voice), found(spoil, voice)
            assert first.ndim == 1, kind.name
            assert first.size, kind.name
            assert np.isfinite(first).all(), kind.name
            assert np.array_equal(first, second), kind.name
        assert np.array_equal(voice, before), kind.name
        assert set(kind.targeted) <= set(kind.strengths), kind.name


def test_auroc_by_hand() -> None:
    assert auroc([1, 2, 3], [3, 4], COLUMN) == pytest.approx(5.5 / 6)
    higher = Column("snr_db", "dB", "higher", -20, 80, "", "")
    assert auroc([10, 20], [1, 2, float("nan")], higher) == 1.0
    assert np.isnan(auroc([], [1.0], COLUMN))


def test_tau_is_one_where_it_only_gets_worse() -> None:
    assert tau([5, 4, 3]) == pytest.approx(1.0)
    assert tau([3, 4, 5]) == pytest.approx(-1.0)
    assert tau([3, 4, 5], COLUMN) == pytest.approx(1.0)
    assert tau([5, 5, 3, float("nan")]) == pytest.approx(2 / np.sqrt(6))
    assert np.isnan(tau([5, 5]))


def test_a_right_reason() -> None:
    assert is_right("wer;hum", ["hum"])
    assert not is_right("", ["hum"])
    assert not is_right("hum-like", ["hum"])


def test_what_is_said_twice_is_the_end(voice: plant.Samples) -> None:
    spoilt = found(plant.said_twice(0.7), voice)
    more = spoilt.size - voice.size - round(0.05 * RATE)
    _, end = plant.speech_bounds(voice, RATE)
    assert 0.6 * 0.7 * RATE <= more <= 1.4 * 0.7 * RATE + RATE * plant.FRAME_S
    assert np.array_equal(spoilt[:end], voice[:end])
    assert np.array_equal(spoilt[-more:], voice[-more:])


@pytest.mark.parametrize("seconds", [0.2, 0.6])
def test_what_is_cut_inside_is_gone(seconds: float, voice: plant.Samples) -> None:
    spoilt = found(plant.cut_inside(seconds), voice)
    assert spoilt.size == voice.size - round(seconds * RATE)
    assert np.array_equal(spoilt[: RATE // 2], voice[: RATE // 2])
    assert np.array_equal(spoilt[-RATE // 4 :], voice[-RATE // 4 :])
