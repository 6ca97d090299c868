"""The page's bounds against `decide`, on tables with every kind of finding that bounds lead to."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser

from clips.columns import Column
from clips.rules.base import VERDICTS, Weight
from clips.table import Finding
from clips.words import say
from reports.explorer import grids
from reports.grid import grid
from reports.view import ReportData
from selection.decide import decide
from selection.decisions import Decided, Word
from selection.derived import DERIVED
from selection.duplicates import SAME_BYTES
from selection.policy import BOUNDS, Policy, load_policy
from selection.rules.judging import OTHER_SCRIPT, OUTSIDE, TEXT
from selection.terms import LANGUAGE_HOURS
from selection.verdicts import Evidence
from tests.explorer import assert_equal, explored, judge, random_moves
from tests.selection import tables
from tests.selection.test_duplicates import noisy, print_of

_COUNTS = ("wer_errors", "wer_ref_words", "cer_errors", "cer_ref_chars")
_COLUMNS = (
    *tables.COLUMNS,
    Column("duration_s", "s", "neither", 0.0, None, "Length.", "test"),
    Column("cer_errors", "characters", "lower", 0, None, "Errors.", "test"),
    Column("cer_ref_chars", "characters", "neither", 0, None, "Characters.", "test"),
    Column("other_script_share", "", "lower", 0.0, 1.0, "Share.", "test"),
    Column("label_logprob", "", "higher", None, 0.0, "Likelihood.", "test"),
)


def policy(language: Weight = "review") -> Policy:
    """Rules on labels and sound, and findings that weigh more than they are declared with."""
    shipped = load_policy()
    base = tables.policy(hours=0.05, minimum=0.005, reject_below=15.0, review_below=30.0)
    terms = shipped.terms.model_copy(
        update={
            "languages": shipped.terms.languages.model_copy(update={"new_language_hours": 0.012})
        }
    )
    rules = base.rules | {name: shipped.rules[name] for name in ("cer", "too-long", "too-short")}
    quiet = rules["snr"].model_copy(update={"except_tones": ("whispering",)})
    findings = dict.fromkeys([TEXT, OUTSIDE, "licence-refused"], "review")
    findings |= {OTHER_SCRIPT: "reject", LANGUAGE_HOURS: language}
    return base.model_copy(
        update={"rules": rules | {"snr": quiet}, "findings": findings, "terms": terms}
    )


def evidence() -> Evidence:
    n, rng = 120, np.random.default_rng(3)
    rows = tables.table(
        rng.gamma(9.0, 0.4, n).round(3), rng.normal(30, 9, n).round(1) + rng.choice([0, 1e-9], n)
    )
    rows["voice"] = rng.choice(["V", "W", "X"], n)
    rows["tone"] = rng.choice(["neutral", "Whispering"], n)
    rows["language"] = np.where(rows["voice"] == "X", "de", rng.choice(["en", "ja"], n))
    rows["text"] = rng.choice(["Two birds.", "Rain", "Sun ☃", "One wind", "A sea"], n)
    rows["row"] = np.where(rng.random(n) < 0.1, -1, np.arange(n))
    rows["wer_errors"] = rng.choice([0.0, 1, 3, 7], n)
    rows["cer_ref_chars"], rows["cer_errors"] = 30.0, rng.choice([0.0, 1, 10, 24], n)
    rows["other_script_share"] = rng.choice([0.0, 0.9], n, p=[0.9, 0.1])
    rows["label_logprob"] = rng.choice([-9.0, -1.0, np.nan], n)
    rows.loc[rows.index[5:9], ["decoded_s", "snr_db", *_COUNTS]] = np.nan
    rows.loc[rows.index[9], "snr_db"] = np.nan
    rows["audio_sha256"] = [f"{i % 110}" for i in range(n)]
    ids = rows["clip_id"].tolist()

    def told(rule: str, clip: str) -> Finding:
        return Finding(rule, say("Told."), voice=rows.loc[clip, "voice"], clip_id=clip)

    prints = {clip: print_of(i) for i, clip in enumerate(ids[:30])}
    prints |= {clip: noisy(print_of(i % 4), 0.04, i) for i, clip in enumerate(ids[30:60])}
    recordings = [range(11, 17), range(11, 17), (17, 18), (18, 19), (0, 20, 21), (2, 3, 22)]
    for n, (clip, lines) in enumerate(zip(ids[60:], recordings, strict=False)):
        prints[clip] = noisy(np.concatenate([print_of(line) for line in lines]), 0.04, n)
    return Evidence(
        rows,
        _COLUMNS,
        {clip: {"decoded_s": "cut off"} for clip in ids[5:7]},
        {ids[10]: "out of memory"},
        [
            *(told("duplicate-audio", clip) for clip in ids[110:]),
            told("missing-audio", ids[7]),
            Finding("licence-refused", say("Told."), "voice", "V"),
        ],
        fingerprints=prints,
        doubted={ids[20]: say("A doubt.")},
        decided=Decided(
            {clip: Word(accepts=bool(i % 2), why="Heard.") for i, clip in enumerate(ids[3:90:7])},
            {"W": Word(accepts=True)},
        ),
    )


def report(told: Evidence, rules: Policy) -> ReportData:
    decision = decide(told, rules)
    columns = [c for c in (*_COLUMNS, *DERIVED) if c.name in decision.clips]
    return ReportData(
        *("", "", "", {}, rules, {}, decision.clips, decision.findings, [], columns, {}, {}, 0, 0),
        unmoved=decision.unmoved,
    )


def with_bounds(rules: Policy, data: ReportData, at: list[dict[str, int]]) -> Policy:
    moved = {}
    for (name, rule), mine in zip(rules.rules.items(), at, strict=True):
        edges = edges_of(data, rule.column)
        stand = {k: edges[mine[k]] if 0 <= mine[k] < len(edges) else None for k in BOUNDS}
        moved[name] = rule.model_copy(update=stand)
    return rules.model_copy(update={"rules": moved})


def edges_of(data: ReportData, column: str) -> list[float]:
    edges: list[float] = grids(data)[column].edges.tolist()
    return edges


@pytest.mark.parametrize("language", ["note", "review"])
def test_random_policies_are_judged_as_python_judges_them(
    chromium: Browser, language: Weight
) -> None:
    told, rules = evidence(), policy(language)
    data = report(told, rules)
    present = judge(chromium, data, [], {})["present"]
    moves = random_moves(data, present, 15, seed=5)
    judged = judge(chromium, data, moves, {})
    assert [VERDICTS[s] for s in judged["now"]["severity"]] == data.clips["verdict"].tolist()
    seen = set()
    for at, found in zip(moves, judged["moved"], strict=True):
        assert_equal(found, decide(told, with_bounds(rules, data, at)), 0.05)
        seen.add(tuple(found["severity"]))
    assert len(seen) > 10, "the bounds change verdicts"


def test_what_was_there_before_is_no_part_of_it(chromium: Browser) -> None:
    """Files that are equal are left out: of these the same ones stay wherever the bounds are."""
    every, rules = evidence(), policy()
    told = replace(
        every,
        table=every.table.assign(audio_sha256=""),
        intake=[finding for finding in every.intake if finding.rule not in SAME_BYTES],
        before=set(every.table["clip_id"].iloc[::6]),
    )
    data = report(told, rules)
    moves = random_moves(data, judge(chromium, data, [], {})["present"], 15, seed=7)
    judged = judge(chromium, data, moves, {})
    assert [VERDICTS[s] for s in judged["now"]["severity"]] == data.clips["verdict"].tolist()
    for at, found in zip(moves, judged["moved"], strict=True):
        assert_equal(found, decide(told, with_bounds(rules, data, at)), 0.05)


def test_a_value_lies_where_its_rounded_one_does_not() -> None:
    """Six digits of a table may lie at a bound that the value itself is beyond."""
    told = evidence()
    told.table.loc[told.table.index[0], "snr_db"] = 30.000000001
    data = report(told, policy())
    exact = explored(data)["exact"]["snr_db"]
    (place,) = [place for row, place in exact if row == 0]
    edges = edges_of(data, "snr_db")
    assert place == 2 * edges.index(30.0) + 2


def test_edges_are_decimals_and_hold_the_bounds() -> None:
    column = Column("x", "", "lower", 0.0, None, "", "")
    found = grid(np.array([0.1, 0.2, 0.71, np.nan, np.inf]), [0.34, 0.123457], column)
    edges = found.edges.tolist()
    assert {0.34, 0.123457, 0.5, 0.7} <= set(edges)
    assert edges == sorted(set(edges)) and edges[0] >= 0 and len(edges) < 900
    counts = grid(np.array([0.0, 1.0, 7.0]), [1.0], column)
    assert counts.edges.tolist() == [float(k) for k in range(len(counts.edges))]
    assert grid(np.full(3, np.nan), [], column).edges.size > 1


def test_clips_of_a_run_without_a_decision_cannot_be_moved() -> None:
    data = report(evidence(), policy())
    assert explored(replace(data, unmoved=None)) is None
    assert explored(replace(data, clips=pd.DataFrame(data.clips.iloc[:0]))) is None
