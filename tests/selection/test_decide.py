import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from clips.columns import Column
from clips.table import Finding
from clips.words import say
from selection.decide import decide
from selection.derived import derive
from selection.pick import pick
from selection.rules.judging import NOT_MEASURED
from tests.selection.tables import COLUMNS, evidence, policy, replace, sentences, table


def test_each_bound_gives_its_verdict_with_value_bound_and_sentence() -> None:
    decision = decide(evidence(table([3] * 4, [5, 15, 20, 40])), policy())
    assert list(decision.clips["verdict"]) == ["reject", "review", "accept", "accept"]
    assert list(decision.clips["reasons"]) == ["snr", "snr", "", ""]
    first = decision.findings.iloc[0]
    assert (first["rule"], first["value"], first["bound"], first["unit"]) == ("snr", 5, 10, "dB")
    assert sentences(decision)[0] == "Too noisy (snr_db 5 dB; reject below 10 dB)."


def test_all_reasons_are_kept_and_the_worst_counts() -> None:
    decision = decide(evidence(table([3], [15], wer=[8])), policy())
    assert decision.clips["verdict"].item() == "reject"
    assert decision.clips["reasons"].item() == "snr;wer"


@pytest.mark.parametrize(
    ("unknown", "verdict"), [("skip", "accept"), ("review", "review"), ("reject", "reject")]
)
def test_the_policy_says_what_unknown_means(unknown: str, verdict: str) -> None:
    rules = policy(reject_below=10.0, unknown=unknown)
    decision = decide(evidence(table([3], [np.nan]), reasons={"V-0": {"snr_db": "silence"}}), rules)
    assert decision.clips["verdict"].item() == verdict
    if unknown != "skip":
        assert (
            sentences(decision).item()
            == "snr_db cannot be measured: silence. Listen; a person has to judge it."
        )


def test_a_derived_column_says_why_the_measured_one_has_no_value() -> None:
    rows = table([3], [40], wer=[np.nan])
    why = {"V-0": {"wer_errors": "the recogniser does not know the language 'tlh'"}}
    decision = decide(evidence(rows, reasons=why), policy())
    assert sentences(decision).item() == (
        "wer cannot be measured: the recogniser does not know the language 'tlh'."
        " Listen; a person has to judge it."
    )


def test_a_clip_without_audio_is_never_accepted() -> None:
    rows = table([np.nan], [np.nan])
    decision = decide(evidence(rows), policy())
    assert decision.clips["verdict"].item() == "review"
    assert decision.clips["reasons"].item() == NOT_MEASURED
    missing = Finding("missing-audio", say("Gone."), voice="V", clip_id="V-0")
    decision = decide(evidence(rows, [missing]), policy())
    assert decision.clips["reasons"].item() == "missing-audio"
    assert decision.clips["verdict"].item() == "reject"


def test_what_did_not_decode_is_unreadable_and_says_why() -> None:
    why = {"V-0": {"decoded_s": "cannot be decoded: cut off"}}
    decision = decide(evidence(table([np.nan], [np.nan]), reasons=why), policy())
    assert decision.clips["reasons"].item() == "unreadable-audio"
    assert "cut off" in sentences(decision).item()


def test_a_passing_fault_is_review_until_the_next_run() -> None:
    decision = decide(evidence(table([3], [40]), pending={"V-0": "out of memory"}), policy())
    assert decision.clips["verdict"].item() == "review"
    assert decision.clips["reasons"].item() == NOT_MEASURED


def test_a_scorer_that_was_left_out_judges_nothing() -> None:
    rows = table([3], [5]).drop(columns="snr_db")
    assert decide(evidence(rows), policy()).clips["verdict"].item() == "accept"


def test_an_empty_reference_has_no_rate() -> None:
    rows = table([3, 3], [40, 40], wer=[0, 5])
    rows.loc["V-1", ["wer_errors", "wer_ref_words"]] = 0
    assert derive(rows)["wer"].isna().tolist() == [False, True]


def test_languages_without_spaces_are_judged_by_characters_only() -> None:
    rows = table([3], [40], wer=[9])
    rows["language"] = "ja"
    assert decide(evidence(rows), policy()).clips["verdict"].item() == "accept"


def test_a_rule_leaves_the_tones_alone_that_it_excepts() -> None:
    rows = table([3, 3], [5, 5])
    rows.loc["V-1", "tone"] = "Whispering"
    rules = policy()
    quiet = rules.rules["snr"].model_copy(update={"except_tones": ("whispering",)})
    rules = rules.model_copy(update={"rules": rules.rules | {"snr": quiet}})
    assert list(decide(evidence(rows), rules).clips["verdict"]) == ["reject", "accept"]


def test_forty_hours_give_exactly_the_best_ten() -> None:
    rng = np.random.default_rng(1)
    n = 40 * 3600 // 4
    rows = table([4.0] * n, rng.permutation(np.linspace(20.5, 60, n)))
    decision = decide(evidence(rows), policy())
    selected = decision.clips[decision.clips["selected"]]
    assert selected["duration_s"].sum() == 10 * 3600
    assert set(selected["clip_id"]) == set(rows.nlargest(9000, "snr_db")["clip_id"])
    assert decision.voices[0].status == "complete"


def test_parked_below_the_minimum_nothing_is_selected() -> None:
    decision = decide(evidence(table([60] * 40, [40] * 40)), policy(minimum=1))
    (voice,) = decision.voices
    assert (voice.status, voice.hours_selected) == ("parked", 0)
    assert voice.missing == "20 min more of accepted audio to reach 1 h"
    assert not decision.clips["selected"].any()


def test_the_score_falls_with_the_strength_of_a_defect() -> None:
    rng = np.random.default_rng(2)
    graded = np.linspace(45, 0, 12)
    rows = table([3] * 62, [*rng.normal(50, 5, 50), *graded])
    decision = decide(evidence(rows), policy())
    tau = kendalltau(range(12), -decision.clips["score"].to_numpy()[50:]).statistic
    assert tau >= 0.8


def test_ties_are_stable_and_order_of_rows_does_not_matter() -> None:
    rows = table([3] * 30, [40] * 30)
    shuffled = rows.sample(frac=1, random_state=3)
    one = decide(evidence(rows), policy(hours=0.01)).clips
    two = decide(evidence(shuffled), policy(hours=0.01)).clips.reindex(one.index)
    pd.testing.assert_frame_equal(one, two)
    assert list(one["rank"]) == list(range(1, 31))


lengths = st.lists(st.floats(0.001, 900, allow_nan=False), min_size=1, max_size=40)


@given(lengths, st.floats(0.01, 2))
def test_never_over_budget_and_no_clip_left_that_would_fit(
    seconds: list[float], hours: float
) -> None:
    rows = table(seconds, [40.0] * len(seconds)).assign(
        verdict="accept", rank=range(1, len(seconds) + 1)
    )
    chosen = pick(rows, hours, policy().selection)["selected"]
    used = rows["duration_s"][chosen].sum()
    assert used <= hours * 3600 + 1e-6
    rest = rows["duration_s"][~chosen]
    assert rest.empty or used + rest.min() > hours * 3600 - 0.001 * (len(seconds) + 1)


@settings(max_examples=30)
@given(
    st.lists(st.floats(-10, 60), min_size=1, max_size=20),
    st.floats(0, 50),
    st.floats(0, 10),
)
def test_raising_a_bar_never_adds_an_accept(snr: list[float], bar: float, more: float) -> None:
    rows = table([3] * len(snr), snr)
    low = decide(evidence(rows), policy(reject_below=bar)).clips["verdict"]
    high = decide(evidence(rows), policy(reject_below=bar + more)).clips["verdict"]
    assert not ((high == "accept") & (low != "accept")).any()


def test_what_only_the_header_says_is_judged_without_decoding() -> None:
    rows = table([np.nan], [np.nan]).assign(duration_s=7200.0)
    rules = policy()
    long = rules.rules["snr"].model_copy(
        update={"column": "duration_s", "unit": "s", "reject_below": None, "review_below": None}
        | {"reject_above": 60.0, "unknown": "skip"}
    )
    columns = (*COLUMNS, Column("duration_s", "s", "neither", 0, None, "Length.", "header"))
    given = replace(
        evidence(rows, reasons={"V-0": {"decoded_s": "cannot be decoded: longer than 600 s"}}),
        columns=columns,
    )
    judged = decide(given, rules.model_copy(update={"rules": {"too-long": long}}))
    assert set(judged.clips["reasons"].item().split(";")) == {"too-long", "unreadable-audio"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        *((22050.0, "22050"), (123456.0, "123456"), (11306.4, "11306"), (9599.74, "9599.7")),
        *((9.99961, "10"), (0.00004, "0.00004"), (-0.5, "-0.5"), (-0.0, "0")),
    ],
)
def test_numbers_in_sentences_have_no_exponent(value: float, shown: str) -> None:
    rows = table([3], [value])
    (reason,) = sentences(decide(evidence(rows), policy(reject_above=-1.0)))
    assert f"snr_db {shown} dB" in reason


def test_a_word_or_a_row_of_figures_has_no_tempo() -> None:
    texts = ["a line of some words"] * 10 + ["No.", "1,250,000.", "another line of words"]
    rates = [*np.linspace(13.0, 15.0, 10), 4.0, 3.5, 4.0]
    rows = table([3.0] * 13, [40.0] * 13).assign(text=texts, chars_per_s=rates)
    tempo = derive(rows)["tempo_iqr"].tolist()
    assert tempo[10:12] == [0.0, 0.0]
    assert tempo[12] < -2.5
    assert derive(rows.drop(columns="text"))["tempo_iqr"].iloc[10] < -2.5
