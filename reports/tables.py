"""`ReportData` -> what the page's script reads: columns of the clip table, details per clip."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from clips.columns import Column
from reports.view import ClipDetails, ReportData
from reports.wording import WORST_FIRST, bounds_text, decimals, number, visible, with_unit
from selection.policy import Rule

# Facts of every clip that stand before the measured columns: key, heading, unit, meaning, shown.
FACTS = (
    ("audio_file", "Clip", "", "Audio file, as the label file names it.", True),
    ("voice", "Voice", "", "Folder of the voice.", True),
    ("verdict", "Verdict", "", "Accept, review or reject: the worst of the clip's findings.", True),
    ("score", "Score", "", "Quality within the voice, 0 to 100; 100 is best.", True),
    ("rank", "Rank", "", "Place within the voice; 1 is best.", True),
    ("selected", "Selected", "", "Whether the clip is part of the best hours.", False),
    ("duration_s", "Length", "s", "Length of the audio file.", True),
    ("text", "Label", "", "The text that was handed in with the audio.", True),
    ("language", "Language", "", "Language of the label.", False),
    ("turn", "Turn", "", "Answer that the clip was cut from.", False),
    ("turn_index", "In turn", "", "Place of the clip in its turn, from 0.", False),
    ("sample_rate_hz", "Rate", "Hz", "Sampling rate of the file.", False),
    ("channels", "Channels", "", "Channels of the file.", False),
    ("codec", "Coding", "", "Container and coding of the file.", False),
    ("row", "Row", "", "Row of the label file, from 0; -1 for audio without a label.", False),
    ("clip_id", "Id", "", "Stands for the clip in every table of tenhours.", False),
)
SEVERITY = {"reject": 0, "review": 1, "note": 2}
_NUMBERS = {"score", "rank", "duration_s", "turn_index", "sample_rate_hz", "channels", "row"}


def json_for_html(value: Any) -> str:
    r"""JSON that can stand inside a ``<script>`` element, whatever the strings hold.

    Example:
        >>> json_for_html({"label": "</script>"})
        '{"label":"\\u003c/script>"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def numeric(clips: pd.DataFrame, column: str) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """A column as float64, NaN where there is no number or no such column."""
    if column not in clips:
        return np.full(len(clips), np.nan)
    return pd.to_numeric(clips[column], errors="coerce").to_numpy(np.float64, na_value=np.nan)


@dataclass(frozen=True)
class RuleGroup:
    """All findings of one rule at the level of clips."""

    rule: str
    sentence: str
    bounds: str
    reject: int
    review: int
    note: int
    worst: str
    worst_row: int | None
    worst_clip: str

    @property
    def clips(self) -> int:
        return self.reject + self.review + self.note


def rule_groups(data: ReportData) -> list[RuleGroup]:
    """Clip-level findings by rule, those that reject most first."""
    found = data.findings[data.findings["level"] == "clip"]
    rows = {clip_id: i for i, clip_id in enumerate(data.clips["clip_id"])}
    groups = [_group(str(rule), part, data, rows) for rule, part in found.groupby("rule")]
    return sorted(groups, key=lambda g: (-g.reject, -g.review, -g.note, g.rule))


def _group(name: str, found: pd.DataFrame, data: ReportData, rows: Mapping[Any, int]) -> RuleGroup:
    rule = data.policy.rules.get(name)
    value, bound = numeric(found, "value"), numeric(found, "bound")
    excess = np.abs(value - bound)
    known = ~np.isnan(excess)
    order = found["verdict"].map(SEVERITY).to_numpy()
    # The worst: the gravest verdict, then the farthest beyond its bound.
    at = int(np.lexsort((-np.where(known, excess, -1.0), order))[0])
    # The same words for all clips where the policy has them; else those of the worst clip.
    sentence = rule.says if rule else str(found["sentence"].iloc[at])
    if rule:
        bounds = bounds_text(rule)
    else:
        one = np.unique(bound[~np.isnan(bound)])
        bounds = with_unit(float(one[0]), str(found["unit"].iloc[at])) if one.size == 1 else ""
    # One clip may break a rule twice; it counts once, with its worst verdict.
    worst = pd.Series(order).groupby(found["clip_id"].to_numpy()).min().value_counts()
    unit = str(found["unit"].iloc[at])
    return RuleGroup(
        rule=name,
        sentence=visible(sentence),
        bounds=bounds,
        reject=int(worst.get(0, 0)),
        review=int(worst.get(1, 0)),
        note=int(worst.get(2, 0)),
        worst=with_unit(float(value[at]), unit) if known[at] else "",
        worst_row=rows.get(found["clip_id"].iloc[at]),
        worst_clip=visible(str(found["audio_file"].iloc[at])),
    )


def rules_by_column(rules: Mapping[str, Rule]) -> dict[str, list[tuple[str, Rule]]]:
    """Rules of each column, in the order of the policy."""
    by_column: dict[str, list[tuple[str, Rule]]] = {}
    for name, rule in rules.items():
        by_column.setdefault(rule.column, []).append((name, rule))
    return by_column


def clip_table(data: ReportData) -> dict[str, Any]:
    """The clip table, column by column, with a mark where a finding concerns a cell."""
    clips, marks = data.clips, _marks(data)
    ruled = rules_by_column(data.policy.rules)
    declared = {column.name for column in data.columns}
    columns: list[dict[str, Any]] = []
    values: dict[str, list[Any]] = {}
    for key, heading, unit, about, shown in FACTS:
        if key not in clips or key in declared:
            continue
        if key in _NUMBERS:
            raw = numeric(clips, key)
            digits = {"score": 1, "duration_s": 2}.get(key, 0)
            values[key] = _numbers(raw)
        else:
            digits = None
            values[key] = [_plain(v) for v in clips[key]]
        columns.append(
            {"key": key, "name": heading, "unit": unit, "about": about, "shown": shown, "fact": 1}
            | ({"digits": digits} if digits is not None else {})
        )
    shown_columns = _shown(data.columns, marks, ruled)
    for column in data.columns:
        raw = numeric(clips, column.name)
        values[column.name] = _numbers(raw)
        bounds = "; ".join(bounds_text(rule) for _, rule in ruled.get(column.name, ()))
        columns.append(
            {
                "key": column.name,
                "name": column.name,
                "unit": column.unit,
                "about": column.about,
                "source": column.source,
                "better": column.better,
                "bounds": bounds,
                "digits": decimals(raw.tolist()),
                "shown": column.name in shown_columns,
            }
        )
    return {
        "columns": columns,
        "values": values,
        "marks": marks,
        "found": _found(data),
        "audio": [data.audio.get(clip_id) for clip_id in clips["clip_id"]],
        "count": len(clips),
    }


def _shown(
    columns: Sequence[Column], marks: Mapping[str, Any], ruled: Mapping[str, Any]
) -> set[str]:
    """Measured columns shown at first: those that a clip fell over, else the first with a rule."""
    names = [column.name for column in columns]
    return {name for name in names if name in marks} or set([n for n in names if n in ruled][:4])


def _plain(value: Any) -> Any:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    return None if pd.isna(value) else visible(str(value))


def _numbers(values: "np.ndarray[Any, np.dtype[np.float64]]") -> list[int | float | None]:
    """Six significant figures: more than a person reads, a third of the bytes."""
    return [
        None if not np.isfinite(v) else int(v) if v == int(v) else float(f"{v:.6g}") for v in values
    ]


def _marks(data: ReportData) -> dict[str, dict[int, str]]:
    """Column -> row -> worst verdict that a finding gives the cell."""
    rows = {clip_id: i for i, clip_id in enumerate(data.clips["clip_id"])}
    marks: dict[str, dict[int, str]] = {}
    found = data.findings
    for clip_id, name, verdict in zip(
        found["clip_id"], found["rule"], found["verdict"], strict=True
    ):
        rule, row = data.policy.rules.get(name), rows.get(clip_id)
        if rule is None or row is None or verdict not in ("review", "reject"):
            continue
        cells = marks.setdefault(rule.column, {})
        cells[row] = min(cells.get(row, verdict), verdict, key=WORST_FIRST.index)
    return marks


def _found(data: ReportData) -> dict[int, list[str]]:
    """Row -> rules that have a finding on it, the worst first, each once."""
    rows = {clip_id: i for i, clip_id in enumerate(data.clips["clip_id"])}
    by_row: dict[int, dict[str, int]] = {}
    found = data.findings
    for clip_id, name, verdict in zip(
        found["clip_id"], found["rule"], found["verdict"], strict=True
    ):
        if clip_id in rows:
            rules = by_row.setdefault(rows[clip_id], {})
            rules[name] = min(rules.get(name, 9), SEVERITY[verdict])
    return {row: sorted(rules, key=lambda r: (rules[r], r)) for row, rules in by_row.items()}


def clip_details(data: ReportData) -> list[dict[str, Any]]:
    """What the panel of each clip shows beside the table's row, in the order of the clips."""
    by_clip: dict[str, list[dict[str, Any]]] = {}
    for found in data.findings.to_dict("records"):
        if found["level"] == "clip":
            by_clip.setdefault(str(found["clip_id"]), []).append(_finding(found))
    for findings in by_clip.values():
        findings.sort(key=lambda f: SEVERITY[f["verdict"]])
    return [
        _details(data.details.get(clip_id, ClipDetails()), by_clip.get(clip_id, []))
        for clip_id in map(str, data.clips["clip_id"])
    ]


def _finding(found: Mapping[Any, Any]) -> dict[str, Any]:
    unit = "" if pd.isna(found["unit"]) else str(found["unit"])
    value, bound = (None if pd.isna(found[k]) else float(found[k]) for k in ("value", "bound"))
    return {
        "rule": str(found["rule"]),
        "verdict": str(found["verdict"]),
        "sentence": visible(str(found["sentence"])),
        "value": "" if value is None else with_unit(value, unit),
        "bound": "" if bound is None else with_unit(bound, unit),
    }


def _details(details: ClipDetails, findings: list[dict[str, Any]]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "findings": findings,
        "heard": None if details.transcript is None else visible(details.transcript),
        "other": None if details.other_transcript is None else visible(details.other_transcript),
        "words": [
            [step["op"], visible(" ".join(step["label"])), visible(" ".join(step["heard"]))]
            for step in details.alignment
        ],
        "regions": [
            [visible(kind), *(float(number(t, 3)) for t in span)]
            for kind, spans in details.regions.items()
            for span in spans
        ],
        "wave": details.waveform,
        "image": base64.b64encode(details.spectrogram).decode() if details.spectrogram else None,
    }
    return {key: value for key, value in shown.items() if value not in (None, [])}
