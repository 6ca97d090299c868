"""What a recogniser answered once is not asked again."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.defects.passes import _digest, kept_in, parts_of
from scorers.asr import engine
from scorers.asr.engine import Engine, Heard
from scorers.asr.models import Model
from scorers.asr.questions import PINNED

AUDIO = np.linspace(-1, 1, 16_000, dtype=np.float32)


class Deaf(Engine):
    """Knows its weights' digest alone."""

    def __init__(self, digest: str) -> None:
        self.model = Model("deaf", "", digest, "a folder")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The languages that were asked for."""
    found: list[str] = []

    def transcribe(self: Engine, audio: object, language: str, beam_size: int) -> Heard:
        found.append(language)
        return Heard(f"{language} {beam_size}", -0.5, 0.1, True)

    monkeypatch.setattr(Engine, "transcribe", transcribe)
    return found


def test_the_same_question_is_asked_once(tmp_path: Path, asked: list[str]) -> None:
    for _ in range(2):
        with kept_in(tmp_path):
            assert Deaf("a").transcribe(AUDIO, "en", 5) == Heard("en 5", -0.5, 0.1, True)
    assert asked == ["en"]


def test_another_question_audio_or_recogniser_is_asked(tmp_path: Path, asked: list[str]) -> None:
    with kept_in(tmp_path):
        for digest, audio, language, beam in (
            ("a", AUDIO, "en", 5),
            ("b", AUDIO, "en", 5),
            ("a", AUDIO[1:], "en", 5),
            ("a", AUDIO, "fr", 5),
            ("a", AUDIO, "en", 1),
        ):
            heard = Deaf(digest).transcribe(audio, language, beam)
            assert heard.text == f"{language} {beam}"
    assert len(asked) == 5


def test_clips_that_are_asked_about_together_are_told_apart() -> None:
    keys = {_digest([AUDIO, other]) for other in (AUDIO, AUDIO[1:], -AUDIO)}
    assert len(keys) == 3


def test_afterwards_the_recogniser_is_as_it_was(tmp_path: Path, asked: list[str]) -> None:
    with kept_in(tmp_path):
        pass
    for _ in range(2):
        Deaf("a").transcribe(AUDIO, "en", 5)
    assert len(asked) == 2


def test_what_an_answer_rests_on_is_all_that_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def window(self: Engine, audio: object, window_s: float) -> None:
        """Another one."""

    decoding, language = parts_of(Engine.transcribe), parts_of(Engine.detect_language)
    monkeypatch.setattr(Engine, "_window", window)
    assert parts_of(Engine.detect_language) != language
    assert parts_of(Engine.transcribe) == decoding
    monkeypatch.setattr(engine, "PINNED", {**PINNED, "patience": 2.0})
    assert parts_of(Engine.transcribe) != decoding
