"""Pauses and edges, with the detector's answer given and with the detector itself."""

import numpy as np
import pytest

from scorers.pauses import Pauses
from tests.scorers.signals import RATE_HZ, loud_place, measured, tone, utterance, voice


def test_from_given_speech() -> None:
    clip = utterance(voice(4.0), speech=((0.5, 1.5), (1.9, 3.0)))
    found = measured(Pauses(), clip)
    expected = {
        "lead_silence_s": 0.5,
        "trail_silence_s": 1.0,
        "inner_silence_s": 0.4,
        "speech_s": 2.1,
        "speech_share": 2.1 / 4.0,
    }
    for name, value in expected.items():
        assert found.values[name] == pytest.approx(value), name
    assert found.details == {"speech": [[0.5, 1.5], [1.9, 3.0]]}


def test_one_stretch_has_no_inner_pause() -> None:
    found = measured(Pauses(), utterance(voice(4.0), speech=((0.0, 4.0),)))
    assert found.values["inner_silence_s"] == 0.0
    assert found.values["speech_share"] == 1.0


def test_abrupt_edges() -> None:
    audio = voice(4.0)
    start, end = loud_place(audio, 0.5, 0.5), loud_place(audio, 0.5, 2.5)
    whole = measured(Pauses(), utterance(audio, speech=((0.1, 3.9),))).values
    cut = measured(Pauses(), utterance(audio[start:end], speech=((0.0, 2.0),))).values
    for name in ("start_level_db", "end_level_db"):
        before, after = whole[name], cut[name]
        assert before is not None
        assert after is not None
        assert before < -40.0
        assert after > -15.0


@pytest.mark.parametrize("padding_s", [0.05, 0.3, 1.0])
@pytest.mark.parametrize("dither", [0.0, 3e-5])
def test_silence_around_a_cut_does_not_hide_it(padding_s: float, dither: float) -> None:
    audio = voice(4.0)
    start, end = loud_place(audio, 0.5, 0.5), loud_place(audio, 0.5, 2.5)
    silence = np.random.default_rng(0).normal(0.0, dither, round(padding_s * RATE_HZ))
    padded = np.concatenate([silence, audio[start:end], silence]).astype(np.float32)
    speech = ((padding_s, padding_s + 2.0),)
    cut = measured(Pauses(), utterance(padded, speech=speech)).values
    assert cut["end_level_db"] is not None
    assert cut["end_level_db"] < -40.0, "that is of the silence alone"
    for name in ("opening_level_db", "closing_level_db"):
        found = cut[name]
        assert found is not None
        assert found > -15.0


@pytest.mark.parametrize("fade_s", [0.08, 0.2])
def test_speech_that_dies_away_into_silence_is_not_cut(fade_s: float) -> None:
    audio = voice(4.0)
    end, length = loud_place(audio, 0.5, 2.5), round(fade_s * RATE_HZ)
    fade = np.concatenate([np.ones(end - length), np.geomspace(1.0, 1e-3, length)])
    faded = np.concatenate([audio[:end] * fade, np.zeros(RATE_HZ)]).astype(np.float32)
    values = measured(Pauses(), utterance(faded, speech=((0.1, end / RATE_HZ),))).values
    assert values["closing_level_db"] is not None
    assert values["closing_level_db"] < -30.0


def test_no_speech() -> None:
    for audio in (np.zeros(RATE_HZ), tone(3000.0, 1.0)):
        found = measured(Pauses(), utterance(audio))
        assert found.values["speech_s"] == found.values["speech_share"] == 0.0
        assert set(found.reasons.values()) == {"no speech found"}
        assert len(found.reasons) == 7


def test_no_speech_in_a_moment_says_nothing() -> None:
    found = measured(Pauses(), utterance(np.zeros(RATE_HZ // 3)))
    assert set(found.values.values()) == {None}
    assert set(found.reasons.values()) == {"no speech found in less than 0.5 s"}


def test_planted_silence_is_found_by_the_detector() -> None:
    silence = np.zeros(RATE_HZ, dtype=np.float32)
    plain = measured(Pauses(), utterance(voice(4.0))).values
    padded = measured(Pauses(), utterance(np.concatenate([silence, voice(4.0)]))).values
    if not plain["speech_s"]:
        pytest.skip("the detector does not take the generated voice for speech")
    before, after = plain["lead_silence_s"], padded["lead_silence_s"]
    assert before is not None
    assert after == pytest.approx(before + 1.0, abs=0.15)
