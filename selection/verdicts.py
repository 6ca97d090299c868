"""What a decision rests on, and what findings come to: the worst of them, every reason kept."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from clips.columns import Column
from clips.rules.base import SEVERITY, Verdict
from clips.table import Finding
from clips.words import Phrase
from selection.comparison import (
    Comparison,
)
from selection.consistency import Embedding
from selection.decisions import Decided
from selection.meetings import Words
from selection.rules import OF_A_PART
from selection.rules.terms import TERMS_RULES

UNREADABLE = "unreadable-audio"
DAMAGED = "damaged-audio"
DECODED = "decoded_s"

_TERMS = frozenset(rule.id for rule in TERMS_RULES)


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
        comparisons: clip id -> its label against its transcript, word by word.
        embeddings: clip id -> unit vector of its speaker.
        fingerprints: clip id -> words of its acoustic fingerprint.
        doubted: clip id -> why its label is not rejected on what the recogniser heard.
        elsewhere: declarations of columns whose scorers the run left out; rules on them judge
            nothing.
        decided: what the maintainer said.
        before: ids of clips that are not judged and in nothing of the decision: others are held
            against them, as what was there first.
    """

    table: pd.DataFrame
    columns: Sequence[Column]
    reasons: Mapping[str, Mapping[str, str]]
    pending: Mapping[str, str]
    intake: Sequence[Finding]
    parked: Mapping[str, str] = field(default_factory=dict)
    comparisons: Mapping[str, Comparison] = field(default_factory=dict)
    embeddings: Mapping[str, Embedding] = field(default_factory=dict)
    fingerprints: Mapping[str, Words] = field(default_factory=dict)
    doubted: Mapping[str, Phrase] = field(default_factory=dict)
    unasked: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    elsewhere: Sequence[Column] = ()
    decided: Decided = field(default_factory=Decided)
    before: Collection[str] = frozenset()


def verdicts(table: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """``clip_id, verdict, reasons``: the worst of a clip's findings; reasons without the notes.

    What is found of the whole submission or of a whole voice counts for each of its clips, behind
    the clip's own reasons.
    """
    own = findings[(findings["level"] == "clip") & (findings["verdict"] != "note")]
    facts = (own[name].tolist() for name in ("clip_id", "rule", "verdict"))
    hard = list(zip(*facts, strict=True))
    for above in of_a_whole(findings).to_dict("records"):
        under = table if above["level"] == "submission" else table[table["voice"] == above["voice"]]
        hard += [
            (clip_id, above["rule"], above["verdict"]) for clip_id in under["clip_id"].tolist()
        ]
    worst: dict[str, Verdict] = {}
    why: dict[str, list[str]] = {}
    for clip_id, rule, verdict in hard:
        if SEVERITY[verdict] > SEVERITY[worst.get(clip_id, "accept")]:
            worst[clip_id] = verdict
        why.setdefault(clip_id, []).append(rule)
    ids = table["clip_id"].tolist()
    return pd.DataFrame(
        {
            "clip_id": ids,
            "verdict": [worst.get(i, "accept") for i in ids],
            "reasons": [";".join(dict.fromkeys(why.get(i, ()))) for i in ids],
        },
        index=table.index,
    )


def of_terms(findings: pd.DataFrame) -> pd.DataFrame:
    """Those of `of_a_whole` that the terms hold against it."""
    whole = of_a_whole(findings)
    return whole[whole["rule"].isin(_TERMS)]


def of_a_whole(findings: pd.DataFrame) -> pd.DataFrame:
    """Those of a whole submission or voice that turn it down or ask for review."""
    above = (findings["level"] != "clip") & (findings["verdict"] != "note")
    return findings[above & ~findings["rule"].isin(OF_A_PART)]


def held_back(
    table: pd.DataFrame, findings: pd.DataFrame, parked: Mapping[str, str]
) -> dict[str, str]:
    """Voice -> why all of it is held back: the rule of the gravest finding, or why it is parked."""
    blocked: dict[str, str] = {}
    above = of_a_whole(findings).to_dict("records")
    for finding in sorted(above, key=lambda found: -SEVERITY[found["verdict"]]):
        of_all = finding["level"] == "submission"
        for voice in table["voice"].unique() if of_all else [finding["voice"]]:
            blocked.setdefault(voice, finding["rule"])
    return {**parked, **blocked}
