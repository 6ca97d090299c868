"""`ReportData` -> the clip table as the page's script reads it: columns of values, not rows."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clips.columns import Column
from reports.names import GROUPS, OTHER, PERCENT, against, group, heading, limits, unit
from reports.problems import (
    by_row,
    gravity,
    marks,
    measured,
    numeric,
    rule_words,
    rules_by_column,
)
from reports.view import ReportData
from reports.wording import decimals, visible
from selection.findings import records
from selection.losses import with_causes
from selection.policy import MeasuredRule

REASON, KEY = "reason", "clip_key"
FIGURES = 6
# Facts of every clip that stand before the measured columns: key, heading, meaning, shown at
# first, decimals (None for text).
FACTS: tuple[tuple[str, str, str, bool, int | None], ...] = (
    ("audio_file", "File", "Audio file, as the label file names it.", True, None),
    ("verdict", "Verdict", "Accept, review or reject: the worst of the findings.", True, None),
    (REASON, "Main reason", "The finding that explains the verdict; the clip has all.", True, None),
    ("duration_s", "Length", "Length of the clip.", True, 1),
    ("score", "Score", "Quality within the voice, 0 to 100; 100 is best.", True, 0),
    ("voice", "Voice", "Folder of the voice.", True, None),
    ("text", "Label", "The text that was handed in with the audio.", True, None),
    ("decided_by", "Decided by", "The machine, or the maintainer against it.", False, None),
    ("rank", "Rank", "Place within the voice; 1 is best.", False, 0),
    ("selected", "Selected", "Whether the clip is part of the best hours.", False, None),
    ("language", "Language", "Language of the label.", False, None),
    ("turn", "Turn", "Answer that the clip was cut from.", False, None),
    ("turn_index", "In turn", "Place of the clip in its turn, from 0.", False, 0),
    ("sample_rate_hz", "Rate", "Sample rate of the file.", False, 0),
    ("channels", "Channels", "Channels of the file.", False, 0),
    ("codec", "Coding", "Container and coding of the file.", False, None),
    ("row", "Row", "Row of the label file, from 0; -1 for audio without a label.", False, 0),
    ("clip_id", "Id", "Stands for the clip in every table of tenhours.", False, None),
    (KEY, "Key", "Stands for this audio with this label, in whatever file.", False, None),
)
_UNITS = {"duration_s": "s", "sample_rate_hz": "Hz"}


def json_for_html(value: Any) -> str:
    r"""JSON that can stand inside a ``<script>`` element, whatever the strings hold.

    Example:
        >>> json_for_html({"label": "</script>"})
        '{"label":"\\u003c/script>"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def main_findings(data: ReportData) -> list[Mapping[Any, Any] | None]:
    """Of each clip the finding that explains its verdict, with its ``cause``; ``None`` for none."""
    found = with_causes(data.findings)
    found = found[(found["level"] == "clip") & (found["verdict"] != "note")]
    worst_first = np.lexsort((found["cause"] != found["rule"], found["verdict"].map(gravity)))
    worst = records(found.iloc[worst_first].drop_duplicates("clip_id"))
    of_clips = {str(one["clip_id"]): one for one in worst}
    return [of_clips.get(str(clip_id)) for clip_id in data.clips["clip_id"].tolist()]


def main_reasons(data: ReportData) -> list[tuple[str, str]]:
    """Of each clip the rule that explains its verdict, and that in a few words; "" for none."""
    return [_reason(worst, data) if worst else ("", "") for worst in main_findings(data)]


def _reason(worst: Mapping[Any, Any], data: ReportData) -> tuple[str, str]:
    cause = str(worst["cause"])
    rule = data.policy.rules.get(cause)
    if cause != worst["rule"] or rule is None:
        says = rule_words(data.policy, cause) or str(worst["sentence"])
        return visible(cause), visible(says).rstrip(".")
    value, bound, _ = measured(worst)
    return visible(cause), against(rule.column, value, bound, rule.unit)


def clip_table(
    data: ReportData, reasons: Sequence[tuple[str, str]], figures: int = FIGURES
) -> dict[str, Any]:
    """The clip table, column by column, with a mark where a finding concerns a cell.

    Args:
        data: the report.
        reasons: `main_reasons`.
        figures: significant ones of a number.
    """
    clips, found = data.clips.assign(**{REASON: [words for _, words in reasons]}), by_row(data)
    ruled = rules_by_column(data.policy.rules)
    declared = {column.name: column for column in data.columns}
    columns: list[dict[str, Any]] = []
    values: dict[str, list[Any]] = {}
    for key, title, meaning, shown, digits in FACTS:
        if key in clips:
            column = declared.get(key) or Column(
                key, _UNITS.get(key, ""), "neither", None, None, meaning, ""
            )
            texts = digits is None
            values[key] = (
                [_plain(v) for v in clips[key]] if texts else plain_numbers(clips, key, figures)
            )
            columns.append(_column(column, ruled) | {"name": title, "fact": True, "shown": shown})
            columns[-1] |= {} if texts else {"digits": digits}
    for name, column in declared.items():
        if name not in values:
            values[name] = plain_numbers(clips, name, figures)
            scale = 100 if name in PERCENT else 1
            digits = decimals([scale * v for v in values[name] if v is not None])
            columns.append(_column(column, ruled) | {"digits": digits, "shown": False})
    return {
        "columns": columns,
        "values": values,
        "marks": marks(found, data.policy),
        "found": {row: _rules(mine, reasons[row][0]) for row, mine in found.items()},
        "audio": [data.audio.get(clip_id) for clip_id in clips["clip_id"]],
        "count": len(clips),
        "groups": [*GROUPS, OTHER],
    }


def _rules(found: Mapping[str, str], cause: str) -> list[str]:
    """The cause first, which may be found of the whole voice."""
    return list(dict.fromkeys([*([cause] if cause else []), *map(visible, found)]))


def _column(column: Column, ruled: Mapping[str, Sequence[MeasuredRule]]) -> dict[str, Any]:
    rules = ruled.get(column.name, ())
    return {
        "key": column.name,
        "name": heading(column.name),
        "group": group(column.name),
        "unit": unit(column),
        "percent": column.name in PERCENT,
        "about": column.about,
        "source": column.source,
        "bounds": "; ".join(limits(rule) for rule in rules),
        "limits": [list(bound) for rule in rules for bound in rule.bounds],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    return None if pd.isna(value) else visible(str(value))


def plain_numbers(
    clips: pd.DataFrame, column: str, figures: int = FIGURES
) -> list[int | float | None]:
    """Six significant figures: more than a person reads, a third of the bytes."""
    values: NDArray[np.float64] = numeric(clips, column)
    return [
        None if not np.isfinite(v) else int(v) if v == int(v) else float(f"{v:.{figures}g}")
        for v in values.tolist()
    ]
