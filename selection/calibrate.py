"""Bounds from data: where a rule's bounds should stand for a given share of good clips lost."""

import math
from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Context
from typing import Any, Literal

import pandas as pd

from clips.columns import Column
from clips.errors import PolicyError
from selection.decision_table import CAUSE, DECISION, checked, places
from selection.decisions import ACCEPT, REJECT
from selection.judge import judged_by
from selection.policy import MeasuredRule, Policy, Side
from selection.proposal import Calibration, Proposal

GOOD, BAD = ACCEPT, REJECT
DIGITS = 3
MIN_CLEAN = 20


def with_decisions(clips: pd.DataFrame, truth: pd.DataFrame, listed_only: bool) -> pd.DataFrame:
    """The clips with the decision about each, and the rules that should find it.

    Args:
        clips: one row per clip, as ``clips.parquet``.
        truth: as `selection.decision_table.read_decisions` gives it and, where known, ``rules``
            (ids parted by ``;``). Without a column ``decision`` every listed clip is bad.
        listed_only: whether a clip that is not listed is undecided; good otherwise.

    Returns:
        A copy with the columns ``decision`` (``""`` where undecided) and ``rules``.

    Raises:
        PolicyError: a clip is listed twice, or is not in the table.
    """
    truth = checked(truth)
    decisions = ["" if listed_only else GOOD] * len(clips)
    causes = [""] * len(clips)
    blank = [""] * len(truth)
    given = truth[DECISION] if DECISION in truth else [BAD] * len(truth)
    because = truth[CAUSE].fillna("") if CAUSE in truth else blank
    for rows, decision, cause in zip(places(clips, truth), given, because, strict=True):
        for row in rows:
            decisions[row], causes[row] = decision, cause
    return clips.assign(**{DECISION: decisions, CAUSE: causes})


def calibrate(
    table: pd.DataFrame, policy: Policy, columns: Mapping[str, Column], rate: float
) -> Calibration:
    """Propose a bound for every rule whose column was measured.

    The bound that asks for review is the quantile of the good clips beyond which ``rate`` of them
    lie; the one that rejects lies at a tenth of that rate or, where so few are good that no clip
    may be lost, at their extreme. A rule with two sides gets half the rate on each. A bound is
    rounded away from the good clips.

    Args:
        table: clips with measured and derived columns, ``language``, ``tone`` where known,
            ``decision`` and ``rules``; see `with_decisions`. Bad clips count for the rules that
            they name, and for every rule where they name none.
        policy: the rules to move.
        columns: declarations by name.
        rate: share of the good clips that a rule may send to review.
    """
    if not 0.0 < rate < 0.5:
        raise PolicyError(f"a false-reject rate lies between 0 and 0.5, not at {rate}")
    clean, bad = table[table[DECISION] == GOOD], table[table[DECISION] == BAD]
    proposals: list[Proposal] = []
    skipped: dict[str, str] = {}
    lost: set[Any] = set()
    lost_now: set[Any] = set()
    for rule_id, rule in policy.rules.items():
        if rule.column not in table or rule.column not in columns:
            skipped[rule_id] = f"{rule.column} was not measured"
            continue
        good = _values(clean, rule)
        ill = _values(bad[bad[CAUSE].map(lambda said, r=rule_id: _is_for(said, r))], rule)
        if len(good) < MIN_CLEAN:
            skipped[rule_id] = f"{len(good)} good clips have {rule.column}; {MIN_CLEAN} are needed"
            continue
        for proposal in _propose(rule_id, rule, good, ill, rate):
            proposals.append(proposal)
            lost.update(good.index[_is_beyond(good, proposal.bound, proposal.side)])
            lost_now.update(good.index[_is_beyond(good, proposal.now, proposal.side)])
    decided = int(table[DECISION].isin([GOOD, BAD]).sum())
    return Calibration(
        tuple(proposals),
        len(clean),
        len(bad),
        rate,
        len(lost),
        len(lost_now),
        len(table) - decided,
        skipped,
        _recognisers(table),
    )


def _recognisers(table: pd.DataFrame) -> tuple[str, ...]:
    """Their digests: the last word of what says who heard a clip."""
    named = table["recogniser"] if "recogniser" in table else pd.Series(dtype=str)
    return tuple(sorted({str(name).rpartition(" ")[2] for name in named.dropna() if name}))


def _values(rows: pd.DataFrame, rule: MeasuredRule) -> "pd.Series[float]":
    return rows[rule.column][judged_by(rows, rule)].dropna().astype("float64")


def _is_for(said: str, rule_id: str) -> bool:
    return not said or rule_id in said.split(";")


def _propose(
    rule_id: str, rule: MeasuredRule, good: "pd.Series[float]", ill: "pd.Series[float]", rate: float
) -> Iterator[Proposal]:
    weights: tuple[tuple[Literal["review", "reject"], float], ...]
    weights = (("review", rate), ("reject", rate / 10))
    for side in rule.sides:
        for weight, share in weights:
            now = rule.at(side).get(weight)
            if now is None:
                continue
            quantile = 1 - share / len(rule.sides)
            bound = bound_for(good, quantile, side)
            yield Proposal(
                rule=rule_id,
                column=rule.column,
                side=side,
                weight=weight,
                now=now,
                bound=bound,
                clean=len(good),
                defective=len(ill),
                quantile=quantile,
                lost=beyond(good, bound, side),
                lost_now=beyond(good, now, side),
                found=beyond(ill, bound, side),
                found_now=beyond(ill, now, side),
            )


def bound_for(good: "pd.Series[float]", quantile: float, side: Side) -> float:
    """The bound, to three digits, that at least this share of the values does not break.

    Example:
        >>> bound_for(pd.Series([1.0, 2.0, 3.0, 40.04]), 0.75, "above")
        3.0
        >>> bound_for(pd.Series([1.0, 2.0, 3.0, 40.04]), 0.99, "above")
        40.1
    """
    signed = sorted(good if side == "above" else -good)
    value = signed[min(len(signed), math.ceil(round(quantile * len(signed), 9))) - 1]
    rounded = _up(value)
    return rounded if side == "above" else -rounded + 0.0


def beyond(values: "pd.Series[float]", bound: float, side: Side) -> int:
    """How many values break a bound; a value at it does not."""
    return int(_is_beyond(values, bound, side).sum())


def _is_beyond(values: "pd.Series[float]", bound: float, side: Side) -> "pd.Series[bool]":
    return values > bound if side == "above" else values < bound


def _up(value: float) -> float:
    """The least number of three digits that is not less."""
    return float(Context(prec=DIGITS, rounding=ROUND_CEILING).create_decimal(repr(value)))
