"""Roman numerals: "Henry VIII", "XXIe siècle"."""

import re
from functools import lru_cache

from scorers.asr.text.lattice import Reading
from scorers.asr.text.rules import parse, rules_of
from scorers.asr.text.spoken import cardinals, ordinals

_ROMAN = re.compile("(?=[MDCLXVI]{2})(M{0,3})(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})$")
_NUMERAL = re.compile("([MDCLXVI]{2,})([^\\WA-Z]*)$")
_VALUES = {"M": 1000, "D": 500, "C": 100, "L": 50, "X": 10, "V": 5, "I": 1}


def roman_value(text: str) -> int | None:
    """The value of a Roman numeral of two or more letters.

    >>> roman_value("XXI"), roman_value("IIX"), roman_value("I")
    (21, None, None)
    """
    if not _ROMAN.match(text):
        return None
    values = [_VALUES[letter] for letter in text]
    following = [*values[1:], 0]
    pairs = zip(values, following, strict=True)
    return sum(-value if value < after else value for value, after in pairs)


@lru_cache(maxsize=4096)
def roman_readings(text: str, tag: str) -> tuple[Reading, ...]:
    """Readings of a word in capitals as a Roman numeral, by the language's habit."""
    rules = rules_of(tag)
    match = _NUMERAL.match(text)
    value = roman_value(match[1]) if match else None
    if match is None or value is None:
        return ()
    if match[2]:
        suffix = rules.ordinal_suffix
        return ordinals(value, tag) if suffix and re.fullmatch(suffix, match[2]) else ()
    found: list[Reading] = []
    for kind in rules.romans:
        lead, _, which = kind.rpartition(" ")
        said = cardinals(value, tag) if which == "cardinal" else ordinals(value, tag)
        found += [parse(lead) + reading for reading in said]
    return tuple(found)
