"""One measurement of all voices -> SVG: bars for all clips, a line for each voice, the bounds.

Counts are drawn by their logarithm, so that one clip among thousands is seen. Colours, dashes and
fonts are classes of the style sheet; nothing here needs a style attribute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from clips.columns import Column
from reports.grid import Grid, Places
from reports.names import amount, heading
from selection.policy import Side

BINS = 48
COLOURS = 8
DASHES = 3
_TOP, _PLOT, _BOTTOM = 16, 96, 18  # px: labels of the bounds, bars, axis
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Bins:
    """Parts of an axis, each from an edge of its grid to the next one's; the last holds its end.

    What lies beyond the axis is counted in the first or the last.

    Args:
        starts: places of the first value of each bin, see `Grid.places`.
        edges: ends of the bins, one more than there are bins.
    """

    starts: tuple[int, ...]
    edges: tuple[float, ...]

    @classmethod
    def over(cls, grid: Grid) -> "Bins":
        """At most `BINS` of them, each of the same number of steps."""
        edges = grid.edges
        step = -(-(edges.size - 1) // BINS)
        at = range(0, edges.size - 1, step)
        return cls(tuple(2 * i + 1 for i in at), (*edges[list(at)].tolist(), float(edges[-1])))

    def counts(self, places: Places) -> Counts:
        """Clips in each bin; those without a value are left out."""
        known = places[places >= 0]
        at = np.searchsorted(self.starts, known, "right") - 1
        return np.bincount(np.maximum(at, 0), minlength=len(self.starts))

    def says(self, n: int, column: Column) -> str:
        """What a bin holds, in words."""
        start, end = (amount(column.name, edge, column.unit) for edge in self.edges[n : n + 2])
        return f"{start} to {end}"


def overlay(
    voices: Sequence[Counts],
    bins: Bins,
    bounds: Sequence[tuple[str, Side, float]],
    column: Column,
) -> str:
    """A distribution, its voices over one another.

    Args:
        voices: clips of each voice in each bin.
        bins: of the axis.
        bounds: verdict, side and value, as `selection.policy.MeasuredRule.bounds` gives them.
        column: what was measured.

    Returns:
        An ``<svg>`` element. Each bar says in ``data-bin`` which bin it is.
    """
    axis = bins.edges[0], bins.edges[-1]
    total = np.vstack(voices).sum(axis=0)
    tallest = max(int(total.max()), 1)
    low, high = (amount(column.name, end, column.unit) for end in axis)
    label = f"{heading(column.name)}: {int(total.sum())} values from {low} to {high}"
    height = _TOP + _PLOT + _BOTTOM
    width = axis[1] - axis[0]
    parts = [
        f'<svg class="overlay" width="100%" height="{height}" role="img"'
        f' aria-label="{escape(label)}">',
        *_zones(bounds, axis),
        *_scale(tallest),
        f'<svg x="0" y="{_TOP}" width="100%" height="{_PLOT}"'
        f' viewBox="0 0 1000 {_PLOT}" preserveAspectRatio="none">',
    ]
    xs = [1000 * (edge - axis[0]) / width for edge in bins.edges]
    for n, count in enumerate(total.tolist()):
        if count:
            top = _height(count, tallest)
            parts.append(
                f'<rect class="bar" data-bin="{n}" x="{xs[n]:.1f}" y="{_PLOT - top:.1f}"'
                f' width="{xs[n + 1] - xs[n]:.1f}" height="{top:.1f}"/>'
            )
    if len(voices) > 1:
        parts += [
            f'<path class="{tone(n)}" d="{_steps(counts, xs, tallest)}"/>'
            for n, counts in enumerate(voices)
            if counts.any()
        ]
    parts += ["</svg>", f'<line class="axis" x1="0" x2="100%" y1="{_TOP + _PLOT}"']
    parts += [f' y2="{_TOP + _PLOT}"/>', *_lines(bounds, axis, column)]
    for at, anchor, value in (("0", "start", low), ("100%", "end", high)):
        parts.append(
            f'<text class="tick" x="{at}" y="{height - 4}" text-anchor="{anchor}">'
            f"{escape(value)}</text>"
        )
    return "".join((*parts, "</svg>"))


def tone(voice: int) -> str:
    """Classes of the line of a voice: colours first, then other dashes."""
    return f"voice c{voice % COLOURS} d{voice // COLOURS % DASHES}"


def _height(count: int, tallest: int) -> float:
    return float(_PLOT * np.log1p(count) / np.log1p(tallest))


def _steps(counts: Counts, xs: Sequence[float], tallest: int) -> str:
    path, before = f"M0 {_PLOT}", float(_PLOT)
    for n, count in enumerate(counts.tolist()):
        y = round(_PLOT - _height(count, tallest), 1)
        if y != before:
            path += f"H{xs[n]:.1f}V{y:g}"
            before = y
    return f"{path}H1000V{_PLOT}"


def _scale(tallest: int) -> list[str]:
    """Lines at 1, 10, 100 ... clips."""
    parts, count = [], 1
    while count <= tallest:
        y = _TOP + _PLOT - _height(count, tallest)
        parts.append(f'<line class="level" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="level" x="2" y="{y - 2:.1f}">{count:,}</text>')
        count *= 10
    return parts


def _percent(value: float, axis: tuple[float, float]) -> float:
    return round(100 * (value - axis[0]) / (axis[1] - axis[0]), 2)


def _zones(bounds: Sequence[tuple[str, Side, float]], axis: tuple[float, float]) -> list[str]:
    """Tinted areas beyond the bounds; a review zone ends where the reject zone starts."""
    rects = []
    for side in ("below", "above"):
        mine = [(verdict, _percent(value, axis)) for verdict, s, value in bounds if s == side]
        if side == "below":
            edges = [0.0, *(at for _, at in mine)]
        else:
            edges = [*(at for _, at in mine), 100.0]
        for (verdict, _), (start, end) in zip(mine, pairwise(edges), strict=True):
            rects.append(
                f'<rect class="zone {verdict}" x="{start:g}%" y="{_TOP}"'
                f' width="{max(end - start, 0):g}%" height="{_PLOT}"/>'
            )
    return rects


def _lines(
    bounds: Sequence[tuple[str, Side, float]], axis: tuple[float, float], column: Column
) -> list[str]:
    """Bound lines, each label over its own zone; one without room is left to the caption."""
    parts, free_from = [], -2.0
    for verdict, side, value in bounds:
        at = _percent(value, axis)
        text = f"{'<' if side == 'below' else '>'} {amount(column.name, value, '')}"
        width = 3.0 * len(text)
        before = (side == "below" and at - width >= free_from) or at + width > 102
        start = at - width if before else at
        parts.append(
            f'<line class="bound {verdict}" x1="{at:g}%" x2="{at:g}%" y1="{_TOP - 2}"'
            f' y2="{_TOP + _PLOT}"/>'
        )
        if start >= free_from:
            parts.append(
                f'<text class="bound {verdict}" x="{at:g}%" y="10"'
                f' text-anchor="{"end" if before else "start"}">{escape(text)}</text>'
            )
            free_from = start + width
    return parts
