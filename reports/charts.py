"""Numbers -> SVG. Widths are percentages, so that a chart fits any page and its text never scales.

Colours and fonts are classes of `report.css`; nothing here needs a style attribute.
"""

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from clips.numbers import duration, number, with_unit

BINS = 24
_TOP, _PLOT, _BOTTOM = 16, 56, 18  # px: room above, bars, axis


def shared_range(
    values: Sequence[float], marks: Sequence[float] = (), low: float | None = None
) -> tuple[float, float]:
    """Axis for all histograms of one column: holds the marks and all but far outliers.

    Args:
        values: of every voice; what is not finite is left out.
        marks: bounds to draw.
        low: smallest possible value, where the column has one.

    Returns:
        Lower and upper end, different from each other.
    """
    finite = np.asarray(values, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    ends = list(marks)
    if finite.size:
        lowest, highest = np.percentile(finite, (1, 99))
        reach = 2 * (highest - lowest)
        near = finite[(finite >= lowest - reach) & (finite <= highest + reach)]
        ends += [float(near.min()), float(near.max())]
    if not ends:
        return 0.0, 1.0
    start, end = min(ends), max(ends)
    margin = 0.06 * (end - start) or max(abs(end) * 0.1, 0.5)
    padded = start - margin
    if low is not None and start >= low:
        padded = max(padded, low)
    return padded, end + margin


def histogram(
    values: Sequence[float],
    axis: tuple[float, float],
    title: str,
    unit: str = "",
) -> str:
    """One small histogram.

    Args:
        values: measured values; those outside the axis are counted in its first or last bar.
        axis: lower and upper end, from `shared_range`.
        title: what a screen reader says first.
        unit: of the values.

    Returns:
        An ``<svg>`` element.
    """
    low, high = axis
    finite = np.asarray(values, dtype=np.float64)
    finite = finite[~np.isnan(finite)]
    counts, _ = np.histogram(np.clip(finite, low, high), BINS, (low, high))
    tallest = max(int(counts.max()), 1)
    middle = number(float(np.median(finite))) if finite.size else "–"
    label = f"{title}: {finite.size} values, median {middle} {unit}".strip()
    height = _TOP + _PLOT + _BOTTOM
    parts = [
        f'<svg class="histogram" width="100%" height="{height}" role="img"'
        f' aria-label="{escape(label)}">',
        f'<svg x="0" y="{_TOP}" width="100%" height="{_PLOT}" viewBox="0 0 {BINS} 100"'
        ' preserveAspectRatio="none">'
        f'<path class="bars" d="{_bars(counts / tallest)}"/></svg>',
        f'<line class="axis" x1="0" x2="100%" y1="{_TOP + _PLOT}" y2="{_TOP + _PLOT}"/>',
    ]
    for at, anchor, value in (("0", "start", low), ("100%", "end", high)):
        parts.append(
            f'<text class="tick" x="{at}" y="{height - 4}" text-anchor="{anchor}">'
            f"{escape(with_unit(value, unit))}</text>"
        )
    outside = int(np.count_nonzero((finite < low) | (finite > high)))
    if outside:
        parts.append(
            f'<text class="tick" x="50%" y="{height - 4}" text-anchor="middle">'
            f"{outside} beyond</text>"
        )
    return "".join((*parts, "</svg>"))


def _bars(shares: NDArray[np.float64]) -> str:
    return "".join(
        f"M{i + 0.06:g} 100v{-max(100 * share, 2.5):.1f}h.88v{max(100 * share, 2.5):.1f}z"
        for i, share in enumerate(shares)
        if share > 0
    )


def hours_bar(
    offered: float,
    accepted: float,
    selected: float,
    *,
    waiting: float = 0.0,
    minimum: float,
    budget: float,
    scale: float,
) -> str:
    """Hours of one voice as nested bars against the minimum and the budget.

    Args:
        offered: hours handed in.
        accepted: hours that passed, part of the offered.
        selected: hours that enter the mix, part of the accepted.
        waiting: hours in review, drawn behind the accepted.
        minimum: hours a voice needs.
        budget: hours a voice may fill.
        scale: hours at the right end, the same for all voices of a report.

    Returns:
        An ``<svg>`` element; a bar that runs past the scale ends in a chevron.
    """
    label = (
        f"offered {duration(offered)}, accepted {duration(accepted)}, in review"
        f" {duration(waiting)}, selected {duration(selected)}"
    )
    parts = [f'<svg class="hours" width="100%" height="40" role="img" aria-label="{label}">']
    parts.append('<rect class="track" x="0" y="14" width="100%" height="24" rx="3"/>')
    bars = (
        ("offered", offered, 14, 24),
        ("waiting", accepted + waiting if waiting else 0.0, 17, 18),
        ("accepted", accepted, 17, 18),
        ("selected", selected, 21, 10),
    )
    for name, value, y, height in bars:
        if value > 0:
            width = max(100 * min(value / scale, 1.0), 0.4)
            parts.append(
                f'<rect class="{name}" x="0" y="{y}" width="{width:.2f}%" height="{height}"'
                ' rx="2"/>'
            )
    if offered > scale:
        parts.append('<text class="beyond" x="99.5%" y="31" text-anchor="end">»</text>')
    for name, value in (("minimum", minimum), ("budget", budget)):
        at = 100 * value / scale
        anchor = "end" if at > 88 else "start" if at < 15 else "middle"
        parts.append(
            f'<line class="mark" x1="{at:.2f}%" x2="{at:.2f}%" y1="12" y2="40"/>'
            f'<text class="mark" x="{at:.2f}%" y="9" text-anchor="{anchor}">'
            f"{duration(value)} {name}</text>"
        )
    return "".join((*parts, "</svg>"))


def share_bar(share: float) -> str:
    """One bar as long as a share of its place; the number stands beside it."""
    return (
        '<svg class="share" width="100%" height="8" aria-hidden="true">'
        '<rect class="track" width="100%" height="8" rx="2"/>'
        f'<rect class="cost" width="{max(100 * share, 0.5):.1f}%" height="8" rx="2"/></svg>'
    )


def hours_scale(offered: Sequence[float], budget: float) -> float:
    """Right end of `hours_bar` for a set of voices: the longest, but at most four budgets."""
    return 1.02 * min(max([budget, *offered]), 4 * budget)


def verdict_bar(counts: Sequence[tuple[str, int]]) -> str:
    """One bar, parted by verdict in the given order; an empty one where nothing was counted."""
    total = sum(n for _, n in counts)
    label = ", ".join(f"{verdict} {n}" for verdict, n in counts)
    parts = [f'<svg class="verdicts" width="100%" height="22" role="img" aria-label="{label}">']
    parts.append('<rect class="track" x="0" y="0" width="100%" height="22"/>')
    at = 0.0
    for verdict, n in counts:
        if n:
            width = 100 * n / total
            parts.append(
                f'<rect class="{verdict}" x="{at:.3f}%" y="0" width="{width:.3f}%" height="22"/>'
            )
            at += width
    return "".join((*parts, "</svg>"))
