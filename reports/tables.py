"""`ReportData` -> what the page's script reads: columns of the clip table, details per clip."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clips.columns import Column
from clips.numbers import with_unit
from reports.problems import by_row, gravity, marks, numeric, rules_by_column
from reports.view import ClipDetails, ReportData
from reports.wording import bounds_text, decimals, visible
from selection.policy import MeasuredRule

# Facts of every clip that stand before the measured columns: key, heading, meaning, shown at
# first, decimals (None for text).
FACTS: tuple[tuple[str, str, str, bool, int | None], ...] = (
    ("audio_file", "Clip", "Audio file, as the label file names it.", True, None),
    ("voice", "Voice", "Folder of the voice.", True, None),
    ("verdict", "Verdict", "Accept, review or reject: the worst of the findings.", True, None),
    ("score", "Score", "Quality within the voice, 0 to 100; 100 is best.", True, 1),
    ("rank", "Rank", "Place within the voice; 1 is best.", True, 0),
    ("selected", "Selected", "Whether the clip is part of the best hours.", False, None),
    ("duration_s", "Length", "Length of the clip.", True, 2),
    ("text", "Label", "The text that was handed in with the audio.", True, None),
    ("language", "Language", "Language of the label.", False, None),
    ("turn", "Turn", "Answer that the clip was cut from.", False, None),
    ("turn_index", "In turn", "Place of the clip in its turn, from 0.", False, 0),
    ("sample_rate_hz", "Rate", "Sample rate of the file.", False, 0),
    ("channels", "Channels", "Channels of the file.", False, 0),
    ("codec", "Coding", "Container and coding of the file.", False, None),
    ("row", "Row", "Row of the label file, from 0; -1 for audio without a label.", False, 0),
    ("clip_id", "Id", "Stands for the clip in every table of tenhours.", False, None),
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


def clip_table(data: ReportData) -> dict[str, Any]:
    """The clip table, column by column, with a mark where a finding concerns a cell."""
    clips, marked = data.clips, marks(data)
    ruled = rules_by_column(data.policy.rules)
    declared = {column.name: column for column in data.columns}
    columns: list[dict[str, Any]] = []
    values: dict[str, list[Any]] = {}
    for key, heading, meaning, shown, digits in FACTS:
        if key in clips:
            unit = _UNITS.get(key, "")
            column = declared.get(key) or Column(key, unit, "neither", None, None, meaning, "")
            texts = digits is None
            values[key] = [_plain(v) for v in clips[key]] if texts else _numbers(clips, key)
            columns.append(_column(column, ruled) | {"name": heading, "fact": True})
            columns[-1] |= {"shown": shown or key in marked} | ({} if texts else {"digits": digits})
    at_first = _shown(data.columns, marked, ruled)
    for name, column in declared.items():
        if name not in values:
            values[name] = _numbers(clips, name)
            digits = decimals([v for v in values[name] if v is not None])
            columns.append(_column(column, ruled) | {"digits": digits, "shown": name in at_first})
    return {
        "columns": columns,
        "values": values,
        "marks": marked,
        "found": {row: list(found) for row, found in by_row(data).items()},
        "audio": [data.audio.get(clip_id) for clip_id in clips["clip_id"]],
        "count": len(clips),
    }


def _column(column: Column, ruled: Mapping[str, Sequence[MeasuredRule]]) -> dict[str, Any]:
    return {
        "key": column.name,
        "name": column.name,
        "unit": column.unit,
        "about": column.about,
        "source": column.source,
        "bounds": "; ".join(bounds_text(rule) for rule in ruled.get(column.name, ())),
    }


def _shown(
    columns: Sequence[Column], marked: Mapping[str, Any], ruled: Mapping[str, Any]
) -> set[str]:
    """Measured columns shown at first: those that a clip fell over, else the first with a rule."""
    names = [column.name for column in columns]
    return {n for n in names if n in marked} or set([n for n in names if n in ruled][:4])


def _plain(value: Any) -> Any:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    return None if pd.isna(value) else visible(str(value))


def _numbers(clips: pd.DataFrame, column: str) -> list[int | float | None]:
    """Six significant figures: more than a person reads, a third of the bytes."""
    values: NDArray[np.float64] = numeric(clips, column)
    return [
        None if not np.isfinite(v) else int(v) if v == int(v) else float(f"{v:.6g}")
        for v in values.tolist()
    ]


def clip_details(data: ReportData) -> list[dict[str, Any]]:
    """What the panel of each clip shows beside the table's row, in the order of the clips."""
    by_clip: dict[str, list[dict[str, Any]]] = {}
    for found in data.findings.to_dict("records"):
        if found["level"] == "clip":
            by_clip.setdefault(str(found["clip_id"]), []).append(_finding(found))
    for findings in by_clip.values():
        findings.sort(key=lambda f: gravity(f["verdict"]))
    return [
        _details(data.details.get(clip_id, ClipDetails()), by_clip.get(clip_id, []))
        for clip_id in map(str, data.clips["clip_id"])
    ]


def _finding(found: Mapping[Any, Any]) -> dict[str, Any]:
    unit = "" if pd.isna(found["unit"]) else str(found["unit"])
    value, bound = (None if pd.isna(found[k]) else float(found[k]) for k in ("value", "bound"))
    figures = [] if value is None else [f"measured {with_unit(value, unit)}"]
    figures += [] if bound is None else [f"bound {with_unit(bound, unit)}"]
    if found["words"].states("bound"):
        figures = []  # the sentence says it already
    return {
        "rule": visible(str(found["rule"])),
        "verdict": str(found["verdict"]),
        "sentence": visible(str(found["sentence"])),
        "figures": ", ".join(figures),
    }


def _details(details: ClipDetails, findings: list[dict[str, Any]]) -> dict[str, Any]:
    # Most clips agree word by word; that they do is all that need be said of them.
    same = bool(details.alignment) and all(s["op"] == "equal" for s in details.alignment)
    shown: dict[str, Any] = {
        "findings": findings,
        "heard": None if details.transcript is None else visible(details.transcript),
        "other": None if details.other_transcript is None else visible(details.other_transcript),
        "words": [
            [step["op"], visible(" ".join(step["label"])), visible(" ".join(step["heard"]))]
            for step in details.alignment
            if not same
        ],
        "same": same or None,
        "regions": [
            [visible(kind), *(round(float(t), 3) for t in span)]
            for kind, spans in details.regions.items()
            for span in spans
        ],
        "wave": details.waveform,
        "image": base64.b64encode(details.spectrogram).decode() if details.spectrogram else None,
    }
    return {key: value for key, value in shown.items() if value is not None and value != []}
