"""How numbers, hours, bounds and hostile strings are written for people, in every report alike."""

import math
import unicodedata
from collections.abc import Sequence
from typing import Literal

from selection.policy import Rule

WORST_FIRST = ("reject", "review", "accept")
Side = Literal["below", "above"]

# Marks that reorder or hide text. ZWNJ and ZWJ (200C, 200D) stay: Persian and Hindi need them.
_HIDDEN = frozenset(
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u2060\u2061\u2062\u2063\u2064\ufeff"
) | {chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def visible(text: str) -> str:
    r"""Text with every control, reordering or invisible character written out.

    Example:
        >>> visible("one\ntwo\x00 \u202ethree")
        'one⏎two␀ ⟦U+202E⟧three'
    """
    return "".join(map(_visible, text))


def _visible(char: str) -> str:
    if char == "\n":
        return "⏎"
    if char < " ":
        return chr(0x2400 + ord(char))
    if char in _HIDDEN or unicodedata.category(char) in ("Cc", "Cs"):
        return f"⟦U+{ord(char):04X}⟧"
    return char


def count(n: int, noun: str, plural: str = "") -> str:
    """A count with its noun.

    Example:
        >>> count(1, "clip"), count(10000, "clip")
        ('1 clip', '10,000 clips')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def hours(value: float) -> str:
    """Hours as people say them: two units, of which the smaller is rounded down.

    Example:
        >>> hours(9.9667), hours(0.04), hours(0.005), hours(10)
        ('9 h 58 min', '2 min 24 s', '18 s', '10 h')
    """
    seconds = round(value * 3600)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        minutes, rest = divmod(seconds, 60)
        return f"{minutes} min {rest:02d} s" if rest else f"{minutes} min"
    # Rounded down: 9 h 59 min 40 s is not yet ten hours.
    minutes = seconds % 3600 // 60
    return f"{seconds // 3600} h {minutes:02d} min" if minutes else f"{seconds // 3600} h"


def number(value: float | None, digits: int | None = None) -> str:
    """A measured value: ``digits`` decimals, or about three significant figures.

    Example:
        >>> number(12.3456), number(0.3), number(24000.0), number(None)
        ('12.3', '0.3', '24000', '–')
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if digits is not None:
        return f"{value:.{digits}f}"
    if value == int(value) or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.{min(6, 2 - math.floor(math.log10(abs(value))))}f}".rstrip("0").rstrip(".")


def with_unit(value: float | None, unit: str, digits: int | None = None) -> str:
    """A measured value and its unit, the unit left out where there is no value."""
    text = number(value, digits)
    return f"{text} {unit}" if unit and text != "–" else text


def decimals(values: Sequence[float]) -> int:
    """Decimals with which a column of values is told apart and not drowned.

    Example:
        >>> decimals([1.0, 4.0]), decimals([12.31, 40.2]), decimals([0.0012, 0.03])
        (0, 1, 4)
    """
    finite = sorted(abs(v) for v in values if math.isfinite(v))
    if not finite or all(v == int(v) for v in finite):
        return 0
    typical = finite[int(0.9 * (len(finite) - 1))] or finite[-1]
    return max(0, min(4, 2 - math.floor(math.log10(typical))))


def bounds(rule: Rule) -> list[tuple[str, Side, float]]:
    """The bounds of a rule from the lowest to the highest: verdict, side and value."""
    given: list[tuple[str, Side, float | None]] = [
        ("reject", "below", rule.reject_below),
        ("review", "below", rule.review_below),
        ("review", "above", rule.review_above),
        ("reject", "above", rule.reject_above),
    ]
    return [(verdict, side, value) for verdict, side, value in given if value is not None]


def bounds_text(rule: Rule) -> str:
    """The bounds of a rule in words.

    Example:
        >>> snr = {"review_below": 20.0, "reject_below": 10.0}
        >>> bounds_text(Rule(column="snr_db", unit="dB", why="", says="", **snr))
        'reject below 10, review below 20 dB'
    """
    parts = [f"{verdict} {side} {number(value)}" for verdict, side, value in bounds(rule)]
    return f"{', '.join(parts)} {rule.unit}".rstrip()
