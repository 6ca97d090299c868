"""Columns -> verdicts: every rule of the policy over every clip, every reason kept."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from clips.columns import Column
from clips.languages import find_language
from clips.rules.base import SEVERITY, Verdict, Weight
from clips.table import Finding
from clips.words import Phrase, say
from selection.consistency import Embedding
from selection.copies import Words
from selection.derived import BASIS
from selection.findings import tabled
from selection.hearing import (
    LABEL_COLUMNS,
    LANGUAGE_COLUMN,
    Doubts,
    Hearing,
    failures,
    fair,
    unproven,
    with_language,
)
from selection.policy import MeasuredRule, Policy
from selection.rules import OF_A_PART, words
from selection.rules.judging import NOT_MEASURED

UNREADABLE = "unreadable-audio"
DAMAGED = "damaged-audio"
DECODED = "decoded_s"

_WHICH = ("voice", "clip_id", "audio_file")


@dataclass(frozen=True)
class Evidence:
    """What a decision rests on.

    Args:
        table: one row per clip: ``clip_id, voice, tone, audio_file, row, language, duration_s`` and
            the measured columns; a column that no scorer of the run measures is not there.
        columns: declarations of the columns of the run's scorers, and of the facts.
        reasons: clip id -> column -> why it has no value.
        unasked: the same of columns that nothing was asked for, which some finding says once.
        pending: clip id -> why something is not measured yet.
        intake: what reading the submission, and holding it against the terms, found.
        parked: voice -> why nothing of it is selected, whatever its clips are worth.
        hearings: clip id -> its label against its transcript, word by word.
        embeddings: clip id -> unit vector of its speaker.
        fingerprints: clip id -> words of its acoustic fingerprint.
        doubted: clip id -> why its label is not rejected on what the recogniser heard.
        elsewhere: declarations of columns whose scorers the run left out; rules on them judge
            nothing.
    """

    table: pd.DataFrame
    columns: Sequence[Column]
    reasons: Mapping[str, Mapping[str, str]]
    pending: Mapping[str, str]
    intake: Sequence[Finding]
    parked: Mapping[str, str] = field(default_factory=dict)
    hearings: Mapping[str, Hearing] = field(default_factory=dict)
    embeddings: Mapping[str, Embedding] = field(default_factory=dict)
    fingerprints: Mapping[str, Words] = field(default_factory=dict)
    doubted: Mapping[str, Phrase] = field(default_factory=dict)
    unasked: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    elsewhere: Sequence[Column] = ()


def judge(evidence: Evidence, policy: Policy, columns: Mapping[str, Column]) -> pd.DataFrame:
    """All findings, each with the verdict that the policy gives it.

    Args:
        evidence: its table has the derived columns too.
        policy: the rules.
        columns: declarations of measured and derived columns by name.

    Returns:
        A table with `selection.findings.FINDING_COLUMNS`. A rule whose column was not measured in
        this run (its scorer was left out) judges nothing.
    """
    table, weights = evidence.table, policy.verdicts
    judged: list[tuple[Finding, Weight]] = [(f, weights[f.rule]) for f in evidence.intake]
    judged += [(finding, weights[UNREADABLE]) for finding in _undecodable(evidence)]
    refused = {f.clip_id for f, verdict in judged if f.clip_id and verdict == "reject"}
    has_audio = table[DECODED].notna()
    measured = table[has_audio]
    unexplained = measured[~measured["clip_id"].isin(refused | set(evidence.pending))]
    judged += [
        (_about(row, NOT_MEASURED, words(NOT_MEASURED, "pending", why=why)), "review")
        for row in _records(table[table["clip_id"].isin(list(evidence.pending))])
        for why in [evidence.pending[row["clip_id"]]]
    ]
    doubts = Doubts(
        failures(measured, policy.fairness),
        {**unproven(measured, policy.fairness), **evidence.doubted},
    )
    for rule_id, rule in policy.rules.items():
        if rule.column in table:
            beyond = _beyond(in_question(table, rule), rule_id, rule, columns[rule.column])
            if rule.column in LABEL_COLUMNS:
                beyond = fair(beyond, rule.column, evidence.hearings, doubts, weights)
            elif rule.column == LANGUAGE_COLUMN:
                beyond = with_language(beyond, evidence.hearings)
            judged += beyond
            judged += _unknown(evidence, in_question(unexplained, rule), rule_id, rule)
    explained = refused | {f.clip_id for f, v in judged if v != "note"}
    judged += [
        (_about(row, NOT_MEASURED, words(NOT_MEASURED, "no audio")), "review")
        for row in _records(table[~has_audio])
        if row["clip_id"] not in explained
    ]
    # a doubt is told once for all that it saves a clip from
    return tabled(dict.fromkeys(judged))


def verdicts(table: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """``clip_id, verdict, reasons``: the worst of a clip's findings; reasons without the notes.

    What is found of the whole submission or of a whole voice counts for each of its clips, behind
    the clip's own reasons.
    """
    own = findings[(findings["level"] == "clip") & (findings["verdict"] != "note")]
    hard = list(zip(own.clip_id, own.rule, own.verdict, strict=True))
    for above in of_a_whole(findings).to_dict("records"):
        under = table if above["level"] == "submission" else table[table["voice"] == above["voice"]]
        hard += [(clip_id, above["rule"], above["verdict"]) for clip_id in under["clip_id"]]
    worst: dict[str, Verdict] = {}
    why: dict[str, list[str]] = {}
    for clip_id, rule, verdict in hard:
        if SEVERITY[verdict] > SEVERITY[worst.get(clip_id, "accept")]:
            worst[clip_id] = verdict
        why.setdefault(clip_id, []).append(rule)
    ids = list(table["clip_id"])
    return pd.DataFrame(
        {
            "clip_id": ids,
            "verdict": [worst.get(i, "accept") for i in ids],
            "reasons": [";".join(dict.fromkeys(why.get(i, ()))) for i in ids],
        },
        index=table.index,
    )


def of_a_whole(findings: pd.DataFrame) -> pd.DataFrame:
    """Those of a whole submission or voice that turn it down or ask for review."""
    above = (findings["level"] != "clip") & (findings["verdict"] != "note")
    return findings[above & ~findings["rule"].isin(OF_A_PART)]


def in_question(table: pd.DataFrame, rule: MeasuredRule) -> pd.DataFrame:
    """The clips that a rule judges, by their tone and language."""
    if rule.except_tones:
        excepted = {tone.casefold() for tone in rule.except_tones}
        is_excepted = table["tone"].map(lambda tone: str(tone).casefold() in excepted)
        table = table[~is_excepted.astype(bool)]  # without clips it has no type of its own
    if rule.languages != "all":
        by_character = table["language"].map(_by_character).astype(bool)
        table = table[by_character if rule.languages == "by-character" else ~by_character]
    return table


def _beyond(
    table: pd.DataFrame, rule_id: str, rule: MeasuredRule, column: Column
) -> Iterator[tuple[Finding, Weight]]:
    value = table[rule.column]
    hit = pd.Series(data=False, index=table.index)
    for bound in sorted(rule.bounds, key=lambda bound: -SEVERITY[bound.verdict]):
        below = bound.side == "below"
        broken = ((value < bound.value) if below else (value > bound.value)) & ~hit
        hit |= broken
        says = rule.words(bound)
        for row in _records(table[broken], rule.column):
            finding = _about(row, rule_id, says)
            yield (
                replace(
                    finding, value=float(row[rule.column]), bound=bound.value, unit=column.unit
                ),
                bound.verdict,
            )


def _unknown(
    evidence: Evidence, table: pd.DataFrame, rule_id: str, rule: MeasuredRule
) -> Iterator[tuple[Finding, Weight]]:
    if rule.unknown == "skip":
        return
    for row in _records(table[table[rule.column].isna()]):
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
    for row in _records(table[table[DECODED].isna()]):
        why = evidence.reasons.get(str(row["clip_id"]), {}).get(DECODED)
        if why:
            yield _about(row, UNREADABLE, words(UNREADABLE, "decoded", why=why))


def _by_character(tag: str) -> bool:
    language = find_language(tag)
    return language is not None and language.rate == "cer"


def _records(table: pd.DataFrame, *columns: str) -> list[dict[Hashable, Any]]:
    """What says which clip a row is, and columns of it: records of all columns take long."""
    return table[[*_WHICH, *columns]].to_dict("records")


def _about(row: Mapping[Hashable, object], rule: str, words: Phrase) -> Finding:
    return Finding(
        rule=rule,
        words=words,
        voice=str(row["voice"]),
        clip_id=str(row["clip_id"]),
        audio_file=str(row["audio_file"]),
    )
