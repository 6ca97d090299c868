"""What comes before the last step in full confirms labels and refutes none."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from scorers.asr.decodings import AGAIN, SHORT, Decoding
from scorers.asr.engine import Engine
from scorers.asr.inquiry import Clip, Sure
from scorers.asr.loaded import BATCH
from scorers.asr.models import Model, find_model
from scorers.asr.questions import (
    LabelFit,
    Recogniser,
    Spoken,
    TextLogprob,
    Transcript,
    digest,
)
from scorers.asr.scorer import Asr
from scorers.base import Measured, Question, Row, Unmeasurable, Utterance

ROOT = Path(__file__).parents[3]
VOICE = ROOT / "examples/submission/VOICE_A_NEUTRAL"
SURE = Sure(avg_logprob=-0.9, label_least_logprob=-6.0, uncovered_s=0.6, language_prob=0.05)
LABEL = "Good morning! How can I help you today?"
FIT = {"label_logprob": -0.1, "label_least_logprob": -0.5, "uncovered_s": 0.0}


@pytest.fixture
def small(tmp_path: Path) -> Recogniser:
    """One that knows English alone."""
    (tmp_path / "vocabulary.txt").write_text("a\n<|en|>\n")
    return Recogniser(Model("small", str(tmp_path), "1" * 16, "folder"), "int8")


@pytest.fixture
def large() -> Recogniser:
    """One that knows all languages."""
    return Recogniser(Model("large", "/nowhere", "2" * 16, "folder"), "int8")


class Hears:
    """Answers by decoding: what is heard, and how the label fits in that window."""

    def __init__(
        self, heard: Mapping[tuple[str, Decoding], str], seconds: float = 3.0, **fit: float
    ) -> None:
        self.heard = heard
        self.seconds = seconds
        self.fit = {**FIT, **fit}
        self.cut_for: dict[Decoding, str] = {}
        self.asked: list[Question] = []

    def __call__(self, question: Question) -> Mapping[str, Any]:
        self.asked.append(question)
        match question:
            case Transcript():
                text = self.heard[question.recogniser.name, question.decoding]
                cut = "" if question.anew else self.cut_for.get(question.decoding, "")
                sure = {"avg_logprob": -0.1, "no_speech_prob": 0.0, "spaced": True}
                return {"text": text, "seconds": self.seconds, "cut_for": cut, **sure}
            case LabelFit():
                last_word = question.recogniser.name == "large" and not question.decoding.short
                return FIT if last_word else self.fit
            case Spoken():
                return {"probabilities": {"en": 0.5, "es": 0.5}}
            case TextLogprob():
                return {"logprob": -1.0 if question.written == LABEL else -0.5}
        raise AssertionError(question)

    def decoded(self) -> list[tuple[str, Decoding]]:
        return [(q.recogniser.name, q.decoding) for q in self.asked if isinstance(q, Transcript)]


def row_of(clip: Clip, hears: Hears) -> Row:
    inquiry = clip.inquire()
    try:
        question = next(inquiry)
        while True:
            question = inquiry.send(hears(question))
    except StopIteration as stop:
        row: Row = stop.value
        return row


def clip(*ladder: Recogniser, text: str = LABEL, language: str = "en") -> Clip:
    return Clip(text, language, ladder, None, 5, SURE)


def test_a_short_decoding_that_agrees_is_all_that_is_asked(
    small: Recogniser, large: Recogniser
) -> None:
    hears = Hears({("small", SHORT): "good morning how can i help you today"})
    row = row_of(clip(small, large), hears)
    assert isinstance(row, Measured)
    assert hears.decoded() == [("small", SHORT)]
    assert row.details["confirmed_by"] == "small 11111111, greedy, short window"
    assert (row.values["wer_errors"], row.values["label_log_odds"]) == (0, 0.0)


def test_what_no_short_decoding_confirms_is_judged_by_the_last_in_full(
    small: Recogniser, large: Recogniser
) -> None:
    steps = [("small", SHORT), ("small", AGAIN), ("small", Decoding(5)), ("large", SHORT)]
    full = [("large", Decoding(5)), ("large", Decoding(1))]
    heard = dict.fromkeys(steps, "nothing of it at all")
    heard |= {full[0]: "Good morning! How can I help him today?", full[1]: "Good"}
    hears = Hears(heard)
    row = row_of(clip(small, large), hears)
    assert isinstance(row, Measured)
    assert hears.decoded() == [*steps, *full]
    assert row.values["wer_errors"] == 1
    assert "confirmed_by" not in row.details
    assert [t["decoding"] for t in row.details["transcripts"]] == ["beam 5", "greedy"]
    assert row == row_of(replace(clip(large), sure=None), Hears(heard))


def test_a_step_before_the_last_may_confirm_in_full(small: Recogniser, large: Recogniser) -> None:
    steps = [("small", SHORT), ("small", AGAIN), ("small", Decoding(5))]
    hears = Hears({**dict.fromkeys(steps, "Good"), steps[-1]: LABEL})
    row = row_of(clip(small, large), hears)
    assert isinstance(row, Measured)
    assert hears.decoded() == steps
    assert row.details["confirmed_by"] == "small 11111111, beam 5"
    alone = Hears({**dict.fromkeys(steps, "Good"), steps[-1]: LABEL})
    judged = row_of(clip(small), alone)
    assert isinstance(judged, Measured)
    assert "confirmed_by" not in judged.details
    assert judged.values == row.values


@pytest.mark.parametrize("most", [0.2, 0.02])
def test_marks_that_are_not_heard_are_no_doubt_within_the_bounds(
    large: Recogniser, most: float
) -> None:
    label, heard = "¿Y qué hacemos ahora?", "y que hacemos ahora"
    hears = Hears(
        dict.fromkeys([("large", d) for d in (SHORT, AGAIN, Decoding(5), Decoding(1))], heard)
    )
    asked = clip(large, text=label, language="es")
    row = row_of(replace(asked, sure=replace(SURE, edge_start_cer=most)), hears)
    assert isinstance(row, Measured)
    assert (row.values["wer_errors"], row.values["cer_errors"]) == (0, 1)
    assert ("confirmed_by" in row.details) == (most == 0.2)


def test_of_several_windows_the_last_step_has_the_word(
    small: Recogniser, large: Recogniser
) -> None:
    hears = Hears({("small", SHORT): "", ("large", Decoding(5)): LABEL}, seconds=31.0)
    row = row_of(clip(small, large), hears)
    assert isinstance(row, Measured)
    assert hears.decoded() == [("small", SHORT), ("large", Decoding(5))]
    assert "confirmed_by" not in row.details


@pytest.mark.parametrize(
    "doubt", [{"uncovered_s": 0.9}, {"label_least_logprob": -6.5}], ids=lambda d: next(iter(d))
)
def test_a_column_in_doubt_is_decoded_in_full(
    small: Recogniser, large: Recogniser, doubt: dict[str, float]
) -> None:
    every = [("small", SHORT), ("small", AGAIN), ("small", Decoding(5)), ("large", SHORT)]
    hears = Hears(dict.fromkeys([*every, ("large", Decoding(5))], LABEL), **doubt)
    row = row_of(clip(small, large), hears)
    assert isinstance(row, Measured)
    assert hears.decoded() == [*every, ("large", Decoding(5))]
    assert "confirmed_by" not in row.details
    assert all(row.values[name] == FIT[name] for name in doubt)


def test_what_was_cut_off_for_another_label_is_asked_anew(small: Recogniser) -> None:
    hears = Hears({("small", SHORT): LABEL, ("small", AGAIN): LABEL})
    hears.cut_for = {SHORT: digest("Another label.")}
    assert isinstance(row_of(clip(small), hears), Measured)
    assert hears.decoded() == [("small", SHORT)] * 2
    mine = Hears({("small", SHORT): "Good", ("small", AGAIN): LABEL})
    mine.cut_for = {SHORT: digest(LABEL)}
    assert isinstance(row_of(clip(small), mine), Measured)
    assert mine.decoded() == [("small", SHORT), ("small", AGAIN)]


def test_a_step_that_does_not_know_the_language_is_left_out(
    small: Recogniser, large: Recogniser
) -> None:
    hears = Hears({("large", SHORT): "Buenos días"})
    row = row_of(clip(small, large, text="Buenos días", language="es"), hears)
    assert isinstance(row, Measured)
    assert row.details["confirmed_by"].startswith("large")


def test_a_label_without_words_is_decoded_in_full_at_once(large: Recogniser) -> None:
    hears = Hears({("large", Decoding(5)): "Hello"})
    assert isinstance(row_of(clip(large, text=" ?! "), hears), Measured)
    assert hears.decoded() == [("large", Decoding(5))]


def spoken(count: int) -> list[Utterance]:
    rows = json.loads((VOICE / "labels.json").read_text(encoding="utf-8"))["samples"]
    clips = []
    for row in rows[:count]:
        samples, rate = sf.read(VOICE / row["audio_file"], dtype="float32", always_2d=True)
        clips.append(Utterance(samples.T, rate, row["text"], "en"))
    return clips


@pytest.fixture(scope="module")
def base() -> Engine:
    return Engine(find_model("base"), "cpu", "default")


def test_clips_of_one_window_are_heard_together_as_they_are_alone(base: Engine) -> None:
    clips = [u for u in spoken(8) if SHORT.window_s(u.duration_s) == 5.0][:3]
    assert len(clips) == 3
    audio, labels = [u.at(16_000) for u in clips], [u.text for u in clips]
    alone = [
        base.transcribe_short([a], "en", SHORT, [t])[0] for a, t in zip(audio, labels, strict=True)
    ]
    together = base.transcribe_short(audio, "en", SHORT, labels)
    # one that never ends is cut where the batch's longest label says, and confirms nothing
    assert [heard.cut for heard in together] == [heard.cut for heard in alone]
    pairs = zip(together, alone, strict=True)
    assert all(one == other for one, other in pairs if not one.cut)
    assert not alone[0].cut
    assert alone[0].text.lower().startswith("good morning")


@pytest.mark.parametrize("device", sorted(BATCH))
def test_batches_as_large_as_a_device_takes_give_what_clips_get_alone(
    device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asr = Asr(find_model("base"), sure=SURE)
    clips = [u for u in spoken(40) if SHORT.window_s(u.duration_s) == 5.0][:17]
    assert len(clips) == 17
    monkeypatch.setitem(BATCH, "cpu", BATCH[device])
    together = asr.load("cpu")(clips)
    monkeypatch.setitem(BATCH, "cpu", 1)
    assert asr.load("cpu")([replace(u, answers={}) for u in clips]) == together


def test_a_text_far_longer_than_the_label_is_cut_off(base: Engine) -> None:
    (first,) = spoken(1)
    audio = first.at(16_000)
    (whole,) = base.transcribe_short([audio], "en", SHORT, [first.text])
    (cut,) = base.transcribe_short([np.tile(audio, 2)], "en", SHORT, ["Good"])
    assert not whole.cut
    assert cut.cut


def test_the_scorer_confirms_by_real_ears_and_says_so() -> None:
    asr = Asr(find_model("base"), sure=SURE)
    assert asr.version != Asr(find_model("base")).version
    clips = spoken(3)
    changed = clips[0].text.replace("help", "assist")
    wrong = Utterance(clips[0].samples, clips[0].rate_hz, changed, "en")
    dot = Utterance(clips[0].samples[:, :200], clips[0].rate_hz, "Yes.", "en")
    rows = asr.load("cpu")([*clips, wrong, dot])
    right = [r for r in rows[:3] if isinstance(r, Measured)]
    assert [r.values["wer_errors"] for r in right] == [0, 0, 0]
    assert all(r.details["confirmed_by"].startswith("base ") for r in right)
    assert isinstance(rows[3], Measured)
    assert "confirmed_by" not in rows[3].details
    assert rows[3].values["wer_errors"] == 1
    assert rows[4] == Unmeasurable("shorter than 0.02 s")


def test_how_a_label_is_set_says_nothing_of_its_words() -> None:
    clips = spoken(3)
    plain = [clip.text.strip('"“”') for clip in clips]
    of_print = [p.format(text) for text in plain for p in ("{}", "“{}”", "„{}“", "« {} »", '"{}"')]
    texts = [*of_print, *(text.upper() for text in plain)]
    same = [clip for clip in clips for _ in range(5)] + clips
    rows = Asr(find_model("base"), sure=SURE).load("cpu")(
        [replace(clip, text=text, answers={}) for clip, text in zip(same, texts, strict=True)]
    )
    right = [r for r in rows if isinstance(r, Measured)]
    assert len(right) == 18
    assert all("confirmed_by" in r.details for r in right[:15])
    least = [r.values["label_least_logprob"] for r in right]
    assert least[:15] == [one for one in least[:15:5] for _ in range(5)]
    assert all(one is not None and one > -7.0 for one in least)  # what asks for review
