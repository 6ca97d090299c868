"""Findings, put in order for people: by rule, by clip, by cell. Nothing is judged here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clips.numbers import with_unit
from clips.rules.base import SEVERITY, VERDICTS
from reports.view import ReportData
from reports.wording import bounds_text, visible
from selection.findings import records
from selection.policy import MeasuredRule, Policy
from selection.rules import RULES


def gravity(verdict: str) -> int:
    """Sort key that puts the worst verdict first."""
    return -SEVERITY[verdict]


def numeric(table: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """A column as float64, NaN where there is no number or no such column."""
    if column not in table:
        return np.full(len(table), np.nan)
    return pd.to_numeric(table[column], errors="coerce").to_numpy(np.float64, na_value=np.nan)


def hours(clips: pd.DataFrame) -> float:
    """Length of all clips that have one."""
    return float(np.nansum(numeric(clips, "duration_s"))) / 3600


def by_verdict(clips: pd.DataFrame) -> dict[str, tuple[int, float]]:
    """Verdict, from the best to the worst -> clips and hours."""
    parts = {verdict: clips[clips["verdict"] == verdict] for verdict in VERDICTS}
    return {verdict: (len(part), hours(part)) for verdict, part in parts.items()}


def text_of(value: Any) -> str:
    """A string of a table made visible; "" for a missing one."""
    return visible(value) if isinstance(value, str) else ""


def measured(finding: Mapping[Any, Any]) -> tuple[float | None, float | None, str]:
    """Value, bound and unit of a finding; ``None`` and "" for what it does not have."""
    return _number(finding["value"]), _number(finding["bound"]), text_of(finding["unit"])


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def rules_by_column(rules: Mapping[str, MeasuredRule]) -> dict[str, list[MeasuredRule]]:
    """Rules of each column, in the order of the policy."""
    by_column: dict[str, list[MeasuredRule]] = {}
    for rule in rules.values():
        by_column.setdefault(rule.column, []).append(rule)
    return by_column


def rule_words(policy: Policy, rule: str) -> str:
    """What a rule says, in words that hold for every clip and quote none; "" where unknown."""
    if rule in policy.rules:
        return policy.rules[rule].says.rstrip(".") + "."
    return RULES[rule].about if rule in RULES else ""


@dataclass(frozen=True)
class RuleGroup:
    """All findings of one rule at the level of clips.

    Args:
        unmeasured: clips among them whose column has no value.
        worst: the gravest value, ``""`` where nothing is measured.
        worst_id: id of its clip.
    """

    rule: str
    sentence: str
    bounds: str
    reject: int
    review: int
    note: int
    unmeasured: int
    worst: str
    worst_id: str
    worst_clip: str

    @property
    def clips(self) -> int:
        return self.reject + self.review + self.note


def rule_groups(data: ReportData) -> list[RuleGroup]:
    """Clip-level findings by rule, those that reject most first."""
    found = data.findings[data.findings["level"] == "clip"]
    groups = [_group(str(rule), part, data) for rule, part in found.groupby("rule")]
    return sorted(groups, key=lambda g: (-g.reject, -g.review, -g.note, g.rule))


def _group(name: str, found: pd.DataFrame, data: ReportData) -> RuleGroup:
    rule = data.policy.rules.get(name)
    value, bound = numeric(found, "value"), numeric(found, "bound")
    excess = np.abs(value - bound)
    known = ~np.isnan(excess)
    order = found["verdict"].map(gravity).to_numpy()
    # The worst: the gravest verdict, then the farthest beyond its bound.
    at = int(np.lexsort((-np.where(known, excess, -1.0), order))[0])
    unit = rule.unit if rule else text_of(found["unit"].iloc[at])
    if rule:
        bounds = bounds_text(rule)
    else:
        one = np.unique(bound[~np.isnan(bound)])
        bounds = with_unit(float(one[0]), unit) if one.size == 1 else ""
    # A clip that breaks a rule twice counts once, with its gravest verdict.
    counts = pd.Series(order).groupby(found["clip_id"].to_numpy()).min().value_counts()
    return RuleGroup(
        rule=visible(name),
        sentence=visible(rule_words(data.policy, name) or str(found["sentence"].iloc[at])),
        bounds=bounds,
        reject=int(counts.get(gravity("reject"), 0)),
        review=int(counts.get(gravity("review"), 0)),
        note=int(counts.get(gravity("note"), 0)),
        unmeasured=int(np.isnan(value).sum()) if rule else 0,
        worst=with_unit(float(value[at]), unit) if known[at] else "",
        worst_id=text_of(found["clip_id"].iloc[at]),
        worst_clip=text_of(found["audio_file"].iloc[at]),
    )


def above_clips(data: ReportData) -> list[dict[Any, Any]]:
    """Findings about the submission and about voices, the worst first."""
    above = records(data.findings[data.findings["level"] != "clip"])
    return sorted(above, key=lambda f: (gravity(f["verdict"]), f["level"] != "submission"))


def by_row(data: ReportData) -> dict[int, dict[str, str]]:
    """Row of a clip -> rules with a finding on it -> verdict; the gravest first."""
    rows = {str(clip_id): i for i, clip_id in enumerate(data.clips["clip_id"].tolist())}
    found: dict[int, dict[str, str]] = {}
    table = data.findings
    facts = (table[name].tolist() for name in ("clip_id", "rule", "verdict"))
    for clip_id, rule, verdict in zip(*facts, strict=True):
        if clip_id in rows:
            mine = found.setdefault(rows[clip_id], {})
            mine[rule] = min(mine.get(rule, verdict), verdict, key=gravity)
    return {
        row: dict(sorted(mine.items(), key=lambda item: (gravity(item[1]), item[0])))
        for row, mine in found.items()
    }


def marks(found: Mapping[int, Mapping[str, str]], policy: Policy) -> dict[str, dict[int, str]]:
    """Column -> row -> gravest verdict that a rule on the column gave the clip, of `by_row`."""
    marked: dict[str, dict[int, str]] = {}
    for row, mine in found.items():
        for name, verdict in mine.items():
            rule = policy.rules.get(name)
            if rule and verdict != "note":
                marked.setdefault(rule.column, {}).setdefault(row, verdict)
    return marked


def beyond(data: ReportData) -> dict[str, int]:
    """Column -> clips that a rule on it found."""
    columns = data.findings["rule"].map({i: rule.column for i, rule in data.policy.rules.items()})
    found = data.findings[columns.notna() & (data.findings["verdict"] != "note")]
    clips: pd.Series = found["clip_id"].groupby(columns).nunique()
    return {str(column): int(n) for column, n in clips.items()}


@dataclass(frozen=True)
class Problem:
    """A reject or review of a clip, in words that may be published: no label, no transcript."""

    voice: str
    audio_file: str
    clip_id: str
    rule: str
    verdict: str
    value: str
    bound: str
    excess: float
    says: str

    @property
    def sentence(self) -> str:
        figures = [f"measured {self.value}"] if self.value else []
        figures += [f"bound {self.bound}"] if self.bound else []
        return f"{self.says} ({', '.join(figures)})" if figures else self.says


def problems(data: ReportData) -> list[Problem]:
    """Rejects, then reviews of clips; the farthest beyond their bound first."""
    found = data.findings[
        (data.findings["level"] == "clip") & data.findings["verdict"].isin(["reject", "review"])
    ]
    values, bounds = numeric(found, "value"), numeric(found, "bound")
    listed = []
    for record, value, bound in zip(records(found), values, bounds, strict=True):
        name = str(record["rule"])
        rule = data.policy.rules.get(name)
        unit = rule.unit if rule else text_of(record["unit"])
        says = rule_words(data.policy, name) or f"See {visible(name)} in the report."
        if rule and np.isnan(value):
            says = f"{rule.column} could not be measured."
        # Bounds of different rules are compared by how many times over they were broken.
        excess = abs(value - bound) / max(abs(bound), 1e-9)
        listed.append(
            Problem(
                voice=text_of(record["voice"]),
                audio_file=text_of(record["audio_file"]),
                clip_id=text_of(record["clip_id"]),
                rule=visible(name),
                verdict=str(record["verdict"]),
                value="" if np.isnan(value) else with_unit(float(value), unit),
                bound="" if np.isnan(bound) else with_unit(float(bound), unit),
                excess=float("inf") if np.isnan(excess) else float(excess),
                says=says,
            )
        )
    return sorted(listed, key=lambda p: (gravity(p.verdict), -p.excess, p.voice, p.audio_file))
