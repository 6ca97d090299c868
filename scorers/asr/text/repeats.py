"""Speech that a recogniser made up often repeats a letter or a few, without a blank between."""

import unicodedata

_LONGEST_UNIT = 24
_FEWEST_TIMES = 4


def repeated_share(text: str) -> float | None:
    """The share of a text that is one and the same piece, four times in a row or more, 0..1.

    Characters are counted and not words, so that it holds in scripts without blanks and for one
    endless word.

    Args:
        text: any; only letters, digits and marks count, whichever case they have.

    Returns:
        Of the longest such run; ``None`` for a text without letters.

    Example:
        >>> repeated_share("謝謝謝謝謝謝"), repeated_share("no, no, no, no"), repeated_share("no")
        (1.0, 1.0, 0.0)
    """
    units = "".join(char for char in text.casefold() if unicodedata.category(char)[0] in "LMN")
    if not units:
        return None
    longest = 0
    for size in range(1, min(_LONGEST_UNIT, len(units) // _FEWEST_TIMES) + 1):
        run = 0
        for char, later in zip(units, units[size:], strict=False):
            run = run + 1 if char == later else 0
            if run + size >= _FEWEST_TIMES * size:
                longest = max(longest, run + size)
    return longest / len(units)
