"""Measurements -> decision: verdicts, scores, ranks, the selection and each voice's standing."""

import math
from dataclasses import dataclass, replace

import pandas as pd

from selection.derived import DERIVED, derive
from selection.pick import pick
from selection.policy import Policy
from selection.ranking import ranks, scores
from selection.verdicts import Evidence, judge, verdicts


@dataclass(frozen=True)
class Standing:
    """One voice against the minimum and the budget, in hours and clips.

    Args:
        status: ``"complete"`` (budget reached), ``"growing"`` (from the minimum on) or ``"parked"``
            (below the minimum: scored, kept, not selected).
        missing: what is missing, in plain words; ``""`` where nothing is.
    """

    voice: str
    clips: int
    accepted: int
    review: int
    rejected: int
    hours_offered: float
    hours_accepted: float
    hours_selected: float
    status: str
    missing: str


@dataclass(frozen=True)
class Decision:
    """What was decided.

    Args:
        clips: the given table with derived columns, ``verdict, reasons, score, rank, selected``.
        findings: every reason, see `selection.verdicts.FINDING_COLUMNS`.
        voices: in the order of the table.
    """

    clips: pd.DataFrame
    findings: pd.DataFrame
    voices: tuple[Standing, ...]


def decide(evidence: Evidence, policy: Policy) -> Decision:
    """Judge, rank and select.

    Raises:
        PolicyError: a rule or a weight names a column that does not exist.
    """
    declared = {c.name: c for c in (*evidence.columns, *DERIVED)}
    policy.check_columns(declared)
    clips = derive(evidence.table)
    findings = judge(replace(evidence, table=clips), policy, declared)
    judged = verdicts(clips, findings)
    clips["verdict"], clips["reasons"] = judged["verdict"], judged["reasons"]
    clips["score"] = scores(clips, policy.weights, declared)
    clips["rank"] = ranks(clips)
    clips["selected"] = pick(clips, policy.budget.hours_per_voice)
    voices = []
    for voice, rows in clips.groupby("voice", sort=False):
        standing = _standing(str(voice), rows, policy)
        if standing.status == "parked":
            clips.loc[rows.index, "selected"] = False
        voices.append(standing)
    return Decision(clips, findings, tuple(voices))


def _standing(voice: str, rows: pd.DataFrame, policy: Policy) -> Standing:
    count = rows["verdict"].value_counts()
    hours = rows["duration_s"] / 3600
    accepted = float(hours[rows["verdict"] == "accept"].sum())
    budget, minimum = policy.budget.hours_per_voice, policy.budget.minimum_hours
    parked = accepted < minimum
    selected = 0.0 if parked else float(hours[rows["selected"]].sum())
    status = "parked" if parked else "growing" if accepted < budget else "complete"
    missing = ""
    if parked:
        missing = (
            f"{_length(minimum - accepted)} more of accepted audio to reach {_length(minimum)}"
        )
    elif status == "growing":
        missing = f"up to {_length(budget - accepted)} more is welcome, to {_length(budget)}"
    return Standing(
        voice=voice,
        clips=len(rows),
        accepted=int(count.get("accept", 0)),
        review=int(count.get("review", 0)),
        rejected=int(count.get("reject", 0)),
        hours_offered=float(hours.sum()),
        hours_accepted=accepted,
        hours_selected=selected,
        status=status,
        missing=missing,
    )


def _length(hours: float) -> str:
    seconds = math.ceil(round(hours * 3600, 3))
    if seconds < 600:
        minutes, rest = divmod(seconds, 60)
        return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
    minutes = math.ceil(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"
