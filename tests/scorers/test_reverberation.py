"""Reverberation against planted rooms."""

import numpy as np
import pytest
import soundfile as sf
from scipy.signal import fftconvolve

from scorers.base import Unmeasurable
from scorers.reverberation import TOO_FEW, Reverberation
from tests.conftest import EXAMPLE, ROOT
from tests.scorers.signals import RATE_HZ, measured, row, utterance

VOICES = ("VOICE_A_NEUTRAL", "VOICE_C_WHISPERING")


def clean(voice: str, count: int = 3) -> list[np.ndarray]:
    truth = (ROOT / "examples/truth.csv").read_text(encoding="utf-8")
    files = sorted(p for p in (EXAMPLE / voice).iterdir() if p.suffix in {".wav", ".flac"})
    untouched = [f for f in files if f"{voice},{f.name}," not in truth]
    return [sf.read(f, dtype="float32")[0] for f in untouched[:count]]


def in_a_room(dry: np.ndarray, rt60_s: float) -> np.ndarray:
    time = np.arange(round(1.2 * rt60_s * RATE_HZ)) / RATE_HZ
    tail = np.random.default_rng(4).standard_normal(time.size) * 10 ** (-3 * time / rt60_s)
    tail /= np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    wet = fftconvolve(dry, tail)[: dry.size]
    return np.asarray(wet / np.abs(wet).max() * 0.5, dtype=np.float32)


def decay(audio: np.ndarray) -> float:
    value = measured(Reverberation(), utterance(audio)).values["decay_s"]
    assert value is not None
    return value


@pytest.mark.parametrize("voice", VOICES)
def test_dry_speech_dies_away_by_itself(voice: str) -> None:
    assert all(0.15 < decay(audio) < 0.43 for audio in clean(voice))


@pytest.mark.parametrize("voice", VOICES)
def test_the_time_of_a_room(voice: str) -> None:
    found = [decay(in_a_room(audio, 0.5)) for audio in clean(voice, 5)]
    assert np.median(found) == pytest.approx(0.5, rel=0.15)


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("rt60_s", [0.8, 1.2, 1.6])
def test_a_long_room_is_never_taken_for_a_dry_one(voice: str, rt60_s: float) -> None:
    assert all(0.55 < decay(in_a_room(audio, rt60_s)) < rt60_s * 1.1 for audio in clean(voice, 5))


def test_a_gain_does_not_move_it() -> None:
    (dry,) = clean(VOICES[0], 1)
    assert decay(dry * 0.01) == pytest.approx(decay(dry), rel=1e-6)


def test_what_cannot_be_measured_says_why() -> None:
    assert row(Reverberation(), utterance(np.zeros(RATE_HZ))) == Unmeasurable("silence")
    assert row(Reverberation(), utterance(np.ones(1000))) == Unmeasurable("shorter than 0.5 s")
    steady = np.random.default_rng(1).standard_normal(RATE_HZ).astype(np.float32) * 0.1
    assert row(Reverberation(), utterance(steady)) == Unmeasurable(TOO_FEW)


def test_one_drawn_out_sound_is_no_room() -> None:
    """It dies away in all bands at once, which is one place."""
    time = np.arange(round(1.2 * RATE_HZ)) / RATE_HZ
    pulses = (np.arange(time.size) % (RATE_HZ // 200) == 0).astype(np.float32)
    fading_db = np.clip((time - 0.4) / 0.5, 0.0, 1.0) * -25.0
    hmm = np.asarray(pulses * 10 ** (fading_db / 20), dtype=np.float32)
    assert row(Reverberation(), utterance(hmm)) == Unmeasurable(TOO_FEW)
    twice = np.concatenate([hmm, hmm])
    assert decay(twice) > 0.6
