"""Proposed bounds: what speaks for each, as a policy and as a table."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Literal

from selection.comparison import LABEL_COLUMNS
from selection.policy import Policy, Side


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
