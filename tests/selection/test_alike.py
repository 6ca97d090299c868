"""Recordings and the lines that are cut from them, and clips many times over."""

import re
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clips.rules.base import SEVERITY
from selection import alike
from selection.alike import Alike, joined
from selection.copies import find_copies
from selection.decide import decide
from selection.duplicates import BEFORE, find_duplicates, same_audio
from selection.meetings import NEIGHBOURS, Words
from selection.rules.judging import AUDIO, TEXT
from tests.selection.tables import evidence, policy, replace
from tests.selection.test_duplicates import noisy, print_of, rows

LINES = {f"line_{n}": print_of(n, 2.0 + 0.5 * n) for n in range(6)}
WHOLE = np.concatenate(list(LINES.values()))


def clips_of(prints: Mapping[str, Words], unlabelled: Sequence[str] = ()) -> pd.DataFrame:
    """A table of so many clips, each in a file of its name."""
    clips = rows(len(prints)).assign(clip_id=list(prints), audio_file=list(prints))
    clips.index = pd.Index(clips["clip_id"])
    clips.loc[list(unlabelled), "row"] = -1
    return clips


def named(clips: pd.DataFrame, groups: Sequence[Alike]) -> dict[str, str]:
    """Of each clip that is a copy of another's audio, that one."""
    found = [f for f in find_duplicates(clips, groups) if f.rule == AUDIO]
    stays = [re.search(r"are also in (\S+?):", f.sentence) for f in found]
    return {f.clip_id: one[1] for f, one in zip(found, stays, strict=True) if one}


def copies(prints: Mapping[str, Words], unlabelled: Sequence[str] = ()) -> dict[str, str]:
    clips = clips_of(prints, unlabelled)
    return named(clips, same_audio(clips, prints))


def test_of_two_copies_each_is_most_of_the_other_and_a_line_is_not() -> None:
    one = print_of(0)
    assert [c.whole for c in find_copies([one, noisy(one, 0.05)])] == [True]
    assert [c.whole for c in find_copies([one, one[20:]])] == [True]
    assert [c.whole for c in find_copies([WHOLE, LINES["line_3"]])] == [False]
    assert [c.whole for c in find_copies([LINES["line_3"], WHOLE])] == [False]


@pytest.mark.parametrize("unlabelled", [(), ("whole",)])
def test_of_a_recording_and_its_lines_the_lines_stay(unlabelled: Sequence[str]) -> None:
    assert copies({**LINES, "whole": WHOLE}, unlabelled) == {"whole": "line_0"}


def test_an_unlabelled_recording_before_its_lines_is_a_copy_of_the_first() -> None:
    prints = {"whole": WHOLE, **LINES}
    assert copies(prints, ["whole"]) == {"whole": "line_0"}
    decision = decide(replace(evidence(clips_of(prints, ["whole"])), fingerprints=prints), policy())
    verdicts = decision.clips.set_index("clip_id")["verdict"]
    assert verdicts.to_dict() == {"whole": "reject", **dict.fromkeys(LINES, "accept")}


def test_of_a_recording_that_is_worth_more_the_lines_are_copies() -> None:
    assert copies({"whole": WHOLE, **LINES}) == dict.fromkeys(LINES, "whole")
    prints = {**LINES, "whole": WHOLE}
    clips = clips_of(prints).assign(verdict=["review"] * 6 + ["accept"])
    assert named(clips, same_audio(clips, prints)) == dict.fromkeys(LINES, "whole")


def test_a_line_whose_recording_does_not_stay_stays() -> None:
    one, two = print_of(0), print_of(1)
    prints = {"one": one, "both": np.concatenate([one, two]), "two": two}
    assert copies(prints) == {"both": "one"}


@pytest.mark.parametrize(("seconds", "nearly_all", "times"), [(9.0, False, 5), (30.0, True, 2)])
def test_a_line_is_no_copy_of_the_one_that_is_most_of_their_recording(
    seconds: float, nearly_all: bool, times: int
) -> None:
    long, short = print_of(0, seconds), [print_of(n, 1.0) for n in range(1, 6)]
    prints = {"long": long, "whole": np.concatenate([long, *short])}
    prints |= {f"short_{n}": words for n, words in enumerate(short)}
    assert [c.whole for c in find_copies([long, prints["whole"]])] == [nearly_all]
    assert copies(prints) == {"whole": "long"}
    again = {f"again_{n}": noisy(prints["whole"], 0.03, n) for n in range(times)}
    assert copies({**prints, **again}) == dict.fromkeys(["whole", *again], "long")


@pytest.mark.parametrize("wholes", [2, 5, 10])
def test_a_recording_many_times_over_is_found_each_time(wholes: int) -> None:
    many = {f"whole_{n}": noisy(WHOLE, 0.03, n) for n in range(wholes)}
    for prints in ({**many, **LINES}, {**LINES, **many}):
        assert copies(prints, list(many)) == dict.fromkeys(many, "line_0")
    first = dict.fromkeys([*many, *LINES], "whole_0")
    del first["whole_0"]
    assert copies({**many, **LINES}) == first


@pytest.mark.parametrize("times", [3, 10])
def test_lines_many_times_over_beside_their_recording(times: int) -> None:
    many = {f"{k}_{n}": noisy(v, 0.03, n) for k, v in LINES.items() for n in range(times)}
    of_lines = {name: f"{name[:6]}_0" for name in many if not name.endswith("_0")}
    assert copies({"whole": WHOLE, **many}, ["whole"]) == {"whole": "line_0_0", **of_lines}
    assert copies({"whole": WHOLE, **many}) == dict.fromkeys(many, "whole")


def test_thousands_of_copies_of_one_clip_are_one_group() -> None:
    n = 20_000
    pairs = [(at - step, at) for at in range(n) for step in range(1, NEIGHBOURS + 1) if at >= step]
    (group,) = joined([(Alike(pair, 3.0), True) for pair in pairs], n)
    assert group == Alike(tuple(range(n)), 3.0)
    assert len(list(alike.settle([group], 0))) == n - 1


PLACES = 9
GROUPS = st.lists(
    st.builds(
        Alike,
        st.sets(st.integers(0, PLACES - 1), min_size=2, max_size=5).map(lambda s: tuple(sorted(s))),
        st.sampled_from([None, 1.0, 2.0]),
    ),
    max_size=12,
)


@settings(max_examples=200)
@given(
    GROUPS,
    st.lists(st.sampled_from(list(SEVERITY)), min_size=PLACES, max_size=PLACES),
    st.sets(st.integers(0, PLACES - 1)),
    st.sets(st.integers(0, PLACES - 1)),
)
def test_whoever_is_named_stays_and_of_no_group_two(
    groups: list[Alike], verdict: list[str], unlabelled: set[int], before: set[int]
) -> None:
    clips = rows(PLACES).assign(verdict=verdict)
    clips["row"] = [-1 if n in unlabelled else n for n in range(PLACES)]
    clips[BEFORE] = [n in before for n in range(PLACES)]
    found = list(find_duplicates(clips, groups))
    for rule in (AUDIO, TEXT):
        mine = [f for f in found if f.rule == rule]
        gone = {int(f.clip_id[2:]) for f in mine}
        assert len(gone) == len(mine) and not gone & before
        for finding in mine:
            other, stays = int(finding.clip_id[2:]), _file_in(finding.sentence)
            assert stays not in gone
            assert any({other, stays} <= set(group.places) for group in _by(rule, groups))
        for group in _by(rule, groups):
            staying = set(group.places) - gone
            assert len(staying - before) <= (not staying & before)


def _by(rule: str, groups: Sequence[Alike]) -> list[Alike]:
    return [group for group in groups if group.rule == rule]


def _file_in(sentence: str) -> int:
    (file,) = re.findall(r"(\d{6})\.wav", sentence)
    return int(file)


PIECES = 4


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, PIECES - 1), st.integers(1, PIECES)), min_size=2, max_size=9),
    st.data(),
)
def test_of_any_recordings_and_lines_no_two_with_the_same_audio_stay(
    spans: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Clips are runs of pieces of one recording: which share their audio is known."""
    runs = [range(start, min(start + count, PIECES)) for start, count in spans]
    pieces = [print_of(n, 1.5) for n in range(PIECES)]
    prints = {
        f"V-{n}": noisy(np.concatenate([pieces[i] for i in run]), 0.02, n)
        for n, run in enumerate(runs)
    }
    verdict = st.sampled_from(list(SEVERITY))
    clips = rows(len(runs)).assign(verdict=[data.draw(verdict) for _ in runs])
    found = list(find_duplicates(clips, same_audio(clips, prints)))
    gone = {int(f.clip_id[2:]): _file_in(f.sentence) for f in found}
    shares = {
        pair
        for pair in combinations(range(len(runs)), 2)
        if len(set(runs[pair[0]]) & set(runs[pair[1]]))
        >= 0.6 * min(len(runs[pair[0]]), len(runs[pair[1]]))
    }
    for other, stays in gone.items():
        assert stays not in gone and tuple(sorted((other, stays))) in shares
    staying = set(range(len(runs))) - set(gone)
    assert not [pair for pair in shares if staying.issuperset(pair)]
