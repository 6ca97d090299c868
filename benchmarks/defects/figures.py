"""Tables of decided clips -> figures: AUROC, recall, false alarms, Kendall's tau."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.defects.kinds import Kind
from clips.columns import Column
from selection.proposal import wilson


@dataclass(frozen=True)
class Recall:
    """What was caught of one defect at one strength.

    Args:
        clips: planted.
        caught: rejected or in review for a right reason.
        rejected: rejected, a right reason among the reasons.
        other: rejected or in review for other reasons alone.
        auroc: of the defect's column against the clean clips; NaN where it has no value.
        median: of the column.
    """

    kind: str
    strength: float
    clips: int
    caught: int
    rejected: int
    other: int
    auroc: float
    median: float

    @property
    def share(self) -> float:
        return self.caught / self.clips if self.clips else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.caught, self.clips)


RATE_RULES = frozenset({"sample-rate", "bandwidth", "narrow-band"})


@dataclass(frozen=True)
class Alarms:
    """Verdicts on clean clips of one source, with the rules that spoke, most frequent first.

    Args:
        others: clips not accepted for more than their sample rate and bandwidth.
    """

    group: str
    clips: int
    rejected: int
    review: int
    others: int
    reasons: Mapping[str, int]


def auroc(clean: Iterable[float], spoilt: Iterable[float], column: Column) -> float:
    """Chance that a spoilt clip has the worse value of two, ties half (Mann-Whitney).

    Of a column without a better direction, the distance from the clean median counts.
    """
    good, bad = np.array(list(clean), dtype=float), np.array(list(spoilt), dtype=float)
    good, bad = good[~np.isnan(good)], bad[~np.isnan(bad)]
    if not good.size or not bad.size:
        return float("nan")
    if column.better == "neither":
        middle = np.median(good)
        good, bad = np.abs(good - middle), np.abs(bad - middle)
    if column.better == "higher":
        good, bad = -good, -bad
    below = np.searchsorted(np.sort(good), bad, "left").sum()
    not_above = np.searchsorted(np.sort(good), bad, "right").sum()
    return float((below + not_above) / 2 / good.size / bad.size)


def is_right(reasons: str, rules: Iterable[str]) -> bool:
    """Whether one of the reasons is a right one."""
    return not set(reasons.split(";")).isdisjoint(rules)


def recalls(clean: pd.DataFrame, planted: pd.DataFrame, kind: Kind, column: Column) -> list[Recall]:
    """One entry per strength that was planted."""
    found = []
    for strength in kind.strengths:
        rows = planted[(planted["kind"] == kind.name) & (planted["strength"] == strength)]
        if rows.empty:
            continue
        right = rows["reasons"].map(lambda reasons: is_right(reasons, kind.rules)).astype(bool)
        values = rows[column.name] if column.name in rows else pd.Series(dtype=float)
        found.append(
            Recall(
                kind.name,
                strength,
                len(rows),
                int(right.sum()),
                int((right & (rows["verdict"] == "reject")).sum()),
                int((~right & (rows["verdict"] != "accept")).sum()),
                auroc(clean[column.name], values, column) if column.name in clean else float("nan"),
                float(values.median()),
            )
        )
    return found


def alarms(clean: pd.DataFrame) -> list[Alarms]:
    """One entry per source."""
    found = []
    for group, rows in clean.groupby("group", sort=False):
        hard = rows[rows["verdict"] != "accept"]
        counts = hard["reasons"].str.split(";").explode().value_counts()
        verdict = rows["verdict"].value_counts()
        found.append(
            Alarms(
                str(group),
                len(rows),
                int(verdict.get("reject", 0)),
                int(verdict.get("review", 0)),
                sum(not RATE_RULES.issuperset(r.split(";")) for r in hard["reasons"]),
                {str(rule): int(n) for rule, n in counts.items()},
            )
        )
    return found


def tau(values: Iterable[float], column: Column | None = None) -> float:
    """Kendall's tau-b between strength and getting worse; NaN where nothing moves.

    Args:
        values: in the order of strength.
        column: whose better direction counts; without one a higher value is better.
    """
    from scipy.stats import kendalltau

    known = [v for v in values if not np.isnan(v)]
    if len(set(known)) < 2:
        return float("nan")
    falls = -float(kendalltau(range(len(known)), known).statistic)
    return -falls if column is not None and column.better == "lower" else falls
