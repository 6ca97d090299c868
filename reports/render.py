"""`ReportData` -> one HTML file that needs nothing else but the audio beside it."""

import base64
import hashlib
import math
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

import jinja2
import numpy as np
from markupsafe import Markup

from clips.columns import Column
from clips.numbers import count, duration, number
from clips.rules.base import VERDICTS
from reports import charts, wording
from reports.problems import above_clips, marks, numeric, rule_groups, rules_by_column
from reports.tables import clip_details, clip_table, json_for_html
from reports.view import ReportData, VoiceSummary
from selection.policy import MeasuredRule

_OPEN_VOICES = 3


def render_report(data: ReportData) -> str:
    """The report as one HTML document: styles, script, charts and data inside, audio linked.

    Nothing is fetched from a network and nothing is evaluated; the page says so itself in its
    content security policy, which names its one script and its one style sheet by their digests.

    Args:
        data: what to show. Texts may be hostile: they are escaped, and characters that hide or
            reorder text are written out.

    Raises:
        ValueError: an audio URL is not relative.
    """
    for url in data.audio.values():
        parts = urlsplit(url)
        if parts.scheme or parts.netloc or url.startswith("/"):
            raise ValueError(f"audio URL {url!r} must be relative to the report")
    script, style = _asset("report.js"), _asset("report.css")
    page = _environment().get_template("report.html.j2")
    return page.render(
        data=data,
        script=Markup(script),  # noqa: S704 - our own file
        style=Markup(style),  # noqa: S704 - our own file
        script_digest=_digest(script),
        style_digest=_digest(style),
        headline=_headline(data),
        verdicts=_verdicts(data),
        verdict_bar=Markup(charts.verdict_bar([(v, n) for v, n, _ in _verdicts(data)])),  # noqa: S704
        voices=_voices(data),
        groups=rule_groups(data),
        above=above_clips(data),
        distributions=_distributions(data),
        open_voices=_OPEN_VOICES,
        table=Markup(json_for_html(clip_table(data))),  # noqa: S704 - escaped for this place
        details=[Markup(json_for_html(d)) for d in clip_details(data)],  # noqa: S704
        glossary=_glossary(data),
        rules=[(name, rule, wording.bounds_text(rule)) for name, rule in data.policy.rules.items()],
    )


@cache
def _asset(name: str) -> str:
    return (resources.files("reports") / "templates" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_asset),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "visible": lambda value: wording.visible(str(value)),
        "hours": duration,
        "time": lambda created: created.replace("T", " ").replace("+00:00", " UTC"),
        "thousands": lambda n: f"{n:,}",
        "number": number,
    }
    return environment


def _verdicts(data: ReportData) -> list[tuple[str, int, float]]:
    seconds = numeric(data.clips, "duration_s")
    rows: list[tuple[str, int, float]] = []
    for verdict in VERDICTS:
        mine = (data.clips["verdict"] == verdict).to_numpy(bool)
        part = seconds[mine]
        rows.append((verdict, int(mine.sum()), float(np.nansum(part)) / 3600))
    return rows


def _headline(data: ReportData) -> str:
    if not len(data.clips):
        return "There is nothing to judge: no clip was found in the submission."
    (_, accepted, _), (_, review, _), (_, rejected, _) = _verdicts(data)
    voices = count(len(data.voices), "voice")
    selected = sum(voice.hours_selected for voice in data.voices)
    return (
        f"Of {count(len(data.clips), 'clip')} in {voices}, {accepted:,}"
        f" {'is' if accepted == 1 else 'are'} accepted, {review:,}"
        f" {'waits' if review == 1 else 'wait'} for review and {rejected:,}"
        f" {'is' if rejected == 1 else 'are'} rejected;"
        f" {duration(selected)} are selected."
        f" {_states(data.voices)}"
    )


def _states(voices: Sequence[VoiceSummary]) -> str:
    parts = []
    for status in ("complete", "growing", "parked"):
        n = sum(voice.status == status for voice in voices)
        if n:
            parts.append(f"{n:,} {status}")
    return f"Voices: {', '.join(parts)}." if parts else ""


def _voices(data: ReportData) -> list[tuple[VoiceSummary, Markup]]:
    budget = data.policy.budget
    scale = charts.hours_scale([v.hours_offered for v in data.voices], budget.hours_per_voice)
    return [
        (
            voice,
            Markup(  # noqa: S704 - numbers only
                charts.hours_bar(
                    voice.hours_offered,
                    voice.hours_accepted,
                    voice.hours_selected,
                    minimum=budget.minimum_hours,
                    budget=budget.hours_per_voice,
                    scale=scale,
                )
            ),
        )
        for voice in data.voices
    ]


def _distributions(data: ReportData) -> list[dict[str, Any]]:
    """Per voice one histogram for each column with rules; the axis of a column is shared."""
    ruled, marked = rules_by_column(data.policy.rules), marks(data)
    columns = [c for c in data.columns if c.name in ruled]
    measured = {column.name: numeric(data.clips, column.name) for column in columns}
    axes = {}
    for column in columns:
        edges = [bound.value for rule in ruled[column.name] for bound in rule.bounds]
        axes[column.name] = charts.shared_range(measured[column.name].tolist(), edges, column.low)
    voices = []
    for voice in data.voices:
        mine = (data.clips["voice"] == voice.voice).to_numpy(bool)
        rows = set(np.flatnonzero(mine).tolist())
        broken: list[dict[str, Any]] = []
        kept: list[dict[str, Any]] = []
        for column in columns:
            values = measured[column.name][mine]
            if np.isnan(values).all():
                continue
            figure = _figure(column, values.tolist(), ruled[column.name], axes[column.name])
            (kept if rows.isdisjoint(marked.get(column.name, ())) else broken).append(figure)
        voices.append({"voice": voice.voice, "broken": broken, "kept": kept})
    return voices


def _figure(
    column: Column,
    values: Sequence[float],
    rules: Sequence[MeasuredRule],
    axis: tuple[float, float],
) -> dict[str, Any]:
    marks = sorted({bound for rule in rules for bound in rule.bounds}, key=lambda b: b[2])
    svg = charts.histogram(values, marks, axis, column.name, column.unit)
    return {
        "column": column,
        "svg": Markup(svg),  # noqa: S704 - texts in it are escaped by charts
        "bounds": "; ".join(wording.bounds_text(rule) for rule in rules),
        "missing": sum(map(math.isnan, values)),
    }


def _glossary(data: ReportData) -> list[tuple[Column, str]]:
    ruled = rules_by_column(data.policy.rules)
    return [
        (column, "; ".join(wording.bounds_text(rule) for rule in ruled.get(column.name, ())))
        for column in data.columns
    ]
