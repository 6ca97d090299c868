"""`ReportData` -> what the view of one clip shows beside its row of the table."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from clips.numbers import with_unit
from reports.names import against, heading
from reports.problems import gravity, measured
from reports.view import ClipDetails, ReportData
from reports.wording import visible
from reports.written import steps_as_written
from selection.losses import with_causes
from selection.policy import MeasuredRule, Policy
from selection.rules.judging import HALLUCINATION, OTHER_SCRIPT

_NOT_HEARD = (HALLUCINATION, OTHER_SCRIPT, "no-speech")
_KINDS = {
    "clipping": "clipping",
    "clicks": "click",
    "dropouts": "drop-out",
    "stuck": "stuck",
    "repeats": "repeated",
}
_EDGE_S = 0.1
_MAINS_HZ = 55  # between 50 and 60: a pixel row of the picture holds both


def clip_details(data: ReportData) -> Iterator[dict[str, Any]]:
    """What is shown of each clip, in the order of the clips; what there is not is left out.

    ``findings`` come by gravity, each with the rule ``under`` which it is folded, where it follows
    from another; ``words`` are `steps_as_written`, missing where all agree (``same``); ``regions``
    are ``[kind, start_s, end_s]``, ``lines`` are ``[name, Hz]``.
    """
    found = with_causes(data.findings)
    found = found[found["level"] == "clip"]
    of_clips = found.groupby(found["clip_id"].astype(str)).indices
    columns = {name: found[name].tolist() for name in found}
    facts = (data.clips[name].tolist() for name in ("clip_id", "text", "duration_s"))
    for clip_id, text, length in zip(*facts, strict=True):
        rows = of_clips.get(str(clip_id), ())
        mine = [{name: values[row] for name, values in columns.items()} for row in rows]
        yield _details(
            data.details.get(str(clip_id), ClipDetails()),
            sorted(mine, key=lambda f: gravity(f["verdict"])),
            "" if pd.isna(text) else str(text),
            0.0 if pd.isna(length) else float(length),
            data.policy,
        )


def _details(
    details: ClipDetails,
    found: Sequence[Mapping[Any, Any]],
    label: str,
    length_s: float,
    policy: Policy,
) -> dict[str, Any]:
    # Most clips agree word by word: that they do is all that need be said of them.
    same = bool(details.alignment) and all(s["op"] == "equal" for s in details.alignment)
    heard = details.transcript
    words = [] if same else steps_as_written(label, heard or "", details.alignment)
    broken = {
        policy.rules[f["rule"]].column: f["value"] for f in found if f["rule"] in policy.rules
    }
    shown: dict[str, Any] = {
        "findings": [_finding(f, policy.rules.get(f["rule"])) for f in found],
        "heard": None if heard is None else visible(heard),
        "other": None if details.other_transcript is None else visible(details.other_transcript),
        "hallucinated": any(f["rule"] in _NOT_HEARD and f["verdict"] != "note" for f in found)
        or None,
        "words": [[op, visible(said), visible(got)] for op, said, got in words],
        "same": same or None,
        "placed": [[visible(w.strip()), start, end] for w, start, end in details.label_words],
        "regions": [*_regions(details), *_silences(broken, length_s)],
        "lines": _lines(broken),
        "wave": details.waveform,
        "image": base64.b64encode(details.spectrogram).decode() if details.spectrogram else None,
    }
    return {key: value for key, value in shown.items() if value is not None and value != []}


def _finding(found: Mapping[Any, Any], rule: MeasuredRule | None) -> dict[str, Any]:
    value, bound, unit = measured(found)
    words, sentence, figures = found["words"], str(found["sentence"]), []
    if rule and value is not None:
        figures = [against(rule.column, value, bound, unit)]
        if words.states("bound") and not words.more:  # the same figures in the column's own name
            sentence = f"{rule.says.rstrip('.')}. {rule.remedy}".rstrip()
    elif not words.states("bound"):
        figures += [] if value is None else [f"measured {with_unit(value, unit)}"]
        figures += [] if bound is None else [f"limit {with_unit(bound, unit)}"]
    shown = {
        "rule": visible(str(found["rule"])),
        "verdict": str(found["verdict"]),
        "sentence": visible(sentence),
        "figures": visible(", ".join(figures)),
    }
    follows = found["cause"] != found["rule"]
    return shown | ({"under": visible(str(found["cause"]))} if follows else {})


def _regions(details: ClipDetails) -> list[list[Any]]:
    return [
        [_KINDS.get(kind) or visible(kind), *(round(float(t), 3) for t in span)]
        for kind, spans in details.regions.items()
        for span in spans
    ]


def _silences(broken: Mapping[str, Any], length_s: float) -> list[list[Any]]:
    """Where a bound on silence or on an edge was broken."""
    lead, trail = (broken.get(key) for key in ("lead_silence_s", "trail_silence_s"))
    spans: dict[str, tuple[str, Any, Any]] = {
        "lead_silence_s": ("silence before", 0.0, lead),
        "trail_silence_s": ("silence after", None if trail is None else length_s - trail, length_s),
        "start_level_db": ("starts within speech", 0.0, _EDGE_S),
        "end_level_db": ("ends within speech", length_s - _EDGE_S, length_s),
    }
    return [
        [kind, *(round(min(max(t, 0.0), length_s), 3) for t in span)]
        for column, (kind, *span) in spans.items()
        if not pd.isna(broken.get(column))
    ]


def _lines(broken: Mapping[str, Any]) -> list[list[Any]]:
    """Frequencies at which a bound was broken."""
    lines = [
        [heading(column).lower(), float(broken[column])]
        for column in ("bandwidth_hz", "cutoff_hz")
        if not pd.isna(broken.get(column))
    ]
    return [*lines, *([["mains hum", _MAINS_HZ]] if "hum_db" in broken else [])]
