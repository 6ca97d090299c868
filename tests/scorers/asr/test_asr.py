import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from clips.errors import ScoringError
from scorers.asr.inquiry import Sure
from scorers.asr.models import find_model
from scorers.asr.scorer import CODE_REVISION, Asr
from scorers.base import Measured, Unmeasurable, Utterance
from scorers.catalog import choose, describe
from tests.random_whisper import random_model

ROOT = Path(__file__).parents[3]
CLIP = ROOT / "examples/submission/VOICE_A_NEUTRAL/0001.wav"
SAID = "Good morning! How can I help you today?"
BASE = "base"
DEAF = str(random_model())


@pytest.fixture(scope="module")
def measure():  # type: ignore[no-untyped-def]
    return Asr(find_model(BASE)).load("cpu")


def clip(text: str, language: str = "en") -> Utterance:
    samples, rate = sf.read(CLIP, dtype="float32", always_2d=True)
    return Utterance(samples.T, rate, text, language)


def test_a_right_label_has_no_errors(measure) -> None:  # type: ignore[no-untyped-def]
    (row,) = measure([clip(SAID)])
    assert isinstance(row, Measured)
    assert (row.values["wer_errors"], row.values["wer_ref_words"]) == (0, 8)
    assert row.details["transcript"].lower().startswith("good morning")
    assert row.details["recogniser"].startswith("base ")
    assert "other_transcript" not in row.details
    assert row.values["avg_logprob"] > -0.5
    assert [c["op"] for c in row.details["alignment"]] == ["equal"]


def test_counts_and_alignment_of_a_wrong_word_and_the_second_decoding(measure) -> None:  # type: ignore[no-untyped-def]
    (row,) = measure([clip("Good morning! How can I assist you today at all?")])
    assert isinstance(row, Measured)
    values = row.values
    assert (values["wer_substitutions"], values["wer_deletions"], values["wer_insertions"]) == (
        1,
        2,
        0,
    )
    assert values["wer_errors"] == 3
    assert values["edge_start_errors"] == 0
    assert values["edge_end_errors"] > 3
    assert "other_transcript" in row.details
    ops = [(c["op"], " ".join(c["label"])) for c in row.details["alignment"]]
    assert ("substitute", "assist") in ops
    assert ("delete", "at all") in ops


def test_an_empty_label_has_no_rate_but_a_transcript(measure) -> None:  # type: ignore[no-untyped-def]
    (row,) = measure([clip("  ")])
    assert isinstance(row, Measured)
    assert row.values["wer_errors"] is None
    assert row.reasons["wer_errors"] == "the label has no words"
    assert row.details["transcript"]


@pytest.mark.parametrize(
    ("language", "says"),
    [("ga", "does not know Irish"), ("", "no language is given"), ("tlh", "no language that is")],
)
def test_a_language_that_the_model_lacks_is_said_not_guessed(  # type: ignore[no-untyped-def]
    measure, language: str, says: str
) -> None:
    (row,) = measure([clip(SAID, language)])
    assert isinstance(row, Unmeasurable)
    assert says in row.reason


def test_silence_is_told_by_its_no_speech_probability(measure) -> None:  # type: ignore[no-untyped-def]
    (row,) = measure([Utterance(np.zeros((1, 48_000), np.float32), 24_000, SAID, "en")])
    assert isinstance(row, Measured)
    assert row.values["no_speech_prob"] > 0.6


def test_the_version_changes_with_weights_and_options() -> None:
    model = find_model(DEAF)
    versions = {Asr(model).version, Asr(model, 1).version, Asr(model, 5, "float32").version}
    assert len(versions) == 3
    assert Asr(find_model(DEAF)).version == Asr(model).version


def test_a_second_model_is_asked_where_the_first_differs_and_all_is_kept() -> None:
    model = find_model(BASE)
    scorer = Asr(model, second=model)
    assert scorer.version.count(model.digest) == 2
    assert scorer.version != Asr(model).version
    right, wrong = scorer.load("cpu")(
        [clip(SAID), clip("Good morning! How can I assist you today?")]
    )
    assert isinstance(right, Measured)
    assert isinstance(wrong, Measured)
    who = f"base {model.digest[:8]}"
    assert [t["decoding"] for t in right.details["transcripts"]] == ["beam 5"]
    asked = [(t["model"], t["decoding"]) for t in wrong.details["transcripts"]]
    assert asked == [(who, "beam 5"), (who, "greedy")] * 2
    assert wrong.values["wer_errors"] == 1


def test_a_run_may_name_a_second_model(tmp_path: Path) -> None:
    other = shutil.copytree(DEAF, tmp_path / "other")
    with (other / "tokenizer.json").open("a", encoding="utf-8") as file:
        file.write("\n")
    (_, one) = choose(["asr"], DEAF, 5, "default")
    (_, two) = choose(["asr"], DEAF, 5, "default", str(other))
    assert isinstance(one, Asr)
    assert isinstance(two, Asr)
    assert one.second is None
    assert two.second == find_model(str(other))
    assert describe(two).startswith(f"{Path(DEAF).name} (folder) + other (folder) {CODE_REVISION}-")


def test_a_ladder_is_climbed_from_its_fastest_step_unless_all_is_decoded_in_full(
    tmp_path: Path,
) -> None:
    other = shutil.copytree(DEAF, tmp_path / "other")
    with (other / "tokenizer.json").open("a", encoding="utf-8") as file:
        file.write("\n")
    sure = Sure(avg_logprob=-0.9, label_least_logprob=-6.0, uncovered_s=0.6, language_prob=0.05)
    (_, ladder) = choose(["asr"], DEAF, 5, "default", asr_before=[str(other)], sure=sure)
    (_, full) = choose(["asr"], DEAF, 5, "default", asr_before=[str(other)])
    assert isinstance(ladder, Asr)
    assert isinstance(full, Asr)
    assert [Path(m.name).name for m in ladder.models] == ["other", Path(DEAF).name]
    assert full == Asr(find_model(DEAF))
    assert ladder.version != full.version
    with pytest.raises(ScoringError, match="one of them twice"):
        choose(["asr"], DEAF, 5, "default", asr_before=[DEAF], sure=sure)


def test_the_same_model_twice_is_refused_whatever_it_is_called(tmp_path: Path) -> None:
    copied = shutil.copytree(DEAF, tmp_path / "copied")
    for again in (DEAF, copied):
        with pytest.raises(ScoringError, match="is the first one"):
            choose(["asr"], DEAF, 5, "default", str(again))


def test_the_better_of_two_models_stands() -> None:
    intact, deaf = find_model(BASE), find_model(DEAF)
    (alone,) = Asr(deaf).load("cpu")([clip(SAID)])
    (helped,) = Asr(deaf, second=intact).load("cpu")([clip(SAID)])
    assert isinstance(alone, Measured)
    assert isinstance(helped, Measured)
    assert alone.values["wer_errors"] > 0  # type: ignore[operator]
    assert helped.values["wer_errors"] == 0
    assert helped.details["transcript"].endswith("help you today?")
    assert helped.details["transcripts"][-1]["model"].startswith("base ")
    assert helped.details["other_transcript"] == alone.details["transcript"]


def test_a_folder_that_is_no_model_says_what_a_model_is(tmp_path: Path) -> None:
    with pytest.raises(ScoringError, match=r"holds no model\.bin"):
        find_model(str(tmp_path))
    with pytest.raises(ScoringError, match="no such folder"):
        find_model(str(tmp_path / "gone"))
    (tmp_path / "model.bin").write_bytes(b"nonsense")
    with pytest.raises(ScoringError, match="cannot be loaded"):
        Asr(find_model(str(tmp_path))).load("cpu")


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ScoringError, match=r"Known names: .*large-v3-turbo"):
        find_model("gigantic")


def test_without_hub_and_cache_the_error_names_the_ways_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ScoringError, match="Ways out") as caught:
        find_model("tiny.en")
    assert "--asr-model" in str(caught.value)
    assert "HF_HOME" in str(caught.value)
