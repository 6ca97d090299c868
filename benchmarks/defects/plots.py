"""Small SVG plots of the benchmark, without a plotting library."""

import math
from collections.abc import Mapping, Sequence

from benchmarks.defects.figures import Recall
from benchmarks.defects.kinds import Kind

WIDTH, HEIGHT = 210, 130
LEFT, RIGHT, TOP, BOTTOM = 30, 8, 22, 24
COLUMNS = 4
STYLE = (
    "<style>text{font:10px sans-serif;fill:#333}.t{font-weight:bold}"
    ".g{stroke:#ddd}.b{fill:#2b6cb033}.l{fill:none;stroke:#2b6cb0;stroke-width:1.5}"
    ".a{fill:none;stroke:#c05621;stroke-dasharray:3 2}.d{fill:#2b6cb0}"
    ".h{fill:none;stroke:#c05621;stroke-width:1.5}</style>"
)


def panels(graded: Sequence[tuple[Kind, Sequence[Recall]]]) -> str:
    """Recall and AUROC by strength, one panel a defect; strengths stand at even distances."""
    drawn = []
    for number, (kind, found) in enumerate(graded):
        x0, y0 = number % COLUMNS * WIDTH, number // COLUMNS * HEIGHT
        drawn.append(f'<g transform="translate({x0} {y0})">{_panel(kind, found)}</g>')
    rows = -(-len(graded) // COLUMNS)
    return _svg(COLUMNS * WIDTH, rows * HEIGHT, drawn, "Recall and AUROC by strength of the defect")


def _panel(kind: Kind, found: Sequence[Recall]) -> str:
    step = (WIDTH - LEFT - RIGHT) / max(1, len(found) - 1)
    xs = [LEFT + step * i for i in range(len(found))]

    def y(share: float) -> float:
        return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)

    unit = f", {kind.unit}" if kind.unit else ""
    parts = [f'<text class="t" x="{LEFT}" y="13">{kind.name}{unit}</text>']
    for share in (0.0, 0.5, 1.0):
        parts.append(_grid(LEFT, WIDTH - RIGHT, y(share)))
        parts.append(
            f'<text x="{LEFT - 4}" y="{y(share) + 3:.0f}" text-anchor="end">{share:g}</text>'
        )
    high = [(x, y(r.interval[1])) for x, r in zip(xs, found, strict=True)]
    low = [(x, y(r.interval[0])) for x, r in zip(xs, found, strict=True)]
    parts.append(f'<polygon class="b" points="{_points([*high, *reversed(low)])}"/>')
    line = [(x, y(r.share)) for x, r in zip(xs, found, strict=True)]
    parts.append(f'<polyline class="l" points="{_points(line)}"/>')
    area = [(x, y(r.auroc)) for x, r in zip(xs, found, strict=True) if not math.isnan(r.auroc)]
    parts.append(f'<polyline class="a" points="{_points(area)}"/>')
    for x, r in zip(xs, found, strict=True):
        label = f"{r.strength / 1000:g}k" if r.strength >= 1000 else f"{r.strength:g}"
        parts.append(f'<text x="{x:.0f}" y="{HEIGHT - 10}" text-anchor="middle">{label}</text>')
    return "".join(parts)


def estimates(noise: Mapping[str, Sequence[tuple[float, float, float, float]]]) -> str:
    """Estimated against planted SNR: planted, 10th percentile, median, 90th percentile, in dB."""
    side = 220
    drawn = []

    def at(value: float) -> float:
        return LEFT + (min(max(value, -10.0), 50.0) + 10) / 60 * (side - LEFT - RIGHT)

    for number, (name, rows) in enumerate(noise.items()):
        parts = [f'<text class="t" x="{LEFT}" y="13">{name}, dB</text>']
        for value in (0, 20, 40):
            up = side - at(value) + TOP - RIGHT
            parts.append(_grid(LEFT, side - RIGHT, up))
            parts.append(f'<text x="{LEFT - 4}" y="{up + 3:.0f}" text-anchor="end">{value}</text>')
            parts.append(
                f'<text x="{at(value):.0f}" y="{side + 6}" text-anchor="middle">{value}</text>'
            )

        def place(x: float, y: float) -> tuple[float, float]:
            return at(x), side - at(y) + TOP - RIGHT

        band = [place(r[0], r[3]) for r in rows] + [place(r[0], r[1]) for r in reversed(rows)]
        parts.append(f'<polygon class="b" points="{_points(band)}"/>')
        parts.append(f'<polyline class="l" points="{_points([place(r[0], r[2]) for r in rows])}"/>')
        ideal = _points([place(-10, -10), place(45, 45)])
        parts.append(f'<polyline class="a" points="{ideal}"/>')
        drawn.append(f'<g transform="translate({number * side} 0)">{"".join(parts)}</g>')
    return _svg(side * max(1, len(noise)), side + 14, drawn, "Estimated against planted SNR")


def choices(found: Mapping[str, Mapping[str, Mapping[str, float]]], names: Sequence[str]) -> str:
    """What each way of choosing has of each voice, one panel a figure.

    Args:
        found: voice -> ``coverage``, ``score`` or ``random`` -> figure -> value.
        names: of the figures.
    """
    room, line = 70, 18
    high = TOP + line * len(found) + BOTTOM
    drawn = []
    for number, name in enumerate(names):
        values = [ways[way][name] for ways in found.values() for way in ways]
        low, spread = min(values), max(max(values) - min(values), 1e-9)
        parts = [f'<text class="t" x="{room}" y="13">{name}</text>']

        def x(value: float, low: float = low, spread: float = spread) -> float:
            return room + (value - low) / spread * (WIDTH - room - 2 * RIGHT)

        for row, (voice, ways) in enumerate(found.items()):
            y = TOP + line * (row + 0.5)
            at = {way: x(figures[name]) for way, figures in ways.items()}
            parts.append(f'<text x="{room - 8}" y="{y + 3:.0f}" text-anchor="end">{voice}</text>')
            parts.append(_grid(room, WIDTH - RIGHT, y))
            parts.append(f'<circle class="d" cx="{at["coverage"]:.1f}" cy="{y:.1f}" r="4"/>')
            parts.append(f'<circle class="h" cx="{at["score"]:.1f}" cy="{y:.1f}" r="4"/>')
            sides = _points([(at["random"], y - 5), (at["random"], y + 5)])
            parts.append(f'<polyline class="l" points="{sides}"/>')
        for value in (low, low + spread):
            end = (
                f'<text x="{x(value):.0f}" y="{high - 12}" text-anchor="middle">{value:.2f}</text>'
            )
            parts.append(end)
        drawn.append(f'<g transform="translate({number * WIDTH} 0)">{"".join(parts)}</g>')
    return _svg(len(names) * WIDTH, high, drawn, "What each way of choosing has of each voice")


def _grid(x1: float, x2: float, y: float) -> str:
    return f'<line class="g" x1="{x1}" x2="{x2}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _svg(width: int, height: int, parts: Sequence[str], title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' role="img" aria-label="{title}"><title>{title}</title>{STYLE}'
        f'<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )
