"""Bounds from data: where a rule's bounds should stand for a given share of good clips lost."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Context
from statistics import NormalDist
from typing import Any, Literal

import pandas as pd

from clips.columns import Column
from clips.errors import PolicyError
from selection.hearing import LABEL_COLUMNS
from selection.policy import MeasuredRule, Policy, Side
from selection.verdicts import in_question

DECISION, CAUSE = "decision", "rules"
GOOD, BAD = "accept", "reject"
DIGITS = 3
MIN_CLEAN = 20


@dataclass(frozen=True)
class Proposal:
    """A bound for one side of one rule, and what speaks for it.

    Args:
        rule: id of the rule.
        column: what it judges.
        side: on which side of the bound a clip fails.
        weight: ``"review"`` or ``"reject"``.
        now: the bound of the policy.
        bound: the proposed one.
        clean: good clips with a value.
        defective: bad clips with a value that this rule should find.
        quantile: share of the good clips that the proposed bound is to leave alone.
        lost: good clips beyond the proposed bound.
        lost_now: good clips beyond the present one.
        found: bad clips beyond the proposed one.
        found_now: bad clips beyond the present one.
    """

    rule: str
    column: str
    side: Side
    weight: Literal["review", "reject"]
    now: float
    bound: float
    clean: int
    defective: int
    quantile: float
    lost: int
    lost_now: int
    found: int
    found_now: int

    @property
    def key(self) -> str:
        """The policy's name of the bound, such as ``review_above``."""
        return f"{self.weight}_{self.side}"

    @property
    def lost_interval(self) -> tuple[float, float]:
        """Wilson interval of the share of good clips lost at the proposed bound."""
        return wilson(self.lost, self.clean)

    @property
    def found_interval(self) -> tuple[float, float]:
        """Wilson interval of the recall at the proposed bound."""
        return wilson(self.found, self.defective)


@dataclass(frozen=True)
class Calibration:
    """What was proposed, and the counts behind it.

    Args:
        proposals: in the order of the policy's rules.
        clean: good clips.
        defective: bad clips.
        rate: of good clips that one rule may lose.
        lost_at_all: good clips that some proposed bound loses.
        lost_at_all_now: good clips that some present bound loses.
        undecided: clips about which nothing was decided.
        skipped: rule -> why nothing is proposed for it.
        recognisers: digests, as far as tables show them, of who heard the clips.
    """

    proposals: tuple[Proposal, ...]
    clean: int
    defective: int
    rate: float
    lost_at_all: int
    lost_at_all_now: int
    undecided: int = 0
    skipped: Mapping[str, str] = field(default_factory=dict)
    recognisers: tuple[str, ...] = ()


def wilson(hits: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share; 0 to 1 for none at all.

    Source: E. B. Wilson (1927), "Probable inference, the law of succession, and statistical
    inference".

    Example:
        >>> tuple(round(x, 4) for x in wilson(0, 300))
        (0.0, 0.0126)
    """
    if total == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share = hits / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + (z / (2 * total)) ** 2) / (1 + z * z / total)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    return low, 1.0 if hits == total else min(1.0, middle + half)


def with_decisions(clips: pd.DataFrame, truth: pd.DataFrame, listed_only: bool) -> pd.DataFrame:
    """The clips with the decision about each, and the rules that should find it.

    Args:
        clips: one row per clip, as ``clips.parquet``.
        truth: ``voice, audio_file`` and, where a file has several rows, ``row``; ``decision``
            (accept, reject, or empty for none) and, where known, ``rules`` (ids parted by ``;``).
            Without a column ``decision`` every listed clip is bad.
        listed_only: whether a clip that is not listed is undecided; good otherwise.

    Returns:
        A copy with the columns ``decision`` (``""`` where undecided) and ``rules``.

    Raises:
        PolicyError: a column is missing, a decision is unknown, a clip is listed twice, or a listed
            clip is not in the table.
    """
    keys = [name for name in ("voice", "audio_file", "row") if name in truth]
    if keys[:2] != ["voice", "audio_file"]:
        raise PolicyError("decisions need the columns voice and audio_file")
    said = truth.copy()
    for name in keys:
        said[name] = said[name].astype("int64" if name == "row" else "str")
    said[DECISION] = said[DECISION].fillna("").astype("str") if DECISION in said else BAD
    said[CAUSE] = said[CAUSE].fillna("").astype("str") if CAUSE in said else ""
    if unknown := sorted(set(said[DECISION]) - {GOOD, BAD, "review", ""}):
        raise PolicyError(f"a decision is accept, review or reject, not {', '.join(unknown)}")
    if said.duplicated(keys).any():
        first = said[said.duplicated(keys)].iloc[0]
        raise PolicyError(f"{first['voice']}/{first['audio_file']} is decided twice; give its row")
    rows = clips.drop(columns=[DECISION, CAUSE], errors="ignore").copy()
    if "row" in keys:
        rows["row"] = rows["row"].astype("int64")
    out = rows.merge(said[[*keys, DECISION, CAUSE]], on=keys, how="left", indicator=True)
    known = set(rows[keys].itertuples(index=False, name=None))
    missing = [k for k in said[keys].itertuples(index=False, name=None) if k not in known]
    if missing:
        raise PolicyError(f"{'/'.join(map(str, missing[0]))} is decided and was not scored")
    out.loc[out["_merge"] == "left_only", DECISION] = "" if listed_only else GOOD
    out[CAUSE] = out[CAUSE].fillna("")
    return out.drop(columns="_merge")


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


def fragment(calibration: Calibration, policy: Policy, extends: str) -> str:
    """TOML that extends the policy by the proposed bounds, each rule with its evidence.

    A rule of which no bad clip was seen keeps its bounds: nothing says what moving them is worth.

    Args:
        calibration: what was proposed.
        policy: the one whose bounds they are.
        extends: its name, or the path of its file.
    """
    lines = [
        f'name = "{policy.name}-calibrated"',
        f"extends = {json.dumps(extends, ensure_ascii=False)}",
        f'about = "{policy.name} with bounds from {calibration.clean} good and'
        f' {calibration.defective} bad clips."',
    ]
    moved = {p.rule for p in calibration.proposals if p.defective}
    if calibration.recognisers and any(policy.rules[r].column in LABEL_COLUMNS for r in moved):
        lines += ["", "[asr]", f"bounds_set_with = {json.dumps(list(calibration.recognisers))}"]
    for rule_id, rule in policy.rules.items():
        mine = [p for p in calibration.proposals if p.rule == rule_id and p.defective]
        if not mine:
            continue
        why = "; ".join(_evidence(p) for p in mine)
        lines += ["", f"[rules.{rule_id}]", f'column = "{rule.column}"', f'unit = "{rule.unit}"']
        lines += [f"{p.key} = {p.bound}" for p in mine]
        lines.append(f'why = "{why}."')
    return "\n".join(lines) + "\n"


def _values(rows: pd.DataFrame, rule: MeasuredRule) -> "pd.Series[float]":
    return in_question(rows, rule)[rule.column].dropna().astype("float64")


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


def _evidence(p: Proposal) -> str:
    low, high = p.lost_interval
    words = (
        f"{p.key} {p.bound:g}: {p.lost} of {p.clean} good clips lie beyond"
        f" (95 % interval {low:.1%} to {high:.1%})"
    )
    if p.defective:
        least, most = p.found_interval
        words += (
            f" and {p.found} of {p.defective} bad ones ({least:.1%} to {most:.1%},"
            f" {p.found_now} at {p.now:g})"
        )
    return words


def table(calibration: Calibration) -> Sequence[Mapping[str, str]]:
    """The proposals for people, one row each."""
    rows = []
    for p in calibration.proposals:
        low, high = p.lost_interval
        least, most = p.found_interval
        rows.append(
            {
                "rule": p.rule,
                "bound": p.key,
                "now": f"{p.now:g}",
                "proposed": f"{p.bound:g}",
                "good": str(p.clean),
                "lost": f"{p.lost} ({low:.1%}-{high:.1%}), now {p.lost_now}",
                "bad": str(p.defective),
                "found": f"{p.found} ({least:.0%}-{most:.0%}), now {p.found_now}"
                if p.defective
                else "",
            }
        )
    return rows
