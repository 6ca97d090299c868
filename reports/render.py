"""`ReportData` -> one HTML file that needs nothing else but what lies in the folder beside it."""

import base64
import gzip
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from markupsafe import Markup

from clips.columns import Column
from clips.numbers import count, duration
from reports import charts, decision
from reports.details import clip_details
from reports.distributions import distributions
from reports.explorer import explorer_data, grids
from reports.names import limits, unit
from reports.problems import (
    above_clips,
    by_verdict,
    gravity,
    hours,
    rule_groups,
    rules_by_column,
)
from reports.quality import apart
from reports.queue import Waiting, queue
from reports.tables import FIGURES, clip_table, json_for_html, main_reasons
from reports.templating import asset, digest, environment
from reports.ten_hours import best_hours
from reports.view import ReportData
from selection.losses import with_causes

MOST_ROWS = 50_000
MOST_INLINE = 500  # clips whose details are in the page itself
SHARD = 100  # clips whose details are read at once
SCRIPTS = (
    *("base.js", "table.js", "decisions.js", "figure.js", "clip.js", "panel.js", "keys.js"),
    *("bounds.js", "explorer.js", "start.js"),
)
STYLES = ("report.css", "panel.css", "explorer.css")
_OPEN_FIGURES = 4


@dataclass(frozen=True)
class Rendered:
    """A report.

    Args:
        html: the page.
        beside: files that it reads when they are asked for: path relative to it -> content.
    """

    html: str
    beside: Mapping[str, bytes]


def render_report(data: ReportData, folder: str = "audio") -> Rendered:
    """The report as one HTML document: styles, script, charts and data inside, audio linked.

    Nothing is fetched from a network and nothing is evaluated; the page says so itself in its
    content security policy, which names its one script and its one style sheet by their digests.
    Details of many clips lie beside it, in scripts of data that this one script loads.

    Args:
        data: what to show. Texts may be hostile: they are escaped, and characters that hide or
            reorder text are written out.
        folder: where what lies beside the page goes, relative to it.

    Raises:
        ValueError: an audio URL is not relative.
    """
    for url in data.audio.values():
        parts = urlsplit(url)
        if parts.scheme or parts.netloc or url.startswith("/"):
            raise ValueError(f"audio URL {url!r} must be relative to the report")
    whole, holds = apart(data)
    # before clips are left out: what explains a finding may be found of another clip
    whole = replace(whole, findings=with_causes(whole.findings))
    shown = _that_fit(whole)
    reasons = main_reasons(shown)
    waiting = queue(shown, [rule for rule, _ in reasons])
    shards = _shards(clip_details(shown))
    lies_beside = len(shown.clips) > MOST_INLINE
    beside = _beside(shards, folder) if lies_beside else {}
    inside = {} if lies_beside else {f"details-{i}": _packed(s) for i, s in enumerate(shards)}
    # a part of the clips has not the hours of all, so that no bound moves by its numbers
    is_whole = len(shown.clips) == len(whole.clips)
    table = clip_table(shown, reasons, FIGURES if is_whole else FIGURES - 1)
    known, verdicts = grids(whole), by_verdict(whole.clips)
    explored = explorer_data(whole, known, table["values"]) if is_whole else None
    script, style = _script(), "".join(map(asset, STYLES))
    page = environment().get_template("report.html.j2")
    html = page.render(
        data=whole,
        holds=holds,
        script=Markup(script),  # noqa: S704 - our own file
        style=Markup(style),  # noqa: S704 - our own file
        script_digest=digest(script),
        style_digest=digest(style),
        title=decision.title(whole),
        headline=_headline(whole, verdicts),
        verdicts=verdicts,
        verdict_bar=Markup(charts.verdict_bar([(v, n) for v, (n, _) in verdicts.items()])),  # noqa: S704
        voices=decision.voices(whole),
        causes=decision.causes(whole),
        dearest=decision.DEAREST,
        invitation=decision.invitation(shown, waiting),
        made_of=decision.made_of(waiting),
        waiting=waiting,
        left_out=len(whole.clips) - len(shown.clips),
        groups=rule_groups(whole),
        above=above_clips(whole),
        best=best_hours(whole),
        linked=set(shown.clips["clip_id"]),
        distributions=distributions(whole, known),
        open_figures=_OPEN_FIGURES,
        can_move=explored is not None,
        packed={
            "clips-data": _packed(table),
            "queue-data": _packed(_page(shown, waiting, list(beside))),
            **({} if explored is None else {"explorer-data": _packed(explored)}),
            **inside,
        },
        glossary=_glossary(whole),
        rules=[(name, rule, limits(rule)) for name, rule in data.policy.rules.items()],
    )
    return Rendered(html, beside)


def _that_fit(data: ReportData) -> ReportData:
    """The report with the clips that a page can hold, the gravest first where some are left out."""
    if len(data.clips) <= MOST_ROWS:
        return data
    grave = data.clips["verdict"].map(gravity).to_numpy()
    kept = np.sort(np.argsort(grave, kind="stable")[:MOST_ROWS])
    clips = data.clips.iloc[kept]
    ids = set(clips["clip_id"])
    mine = (data.findings["level"] != "clip") | data.findings["clip_id"].isin(list(ids))
    return replace(data, clips=clips, findings=data.findings[mine])


def _page(data: ReportData, waiting: Sequence[Waiting], beside: Sequence[str]) -> dict[str, Any]:
    """What the review needs to know beside the table."""
    return {
        "queue": [[one.row, one.why] for one in waiting],
        "report": f"{data.pseudonym} {data.submission.get('Stage', '')}".strip(),
        "shard": SHARD,
        "beside": list(beside),
    }


def _shards(details: Iterator[Any]) -> Iterator[list[Any]]:
    while shard := list(islice(details, SHARD)):
        yield shard


def _beside(shards: Iterable[Any], folder: str) -> dict[str, bytes]:
    """Scripts that hand over one shard each, named by their content."""
    files = {}
    for at, shard in enumerate(shards):
        content = f"tenhoursDetails({at},{json_for_html(shard)});\n".encode()
        files[f"{folder}/{hashlib.sha256(content).hexdigest()[:24]}.js"] = content
    return files


def _packed(value: Any) -> str:
    """JSON, compressed and in letters that cannot end a script element."""
    return base64.b64encode(gzip.compress(json_for_html(value).encode(), 6, mtime=0)).decode()


def _script() -> str:
    """The parts in one function, so that they share names with each other and with nothing else."""
    return "\n".join(('"use strict";', "(async () => {", *map(asset, SCRIPTS), "})();"))


def _headline(data: ReportData, verdicts: Mapping[str, tuple[int, float]]) -> str:
    if not len(data.clips):
        return "There is nothing to judge: no clip was found in the submission."
    accepted, review, rejected = (length for _, length in verdicts.values())
    selected = sum(voice.hours_selected for voice in data.voices)
    return (
        f"Of {duration(hours(data.clips))} in {count(len(data.clips), 'clip')},"
        f" {duration(accepted)} are accepted,"
        f" {duration(review)} wait for you and {duration(rejected)} are rejected;"
        f" {duration(selected)} are selected."
    )


def _glossary(data: ReportData) -> list[tuple[Column, str, str]]:
    ruled = rules_by_column(data.policy.rules)
    return [
        (column, unit(column), "; ".join(limits(rule) for rule in ruled.get(column.name, ())))
        for column in data.columns
    ]
