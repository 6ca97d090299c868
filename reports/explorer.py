"""`ReportData` -> what the page needs to move the bounds of the policy's rules by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from clips.errors import PolicyError
from reports.grid import Floats, Grid, grid
from reports.problems import numeric, rules_by_column
from reports.view import ReportData
from reports.wording import visible
from selection.comparison import LABEL_COLUMNS
from selection.policy import BOUNDS, MeasuredRule, Policy, load_policy, shipped_policies
from selection.unmoved import Unmoved


def grids(data: ReportData) -> dict[str, Grid]:
    """Where bounds can stand, by column with a rule, in the order of the columns."""
    ruled = rules_by_column(data.policy.rules)
    return {
        column.name: grid(
            numeric(data.clips, column.name),
            [bound.value for rule in ruled[column.name] for bound in rule.bounds],
            column,
        )
        for column in data.columns
        if column.name in ruled
    }


def explorer_data(
    data: ReportData, grids: Mapping[str, Grid], shown: Mapping[str, Sequence[Any]]
) -> dict[str, Any] | None:
    """All that the verdicts depend on beside the values of the clip table, ``None`` for no clips.

    Of strings with a digit for each clip, the digit is a severity, or 1 for yes.

    Args:
        data: the report.
        grids: see `grids`.
        shown: the table's values, column by column. They are rounded; ``exact`` holds the places
            of those that lie elsewhere then.
    """
    if not len(data.clips) or data.unmoved is None:
        return None
    return {
        "policy": visible(data.policy.name),
        "extends": _extends(data.policy),
        "minimum": data.policy.budget.minimum_hours,
        "budget": data.policy.budget.hours_per_voice,
        "grids": {name: asdict(mine) for name, mine in grids.items()},
        "exact": {
            name: differing
            for name, mine in grids.items()
            if (differing := _exact(numeric(data.clips, name), shown[name], mine))
        },
        "rules": [
            _rule(name, rule, data.unmoved, data.policy)
            for name, rule in data.policy.rules.items()
            if rule.column in grids
        ],
        "absent": [
            visible(name) for name, rule in data.policy.rules.items() if rule.column not in grids
        ],
        **_rest(data.unmoved),
    }


def _extends(policy: Policy) -> str:
    """What a policy that changes this one extends: its name, where it comes with tenhours."""
    try:
        shipped = policy.name in shipped_policies() and load_policy(policy.name)
    except PolicyError:
        shipped = False
    same = shipped and shipped.sha256 == policy.sha256
    return policy.name if same else f"{policy.name}.toml"


def _exact(values: Floats, shown: Sequence[Any], grid: Grid) -> list[list[int]]:
    found = grid.places(values)
    (rows,) = np.nonzero(found != grid.places(np.array(shown, dtype=np.float64)))
    return [[int(row), int(found[row])] for row in rows]


def _rule(name: str, rule: MeasuredRule, rest: Unmoved, policy: Policy) -> dict[str, Any]:
    judges = rest.judges[name]
    confirmed = policy.asr_confirm.get(rule.column)
    return {
        "id": name,
        "column": rule.column,
        "unit": rule.unit,
        "says": visible(rule.says),
        "label": rule.column in LABEL_COLUMNS,
        "judges": None if judges.all() else _digits(judges),
        "sides": rule.sides,
        "bounds": {key: getattr(rule, key) for key in BOUNDS},
        "decoded": confirmed if confirmed is not None and np.isfinite(confirmed) else None,
    }


def _rest(rest: Unmoved) -> dict[str, Any]:
    return {
        "severity": _digits(rest.severity),
        "above": _digits(rest.above),
        "late": _digits(rest.late),
        "labelReview": _digits(rest.label_review),
        "labelReject": _digits(rest.label_reject),
        "unlabelled": _digits(rest.unlabelled),
        "equalFiles": [{"places": e.places, "told": e.told} for e in rest.equal_files],
        "alike": [{"places": a.places, "text": a.shared_s is None} for a in rest.alike],
        "audio": rest.audio,
        "text": rest.text,
        "languages": [asdict(wanting) for wanting in rest.languages],
        "language": rest.language,
        "said": _digits(rest.said),
        "held": rest.held,
    }


def _digits(values: npt.NDArray[Any]) -> str:
    return "".join(map(str, values.astype(int).tolist()))
