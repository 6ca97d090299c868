"""The best hours of a voice, from a table of clips."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selection.decide import decide
from selection.findings import in_words
from selection.pick import BEYOND, NOTHING_NEW, PARKED, SAID, pick
from selection.policy import Floor, LengthShare, load_policy
from selection.texts import coverage, diphone_units, kind, read_labels, same_text, word_units
from tests.selection.tables import evidence, policy, table

WORDS = (
    *("amber", "boat", "cedar", "dawn", "ember", "frost", "grove", "harbour", "island", "jewel"),
    *("kettle", "lantern", "meadow", "needle", "orchard", "pebble", "quarry", "river", "shadow"),
)
BY_COVERAGE = load_policy().selection


def clips(n: int, seed: int = 0, voice: str = "V") -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ends = rng.choice([".", ".", ".", "?", "!", ","], n)
    texts = [" ".join(rng.choice(WORDS, rng.integers(1, 12))) + end for end in ends]
    rows = pd.DataFrame(
        {
            "clip_id": [f"{voice}-{seed}-{i}" for i in range(n)],
            "voice": voice,
            "audio_file": [f"{i:06d}.wav" for i in range(n)],
            "row": range(n),
            "text": texts,
            "language": "en",
            "verdict": "accept",
            "score": rng.uniform(20, 80, n),
            "duration_s": [0.3 + 0.4 * len(t.split()) for t in texts],
            "pitch_hz": rng.normal(200, 20, n),
            "pitch_range_st": rng.normal(8, 2, n),
            "chars_per_s": rng.normal(15, 2, n),
            "level_spread_db": rng.normal(12, 2, n),
        }
    )
    rows["rank"] = rows["score"].rank(ascending=False).astype(int)
    rows.index = list(rows["clip_id"])
    return rows.join(read_labels(rows))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.floats(0.005, 0.05))
def test_the_order_of_rows_does_not_matter_and_the_budget_holds(seed: int, hours: float) -> None:
    rows = pd.concat([hasty(60, seed), clips(30, seed + 1, "W")])
    one = pick(rows, hours, BY_COVERAGE)
    two = pick(rows.sample(frac=1, random_state=seed), hours, BY_COVERAGE).reindex(one.index)
    pd.testing.assert_frame_equal(one, two)
    seconds = rows["duration_s"][one["selected"]].groupby(rows["voice"]).sum()
    assert (seconds <= hours * 3600 + 1e-6).all()
    gains = one["gain"].groupby(rows["voice"]).sum()
    assert gains.tolist() == pytest.approx([100.0, 100.0])


def test_every_accepted_clip_says_why_it_is_not_selected() -> None:
    rows = clips(80)
    rows.iloc[0, rows.columns.get_loc("phoneme_tokens")] = 511.0
    rows.iloc[1, rows.columns.get_loc("verdict")] = "review"
    found = pick(rows, 0.02, BY_COVERAGE)
    assert found["not_selected"].iloc[0] == "longer than 510 phoneme tokens"
    assert found["not_selected"].iloc[1] == ""
    told = (found["not_selected"] != "") | found["selected"]
    assert told[rows["verdict"] == "accept"].all()
    assert not (found["selected"] & (found["not_selected"] != "")).any()


def test_the_same_text_goes_in_once_while_there_are_others() -> None:
    rows = clips(40)
    again = rows.assign(
        clip_id="x" + rows["clip_id"], audio_file="x" + rows["audio_file"], text=rows["text"] + " "
    )
    again.index = list(again["clip_id"])
    both = pd.concat([rows, again])
    found = pick(both, rows["duration_s"].sum() / 2 / 3600, BY_COVERAGE)
    said = both["text"].map(same_text)
    order = found["pick"].sort_values().dropna().index
    twice = said[order].duplicated()
    # what is left of the budget takes texts again only once no other text fits
    assert not twice.iloc[: (~twice).sum()].any()
    assert (found["gain"][order][twice] < 0.1).all()
    refused = found["not_selected"][~found["selected"]]
    assert set(refused) <= {SAID, BEYOND, NOTHING_NEW}
    assert (refused == SAID).sum() >= (~twice).sum() - twice.sum()


def test_with_room_for_all_every_accepted_clip_is_in_texts_said_twice_last() -> None:
    rows = clips(10)
    rows.loc[rows.index[9], ["text", "phonemes"]] = rows.loc[rows.index[0], ["text", "phonemes"]]
    found = pick(rows, 10, BY_COVERAGE)
    assert found["selected"].all()
    last = found["pick"].idxmax()
    assert last in (rows.index[0], rows.index[9])
    assert found.loc[last, "gain"] < 0.5


def test_more_diphones_and_words_than_by_score_and_the_short_have_their_share() -> None:
    rows = clips(600, 3)
    found = pick(rows, rows["duration_s"].sum() / 4 / 3600, BY_COVERAGE)
    score = BY_COVERAGE.model_copy(update={"strategy": "score"})
    by_score = pick(rows, rows["duration_s"].sum() / 4 / 3600, score)
    diphones, words = diphone_units(rows), word_units(rows)
    for units in (diphones, words):
        (mine,), (scored,) = (np.nonzero(f["selected"].to_numpy()) for f in (found, by_score))
        assert coverage(units, mine) >= coverage(units, scored)
    chosen = rows[found["selected"]]
    short = chosen["duration_s"][chosen["phoneme_tokens"] < 20].sum()
    assert short >= 0.05 * chosen["duration_s"].sum() - chosen["duration_s"].max()


def test_a_column_is_spread_as_the_voice_has_it_by_time_whatever_short_clips_are_like() -> None:
    rows = clips(600, 6)
    rows["chars_per_s"] = 20 - rows["duration_s"] + np.random.default_rng(6).normal(0, 0.5, 600)
    alone = {"chars_per_s": BY_COVERAGE.terms["chars_per_s"]}
    how = BY_COVERAGE.model_copy(update={"terms": alone, "shares": {}})
    chosen = pick(rows, rows["duration_s"].sum() / 4 / 3600, how)["selected"]
    tenth = pd.qcut(rows["chars_per_s"], 10)
    seconds = rows["duration_s"]
    whole = seconds.groupby(tenth, observed=False).sum() / seconds.sum()
    mine = seconds[chosen].groupby(tenth[chosen], observed=False).sum() / seconds[chosen].sum()
    assert (mine - whole).abs().max() < 0.02


def hasty(n: int, seed: int) -> pd.DataFrame:
    """Clips whose short ones, which add most per second, sound worse."""
    rows = clips(n, seed)
    noise = np.random.default_rng(seed).normal(0, 0.1, n)
    rows["dnsmos_ovrl"] = 2.5 + 0.2 * rows["duration_s"] + noise
    rows["score"] = 20 * rows["dnsmos_ovrl"]
    return rows.assign(rank=rows["score"].rank(ascending=False).astype(int))


@pytest.mark.parametrize(("at_once", "slack"), [(5000, 0.05), (60, 0.1)], ids=["all", "some"])
@pytest.mark.parametrize("below", [0.2, 0.05])
def test_the_mean_quality_keeps_to_its_floor(
    monkeypatch: pytest.MonkeyPatch, below: float, at_once: int, slack: float
) -> None:
    monkeypatch.setattr("selection.pick._SOME", at_once)
    rows = hasty(400, 3)
    hours = rows["duration_s"].sum() / 4 / 3600
    floor = Floor(column="dnsmos_ovrl", below_score=below, why="")
    ways = {
        "free": BY_COVERAGE.model_copy(update={"floor": None, "shares": {}}),
        "floor": BY_COVERAGE.model_copy(update={"floor": floor, "shares": {}}),
        "score": BY_COVERAGE.model_copy(update={"strategy": "score"}),
    }
    chosen = {way: pick(rows, hours, how)["selected"] for way, how in ways.items()}
    mean = {way: rows["dnsmos_ovrl"][mine].mean() for way, mine in chosen.items()}
    assert mean["free"] < mean["score"] - 0.2
    assert mean["score"] - below <= mean["floor"] <= mean["score"] - below + slack
    words = {
        w: coverage(diphone_units(rows), np.nonzero(m.to_numpy())[0]) for w, m in chosen.items()
    }
    assert words["score"] <= words["floor"] <= words["free"]
    assert words["score"] < words["free"]


@pytest.mark.parametrize("at_once", [5000, 60], ids=["all", "some"])
def test_a_floor_that_asks_nothing_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("selection.pick._SOME", at_once)
    rows = hasty(400, 3)
    floor = Floor(column="dnsmos_ovrl", below_score=4.0, why="")
    bound, free = (BY_COVERAGE.model_copy(update={"floor": f}) for f in (floor, None))
    pd.testing.assert_frame_equal(pick(rows, 0.1, bound), pick(rows, 0.1, free))


def test_a_floor_that_cannot_be_reached_takes_the_best_there_are() -> None:
    rows = hasty(60, 4)
    floor = Floor(column="dnsmos_ovrl", below_score=0.0, why="")
    worst = LengthShare(share=1.0, below_tokens=20, why="")  # the short ones are served first
    short = rows[rows["phoneme_tokens"] < 20]
    mean = {}
    for bound in (floor, None):
        how = BY_COVERAGE.model_copy(update={"floor": bound, "shares": {"short": worst}})
        found = pick(rows, short["duration_s"].sum() / 2 / 3600, how)["selected"]
        assert found.any() and found[short.index].sum() == found.sum()
        mean[bound] = rows["dnsmos_ovrl"][found].mean()
    assert mean[floor] > mean[None] + 0.05


def test_a_column_that_nothing_measured_bounds_nothing() -> None:
    rows = hasty(60, 5)
    floor = Floor(column="dnsmos_ovrl", below_score=0.0, why="")
    bound, free = (BY_COVERAGE.model_copy(update={"floor": f}) for f in (floor, None))
    for unmeasured in (rows.assign(dnsmos_ovrl=np.nan), rows.drop(columns="dnsmos_ovrl")):
        same = pick(unmeasured, 0.02, bound)
        pd.testing.assert_frame_equal(same, pick(unmeasured, 0.02, free))


def test_by_score_the_best_rank_comes_first() -> None:
    rows = clips(50)
    score = BY_COVERAGE.model_copy(update={"strategy": "score"})
    found = pick(rows, 0.02, score)
    assert found["pick"].idxmin() == rows["rank"].idxmin()
    assert set(found["not_selected"][~found["selected"]]) == {BEYOND}


def test_a_parked_voice_says_so_and_has_no_picks() -> None:
    decided = decide(evidence(table([5] * 3, [40] * 3)), policy(minimum=1)).clips
    assert decided["not_selected"].tolist() == [PARKED] * 3
    assert decided["pick"].isna().all()


def test_symbols_without_a_phoneme_are_a_note_and_the_clip_stays() -> None:
    rows = table([5, 5], [40, 40]).assign(text=["It costs ₿.", "It costs money."])
    decision = decide(evidence(rows), policy())
    found = decision.findings[decision.findings["rule"] == "outside-vocabulary"]
    assert found["clip_id"].tolist() == [rows.index[0]]
    assert "₿" in in_words(found)["sentence"].iloc[0]
    assert decision.clips["selected"].all()


def test_diphones_go_across_words_and_know_the_edges() -> None:
    rows = pd.DataFrame(
        {"text": ["ab", "a b", "ba"], "language": "x", "phonemes": "", "phonemes_by": ""}
    )
    units = diphone_units(rows)
    per_text = [set(units.unit[units.row == i]) for i in range(3)]
    assert per_text[0] == per_text[1]
    assert [len(p) for p in per_text] == [3, 3, 3]
    assert not per_text[0] & per_text[2]


def test_kinds_of_sentences_in_other_scripts() -> None:
    assert [kind(t) for t in ("你好吗？", "वह जाता है।", "走！", "هل؟", "one:")] == [
        *("question", "statement", "exclamation", "question", "list item")
    ]
