"""The label forced on the recogniser, signs of hallucination, and what each wrong word costs."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from hypothesis import given
from hypothesis import strategies as st

from scorers.asr.engine import LEAST_PROBABILITY, Engine
from scorers.asr.hallucination import compression_ratio, signs, unique_share
from scorers.asr.inquiry import ONE_LANGUAGE
from scorers.asr.languages import Language, likeliest
from scorers.asr.models import find_model
from scorers.asr.scorer import Asr
from scorers.asr.text import compare
from scorers.asr.words import misheard
from scorers.base import Measured, Utterance

ROOT = Path(__file__).parents[3]
VOICE = ROOT / "examples/submission/VOICE_B_NEUTRAL"


def clips(count: int) -> dict[str, Utterance]:
    """The voice's first clips, without those with a planted defect."""
    planted = (ROOT / "examples/truth.csv").read_text(encoding="utf-8")
    rows = json.loads((VOICE / "labels.json").read_text(encoding="utf-8"))["samples"]
    clean = [r for r in rows if f"{VOICE.name},{r['audio_file']}," not in planted]
    found = {}
    for row in clean[:count]:
        samples, rate = sf.read(VOICE / row["audio_file"], dtype="float32", always_2d=True)
        found[row["audio_file"]] = Utterance(samples.T, rate, row["text"], "en")
    return found


def with_text(clip: Utterance, text: str) -> Utterance:
    return Utterance(clip.samples, clip.rate_hz, text, clip.language)


def test_forced_on_its_own_transcript_it_agrees_with_what_generating_it_gave() -> None:
    """CTranslate2's score of a greedy text is the authority for the forced pass."""
    engine = Engine(find_model("base"), "cpu", "float32")
    whisper = engine._whisper
    for clip in clips(4).values():
        audio = clip.at(16_000)
        tokenizer = engine._tokenizer("en")
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        encoded = whisper.encode(engine._window(audio, 30.0)[0])
        (made,) = whisper.model.generate(
            encoded, [prompt], beam_size=1, suppress_tokens=[], return_logits_vocab=True
        )
        tokens = made.sequences_ids[0]
        among_text = [np.array(step, np.float64)[: tokenizer.eot] for step in made.logits[0]]
        scores = [
            row[t] - row.max() - np.log(np.exp(row - row.max()).sum())
            for t, row in zip(tokens, among_text, strict=False)
        ]
        text = tokenizer.decode(tokens)
        forced = engine.label_logprob(audio, "en", text, spaced=text.startswith(" "))
        assert forced == pytest.approx(float(np.mean(scores)), abs=1e-3)


def test_right_labels_are_likelier_than_their_neighbours() -> None:
    right = list(clips(12).values())
    wrong = [with_text(c, o.text) for c, o in zip(right, right[1:] + right[:1], strict=True)]
    rows = Asr(find_model("base")).load("cpu")([*right, *wrong])
    values = [r.values["label_logprob"] for r in rows if isinstance(r, Measured)]
    known = [v for v in values if v is not None]
    assert len(known) == 24
    assert all(np.log(LEAST_PROBABILITY) <= v <= 0 for v in known)
    assert min(known[:12]) > max(known[12:]) + 0.5


def test_a_text_is_as_likely_as_ctranslate2_says_it_is() -> None:
    """The score of a greedy text, its end included, is what the forced text comes to."""
    engine = Engine(find_model("base"), "cpu", "float32")
    whisper, tokenizer = engine._whisper, engine._tokenizer("en")
    for clip in clips(4).values():
        audio = clip.at(16_000)
        (made,) = whisper.model.generate(
            whisper.encode(engine._window(audio, 30.0)[0]),
            [[*tokenizer.sot_sequence, tokenizer.no_timestamps]],
            beam_size=1,
            length_penalty=0,
            suppress_blank=False,
            suppress_tokens=[],
            return_scores=True,
        )
        text = tokenizer.decode(made.sequences_ids[0])
        forced = engine.text_logprob(audio, "en", text, spaced=text.startswith(" "))
        assert forced == pytest.approx(made.scores[0], abs=1e-3)
        # "." alone is not the end of what was said, and the end is part of the text
        for other in (text + " again", text.rsplit(" ", 1)[0], text.split(" ", 2)[2]):
            less = engine.text_logprob(audio, "en", other, spaced=text.startswith(" "))
            assert less is not None
            assert less < made.scores[0] - 3


def test_odds_tell_a_label_that_was_not_heard_from_one_with_a_wrong_word() -> None:
    right = list(clips(8).values())
    wrong = [with_text(c, "Something " + c.text) for c in right]
    rows = Asr(find_model("base")).load("cpu")([*right, *wrong])
    odds = [r.values["label_log_odds"] for r in rows if isinstance(r, Measured)]
    errors = [r.values["wer_errors"] for r in rows if isinstance(r, Measured)]
    assert [o for o, e in zip(odds[:8], errors[:8], strict=True) if not e] == [0.0] * errors.count(
        0
    )
    assert all(o is not None and o < -3 for o in odds[8:])


def test_a_word_that_is_not_said_is_the_weakest_and_has_its_place() -> None:
    for clip in list(clips(4).values()):
        words = clip.text.split()
        spoiled = [*words[:2], "mountain", *words[2:]]
        (row,) = Asr(find_model("base")).load("cpu")([with_text(clip, " ".join(spoiled))])
        assert isinstance(row, Measured)
        word, start_s, end_s = row.details["weakest_word"]
        assert word.strip() == "mountain"
        placed = row.details["label_words"]
        assert [word, start_s, end_s] in placed
        times = [t for _, *span in placed for t in span]
        assert times == sorted(times)
        assert times[-1] <= clip.duration_s + 0.1


def test_what_has_no_label_probability_says_why() -> None:
    (clip,) = clips(1).values()
    long = np.tile(clip.samples, (1, 20))[:, : 31 * clip.rate_hz]
    rows = Asr(find_model("base")).load("cpu")(
        [
            with_text(clip, " "),
            with_text(clip, "hello there " * 300),
            Utterance(long, clip.rate_hz, "hello", "en"),
            with_text(clip, "\ud800 hello"),
        ]
    )
    measured = [r for r in rows if isinstance(r, Measured)]
    assert [r.reasons.get("label_logprob") for r in measured] == [
        "the label is empty",
        "the label does not fit the recogniser's context",
        "longer than the recogniser's window of 30 s",
        None,
    ]
    odds = [r.reasons.get("label_log_odds") for r in measured]
    assert odds == [*(r.reasons.get("label_logprob") for r in measured[:3]), None]


def test_a_token_of_control_in_a_label_is_no_text() -> None:
    """Tokenizers differ in whether they spell it out or know it; neither may end the label."""
    (clip,) = clips(1).values()
    (row,) = Asr(find_model("base")).load("cpu")([with_text(clip, "<|endoftext|>")])
    assert isinstance(row, Measured)
    assert row.values["label_logprob"] is None or row.values["label_logprob"] < -3


def test_a_recogniser_of_one_language_detects_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Engine, "detect_language", lambda *_: {})
    (row,) = Asr(find_model("base")).load("cpu")([*clips(1).values()])
    assert isinstance(row, Measured)
    assert row.values["language_prob"] is None
    assert row.reasons["language_prob"] == ONE_LANGUAGE
    assert "detected_language" not in row.details


def test_the_answer_of_a_multilingual_model_is_read() -> None:
    answer = {"de": 0.7, "en": 0.2, "nl": 0.1}
    assert likeliest(answer, "en") == Language("de", 0.2)
    assert likeliest(answer, "de") == Language("de", 0.7)
    assert likeliest(answer, "xx") == Language("de", 0.0)


def test_a_window_is_encoded_once_for_all_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(find_model("base"), "cpu", "default")
    encoded: list[object] = []
    encode = engine._encode

    def counted(features: object) -> object:
        encoded.append(features)
        return encode(features)

    monkeypatch.setattr(engine, "_encode", counted)
    one, other = (c.at(16_000) for c in clips(2).values())
    for audio in (one, other, one):
        engine.transcribe(audio, "en", 5)
        engine.transcribe(audio, "en", 1)
        engine.label_logprob(audio, "en", "hello", spaced=False)
    assert len(encoded) == 3


def test_signs_of_hallucination() -> None:
    heard = "thank you for watching " * 12
    found = signs("a short label", heard, compare("a short label", heard, "en"), "en", 2.0)
    assert found["heard_unique_share"] == pytest.approx(4 / 48)
    assert found["label_unique_share"] == 1
    assert found["heard_chars_per_s"] == pytest.approx(len(heard) / 2)
    assert found["heard_compression"] > 2.4 > found["label_compression"]  # type: ignore[operator]
    japanese = signs(
        "こんにちは", "こんにちは", compare("こんにちは", "こんにちは", "ja"), "ja", 1.0
    )
    assert japanese["heard_unique_share"] is None
    assert unique_share(()) is None
    assert compression_ratio("") is None


@pytest.mark.parametrize(
    ("label", "heard", "expected"),
    [
        ("the red dog", "the red dog", []),
        ("the red dog", "the blue dog", [("red", "blue", 1)]),
        ("the red dog", "the dog", [("red", "", 1)]),
        ("ask kvothe now", "ask quote the now", [("kvothe", "quote the", 2)]),
        ("the red dog", "the red old dog", []),
        ("see red dogs run", "see blue cats run", [("red", "blue", 1), ("dogs", "cats", 1)]),
        ("red", "", [("red", "", 1)]),
    ],
)
def test_what_each_wrong_word_costs(
    label: str, heard: str, expected: list[tuple[str, str, int]]
) -> None:
    found = misheard(compare(label, heard, "en"))
    assert [(m.word, m.heard, m.word_errors) for m in found] == expected


def test_costs_at_the_edges_are_those_of_the_edge_counts() -> None:
    comparison = compare("kvothe went home at night", "quote went home at night", "en")
    (word,) = misheard(comparison)
    assert word.edge_start_errors == comparison.edge_start_errors > 0
    assert word.edge_end_errors == comparison.edge_end_errors == 0
    assert word.char_errors == comparison.char_errors


words = st.lists(
    st.sampled_from(["red", "blue", "dog", "dogs", "home", "kvothe", "it"]), max_size=9
)


@given(words, words)
def test_costs_never_exceed_the_counts(label: list[str], heard: list[str]) -> None:
    comparison = compare(" ".join(label), " ".join(heard), "en")
    found = misheard(comparison)
    assert sum(m.word_errors for m in found) <= comparison.word_errors
    assert len(found) == comparison.substitutions + comparison.deletions
    for m in found:
        assert 0 <= m.char_errors <= comparison.char_errors
        assert 0 <= m.edge_start_errors <= comparison.edge_start_errors
        assert 0 <= m.edge_end_errors <= comparison.edge_end_errors


def test_a_multilingual_model_tells_english_from_german() -> None:
    (clip,) = clips(1).values()
    german = Utterance(clip.samples, clip.rate_hz, clip.text, "de")
    english, other = Asr(find_model("base")).load("cpu")([clip, german])
    assert isinstance(english, Measured)
    assert isinstance(other, Measured)
    assert english.details["detected_language"] == "en"
    assert english.values["language_prob"] > 0.5 > other.values["language_prob"]  # type: ignore[operator]
