"""How numbers, counts and lengths are written for people, everywhere alike."""

import math

import numpy as np


def number(value: float | None, digits: int | None = None) -> str:
    """A measured value: ``digits`` decimals, or four significant figures (five from 1000 on).

    A whole number is written in full; there is never an exponent.

    Example:
        >>> number(12.34567), number(0.3), number(24000.0), number(None)
        ('12.35', '0.3', '24000', '–')
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if digits is not None:
        return f"{value:.{digits}f}"
    figures = 4 if abs(value) < 1000 else 5
    short = value if value == int(value) else float(f"{value:.{figures}g}")
    return np.format_float_positional(short + 0.0, trim="-")


def with_unit(value: float | None, unit: str, digits: int | None = None) -> str:
    """A measured value and its unit, the unit left out where there is no value."""
    text = number(value, digits)
    return f"{text} {unit}" if unit and text != "–" else text


def count(n: int, noun: str, plural: str = "") -> str:
    """A count with its noun.

    Example:
        >>> count(1, "clip"), count(10000, "clip")
        ('1 clip', '10,000 clips')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def duration(hours: float, *, up: bool = False) -> str:
    """Hours as people say them: two units at most.

    What there is is rounded down to minutes (9 h 59 min 40 s is not yet ten hours), what is
    missing up, so that nobody sends too little.

    Example:
        >>> duration(9.9667), duration(0.04), duration(0.005), duration(10)
        ('9 h 58 min', '2 min 24 s', '18 s', '10 h')
        >>> duration(9.9999), duration(9.9999, up=True)
        ('9 h 59 min', '10 h')
    """
    seconds = (math.ceil if up else math.floor)(round(hours * 3600, 3))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        minutes, rest = divmod(seconds, 60)
        return f"{minutes} min {rest:02d} s" if rest else f"{minutes} min"
    whole, minutes = divmod(math.ceil(seconds / 60) if up else seconds // 60, 60)
    return f"{whole} h {minutes:02d} min" if minutes else f"{whole} h"
