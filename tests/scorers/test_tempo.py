"""Tempo: characters of any script per second of speech."""

import pytest

from scorers.base import Unmeasurable
from scorers.tempo import Tempo, characters
from tests.scorers.signals import measured, row, utterance, voice

SPEECH = ((0.5, 1.5), (2.0, 3.0))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Room 12, please!", 12),
        ("caf\u00e9", 4),
        ("cafe\u0301", 4),
        ("हिन्दी", 3),
        ("今日は。", 3),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", 2),
        ("… – ! 🙂", 0),
        ("", 0),
    ],
)
def test_characters(text: str, count: int) -> None:
    assert characters(text) == count


def test_pauses_do_not_count() -> None:
    found = measured(Tempo(), utterance(voice(4.0), text="abcdefghij", speech=SPEECH))
    assert found.values["chars_per_s"] == pytest.approx(5.0)


def test_no_number() -> None:
    empty = row(Tempo(), utterance(voice(4.0), text=" - ", speech=SPEECH))
    assert empty == Unmeasurable("the label has no letters or digits")
    mute = row(Tempo(), utterance(voice(4.0), text="abc", speech=()))
    assert mute == Unmeasurable("no speech found")
