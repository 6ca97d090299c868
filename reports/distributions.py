"""One figure for each measurement that a rule bounds, its voices over one another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from clips.columns import Column
from reports.grid import Floats, Grid
from reports.names import amount, heading, limits
from reports.overlay import Bins, Counts, overlay, tone
from reports.problems import beyond, numeric
from reports.view import ReportData
from selection.policy import MeasuredRule

MOST_VOICES = 8  # whose counts stand beside the bars, too


@dataclass(frozen=True)
class Line:
    """One voice of a figure, its numbers as text."""

    voice: str
    tone: str
    clips: int
    low: str
    middle: str
    high: str


@dataclass(frozen=True)
class Part:
    """One bin that holds clips: its number, its range in words, clips in all and by voice."""

    bin: int
    says: str
    clips: int
    by_voice: tuple[int, ...]


@dataclass(frozen=True)
class Figure:
    """All that is shown of one measurement.

    Args:
        column: its declaration.
        title: what people call it.
        svg: the drawing.
        rules: id, what it says and its bounds in words.
        starts: where the bins begin, see `Bins`.
        lines: by voice.
        parts: by bin.
        beyond: clips that a rule on it found.
        missing: clips without a value.
    """

    column: Column
    title: str
    svg: Markup
    rules: tuple[tuple[str, str, str], ...]
    starts: tuple[int, ...]
    lines: tuple[Line, ...]
    parts: tuple[Part, ...]
    beyond: int
    missing: int


def distributions(data: ReportData, grids: Mapping[str, Grid]) -> list[Figure]:
    """The figures, those first that most clips lie beyond a bound of.

    Args:
        data: the report.
        grids: see `reports.explorer.grids`.
    """
    declared, found = {column.name: column for column in data.columns}, beyond(data)
    rows = {v.voice: (data.clips["voice"] == v.voice).to_numpy(bool) for v in data.voices}
    figures = []
    for name, mine in grids.items():
        values = numeric(data.clips, name)
        if not np.isnan(values).all():
            by_voice = {voice: values[at] for voice, at in rows.items()}
            rules = {i: rule for i, rule in data.policy.rules.items() if rule.column == name}
            figures.append(_figure(declared[name], mine, by_voice, rules, found.get(name, 0)))
    return sorted(figures, key=lambda figure: -figure.beyond)


def _figure(
    column: Column,
    grid: Grid,
    voices: dict[str, Floats],
    rules: dict[str, MeasuredRule],
    beyond: int,
) -> Figure:
    bins = Bins.over(grid)
    counts = [bins.counts(grid.places(values)) for values in voices.values()]
    bounds = sorted({bound for rule in rules.values() for bound in rule.bounds}, key=lambda b: b[2])
    return Figure(
        column=column,
        title=heading(column.name),
        svg=Markup(overlay(counts, bins, bounds, column)),  # noqa: S704 - escaped there
        rules=tuple((i, rule.says.rstrip("."), limits(rule)) for i, rule in rules.items()),
        starts=bins.starts,
        lines=tuple(
            _line(n, voice, values, column) for n, (voice, values) in enumerate(voices.items())
        ),
        parts=tuple(_parts(bins, counts, column)),
        beyond=beyond,
        missing=sum(int(np.isnan(values).sum()) for values in voices.values()),
    )


def _line(n: int, voice: str, values: Floats, column: Column) -> Line:
    known = values[~np.isnan(values)]
    ends = (known.min(), np.median(known), known.max()) if known.size else (np.nan,) * 3
    said = (amount(column.name, _short(float(end)), "") for end in ends)
    return Line(voice, tone(n), known.size, *said)


def _short(value: float) -> float:
    """Three figures, so that the narrow table beside a figure holds them all."""
    return float(f"{value:.3g}") if abs(value) < 100 else value


def _parts(bins: Bins, counts: Sequence[Counts], column: Column) -> list[Part]:
    total = np.vstack(counts).sum(axis=0)
    return [
        Part(
            int(n),
            bins.says(int(n), column),
            int(total[n]),
            tuple(int(mine[n]) for mine in counts) if len(counts) <= MOST_VOICES else (),
        )
        for n in np.flatnonzero(total)
    ]
