"""The planner of mixes against brute force over all sets of clips."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selection.mix import GAP, SHORTER, is_legal, plan_mix
from selection.policy import Mixing, load_policy

THREE = load_policy().mix


def candidates(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """Clips of (contributor, voice, ms), each slice in the order in which its clips were taken."""
    table = pd.DataFrame(rows, columns=["contributor", "voice", "ms"]).assign(
        contributor=lambda t: t["contributor"].astype(str), voice=lambda t: t["voice"].astype(str)
    )
    taken = table.groupby(["contributor", "voice"]).cumcount() + 1.0
    return table.assign(duration_s=table["ms"] / 1000, pick=taken)


def worth(clips: pd.DataFrame) -> np.ndarray:
    """Milliseconds, each by how early its clip was taken in its slice."""
    slices = clips.groupby(["contributor", "voice"])["ms"]
    before = (slices.cumsum() - clips["ms"]) / slices.transform("sum")
    return (clips["ms"] * (1 - before)).to_numpy()


def legal_sets(clips: pd.DataFrame, rule: Mixing) -> list[np.ndarray]:
    of = {c: (clips["contributor"] == c).to_numpy() for c in set(clips["contributor"])}
    ms, found = clips["ms"].to_numpy(), []
    for bits in itertools.product((False, True), repeat=len(clips)):
        chosen = np.array(bits, bool)
        each = [int(ms[chosen & mine].sum()) for mine in of.values() if (chosen & mine).any()]
        if len(each) >= rule.contributors and max(each) < rule.share_below * sum(each):
            found.append(chosen)
    return found


clip_rows = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("VW"), st.integers(1, 40)),
    max_size=9,
)
rules = st.builds(
    Mixing, contributors=st.integers(1, 4), share_below=st.sampled_from([0.5, 0.4, 0.34, 0.75, 1.0])
)


@settings(max_examples=50, deadline=None)
@given(clip_rows, st.just(THREE) | rules)
def test_no_legal_set_is_longer_and_none_as_long_is_of_better_clips(
    rows: list[tuple[str, str, int]], rule: Mixing
) -> None:
    clips = candidates(*rows)
    mix = plan_mix(clips, rule)
    legal = legal_sets(clips, rule)
    assert mix.is_legal == bool(legal)
    if not legal:
        return
    assert any((mix.chosen == one).all() for one in legal)
    ms, value = clips["ms"].to_numpy(), worth(clips)
    longest = max(int(ms[one].sum()) for one in legal)
    assert ms[mix.chosen].sum() >= longest * (1 - GAP - SHORTER)
    as_long = [one for one in legal if ms[one].sum() >= ms[mix.chosen].sum()]
    assert value[mix.chosen].sum() >= max(value[one].sum() for one in as_long) * (1 - GAP)


@settings(max_examples=30, deadline=None)
@given(clip_rows.filter(bool))
def test_what_would_make_it_feasible_does(rows: list[tuple[str, str, int]]) -> None:
    clips = candidates(*rows)
    mix = plan_mix(clips, THREE)
    if mix.is_legal and not mix.left_out_of:
        assert mix.chosen.all()
        return
    people = set(clips["contributor"])
    assert mix.wanting == max(0, 3 - len(people))
    more = round(mix.more_s * 1000) + 1
    others = max(1, mix.wanting)
    new = [(f"new {i}", "V", -(-more // others)) for i in range(others)]
    assert plan_mix(pd.concat([clips, candidates(*new)], ignore_index=True), THREE).is_legal


def test_two_contributors_are_no_mix_whatever_they_have() -> None:
    mix = plan_mix(candidates(*[(c, "V", 5000) for c in "ab" for _ in range(9)]), THREE)
    assert (mix.is_legal, mix.contributors, mix.wanting) == (False, 2, 1)


def test_whole_clips_may_be_too_long_for_any_mix() -> None:
    mix = plan_mix(candidates(("a", "V", 100), ("b", "V", 1), ("c", "V", 1)), THREE)
    assert (mix.is_legal, mix.wanting, mix.left_out_of) == (False, 0, "a")
    assert mix.more_s == pytest.approx(0.098)


def test_what_is_too_much_is_cut_to_the_best_of_each_slice() -> None:
    """Of 300 s of one contributor, under 50 s that the others have, the first of each voice."""
    rng = np.random.default_rng(1)
    big = [("a", v, int(ms)) for v in "VW" for ms in rng.integers(1000, 9000, 30)]
    clips = candidates(*big, ("b", "V", 40_000), ("c", "V", 10_000))
    mix = plan_mix(clips, THREE)
    chosen = clips[mix.chosen]
    assert chosen["ms"].sum() > 99_800
    of_a = chosen[chosen["contributor"] == "a"]
    assert of_a.groupby("voice")["ms"].sum().min() > 15_000
    assert of_a["pick"].median() < clips["pick"].median() / 2


def test_many_hours_are_planned_in_seconds_and_exactly_legal() -> None:
    rng = np.random.default_rng(0)
    hours = {"a": 10, "b": 3, "c": 2, "d": 0.2}
    rows = [
        (c, v, int(ms))
        for c, h in hours.items()
        for v in "VW"
        for ms in rng.integers(1500, 9000, int(h * 3600 / 5.25 / 2))
    ]
    clips = candidates(*rows)
    mix = plan_mix(clips, THREE)
    chosen = clips[mix.chosen]
    of = np.unique(chosen["contributor"], return_inverse=True)[1]
    assert is_legal(chosen["ms"].to_numpy(), of, THREE)
    others = clips.loc[clips["contributor"] != "a", "ms"].sum()
    assert chosen["ms"].sum() > 2 * others * (1 - GAP - SHORTER)
