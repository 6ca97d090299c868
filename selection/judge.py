"""Columns -> findings: every rule of the policy over every clip."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from clips.columns import Column
from clips.languages import find_language
from clips.rules.base import SEVERITY, Weight
from clips.table import Finding
from clips.words import Phrase, say
from selection.comparison import (
    LABEL_COLUMNS,
    LANGUAGE_COLUMN,
    WORD_COLUMN,
    with_language,
    with_word,
)
from selection.derived import BASIS
from selection.doubts import Doubts, failures, fair, unproven
from selection.findings import records, tabled
from selection.policy import MeasuredRule, Policy
from selection.rules import words
from selection.rules.judging import NOT_MEASURED
from selection.verdicts import DECODED, UNREADABLE, Evidence

Mask = npt.NDArray[np.bool_]
_WHICH = ("voice", "clip_id", "audio_file")


def judge(
    evidence: Evidence, policy: Policy, columns: Mapping[str, Column], doubts: Doubts
) -> pd.DataFrame:
    """All findings, each with the verdict that the policy gives it.

    Args:
        evidence: its table has the derived columns too.
        policy: the rules.
        columns: declarations of measured and derived columns by name.
        doubts: about the labels of its clips.

    Returns:
        A table with `selection.findings.FINDING_COLUMNS`. A rule whose column was not measured in
        this run (its scorer was left out) judges nothing.
    """
    table, weights = evidence.table, policy.verdicts
    judged: list[tuple[Finding, Weight]] = [(f, weights[f.rule]) for f in evidence.intake]
    judged += [(finding, weights[UNREADABLE]) for finding in _undecodable(evidence)]
    refused = {f.clip_id for f, verdict in judged if f.clip_id and verdict == "reject"}
    has_audio = table[DECODED].notna().to_numpy(bool)
    excused = table["clip_id"].isin(refused | set(evidence.pending)).to_numpy(bool)
    judged += [
        (_about(row, NOT_MEASURED, words(NOT_MEASURED, "pending", why=why)), "review")
        for row in _records(table, table["clip_id"].isin(list(evidence.pending)))
        for why in [evidence.pending[row["clip_id"]]]
    ]
    for rule_id, rule in policy.rules.items():
        if rule.column in table:
            mine = judged_by(table, rule)
            beyond = _beyond(table, mine, rule_id, rule, columns[rule.column])
            if rule.column in LABEL_COLUMNS:
                beyond = fair(beyond, rule.column, evidence.comparisons, doubts, weights)
            elif rule.column == LANGUAGE_COLUMN:
                beyond = with_language(beyond, evidence.comparisons)
            elif rule.column == WORD_COLUMN:
                beyond = with_word(beyond, evidence.comparisons)
            judged += beyond
            judged += _unknown(evidence, mine & has_audio & ~excused, rule_id, rule)
    explained = refused | {f.clip_id for f, v in judged if v != "note"}
    judged += [
        (_about(row, NOT_MEASURED, words(NOT_MEASURED, "no audio")), "review")
        for row in _records(table, ~has_audio)
        if row["clip_id"] not in explained
    ]
    # a doubt is told once for all that it saves a clip from
    return tabled(dict.fromkeys(judged))


def doubts_about(evidence: Evidence, policy: Policy) -> Doubts:
    """What speaks against rejecting the labels of an evidence on the recogniser's word."""
    measured = evidence.table[evidence.table[DECODED].notna()]
    return Doubts(
        failures(measured, policy.fairness),
        unproven(measured, policy.fairness),
        evidence.doubted,
        policy.fairness,
    )


def judged_by(table: pd.DataFrame, rule: MeasuredRule) -> Mask:
    """Which clips a rule judges, by their tone, language and length."""
    mine = np.ones(len(table), bool)
    if rule.except_tones:
        mine &= ~_where(table["tone"], lambda tone: rule.spares(str(tone)))
    if rule.from_s and "duration_s" in table:
        mine &= ~(table["duration_s"].to_numpy(np.float64) < rule.from_s)
    if rule.languages != "all":
        by_character = _where(table["language"], _by_character)
        mine &= by_character if rule.languages == "by-character" else ~by_character
    return mine


def _where(values: "pd.Series[str]", test: Callable[[str], bool]) -> Mask:
    """Where a test holds, which each different value is put to once."""
    number, different = pd.factorize(values, use_na_sentinel=False)
    return np.array([test(value) for value in different], bool)[number]


def _beyond(
    table: pd.DataFrame, mine: Mask, rule_id: str, rule: MeasuredRule, column: Column
) -> Iterator[tuple[Finding, Weight]]:
    value = table[rule.column].to_numpy(np.float64)
    left = mine.copy()
    for bound in sorted(rule.bounds, key=lambda bound: -SEVERITY[bound.verdict]):
        below = bound.side == "below"
        broken = ((value < bound.value) if below else (value > bound.value)) & left
        left &= ~broken
        says = rule.words(bound)
        for row in _records(table, broken, rule.column):
            finding = _about(row, rule_id, says)
            yield (
                replace(
                    finding, value=float(row[rule.column]), bound=bound.value, unit=column.unit
                ),
                bound.verdict,
            )


def _unknown(
    evidence: Evidence, mine: Mask, rule_id: str, rule: MeasuredRule
) -> Iterator[tuple[Finding, Weight]]:
    if rule.unknown == "skip":
        return
    table = evidence.table
    for row in _records(table, mine & table[rule.column].isna().to_numpy(bool)):
        known = evidence.reasons.get(str(row["clip_id"]), {})
        measured = BASIS.get(rule.column, rule.column)
        if measured in evidence.unasked.get(str(row["clip_id"]), {}):
            continue
        why = known.get(measured, "not measured")
        says = say("{column} cannot be measured: {why}.", column=rule.column, why=why)
        says = replace(says, remedy="Listen; a person has to judge it.")
        yield _about(row, rule_id, says), rule.unknown


def _undecodable(evidence: Evidence) -> Iterator[Finding]:
    table = evidence.table
    for row in _records(table, table[DECODED].isna()):
        why = evidence.reasons.get(str(row["clip_id"]), {}).get(DECODED)
        if why:
            yield _about(row, UNREADABLE, words(UNREADABLE, "decoded", why=why))


def _by_character(tag: str) -> bool:
    language = find_language(tag)
    return language is not None and language.rate == "cer"


def _records(
    table: pd.DataFrame, rows: "Mask | pd.Series[bool]", *columns: str
) -> list[dict[Hashable, Any]]:
    """What says which clips some rows are, and columns of them: all columns take long."""
    if not rows.any():
        return []
    return records(table.loc[rows, [*_WHICH, *columns]])


def _about(row: Mapping[Hashable, object], rule: str, words: Phrase) -> Finding:
    return Finding(
        rule=rule,
        words=words,
        voice=str(row["voice"]),
        clip_id=str(row["clip_id"]),
        audio_file=str(row["audio_file"]),
    )
