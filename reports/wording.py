"""How bounds and hostile strings are written for people, in every report alike."""

import math
import unicodedata
from collections.abc import Sequence

from clips.numbers import number
from selection.policy import MeasuredRule

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
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(char: str) -> str:
    if char == "\n":
        return "⏎"
    if char < " ":
        return chr(0x2400 + ord(char))
    if char in _HIDDEN or unicodedata.category(char) in ("Cc", "Cs"):
        return f"⟦U+{ord(char):04X}⟧"
    return char


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


def bounds_text(rule: MeasuredRule) -> str:
    """The bounds of a rule in words.

    Example:
        >>> said = {"why": "w", "says": "", "remedy": ""}
        >>> snr = {"review_below": 20.0, "reject_below": 10.0}
        >>> bounds_text(MeasuredRule(column="snr_db", unit="dB", **said, **snr))
        'reject below 10, review below 20 dB'
    """
    parts = [f"{verdict} {side} {number(value)}" for verdict, side, value in rule.bounds]
    return f"{', '.join(parts)} {rule.unit}".rstrip()
