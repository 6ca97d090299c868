"""Written forms of a language by its own table: dates, times, fractions and ranks as patterns.

A form is a regular expression and the ways to say what it matches. In these `{1}` is the first
group as a count, `{1+}` the count after it, `{1d}` its digits one by one, `{1y}` any reading of an
integer, `{1a}` of an amount, and `{1:months}` what the language's table "months" has for it; a
way is passed over where the table has nothing.
"""

import re
from functools import lru_cache
from itertools import islice, product

from scorers.asr.text.clean import clean, fold
from scorers.asr.text.lattice import Forms, Reading
from scorers.asr.text.numbers import amount, integer, one_by_one
from scorers.asr.text.places import Found, Place
from scorers.asr.text.rules import lettered, rules_of
from scorers.asr.text.spoken import cardinals

_MOST = 32
_FIELD = re.compile(r"\{(\d)(?:([+dya])|:(\w+))?\}")


def read_form(place: Place) -> Found:
    """The first of the language's forms that stands at a place."""
    start = place.atoms[place.at].start
    for pattern, ways in _forms(place.tag):
        found = pattern.match(place.text, start)
        readings = _said(found, ways, place.tag) if found else ()
        if found and readings:
            return place.slot(place.taken_to(found.end()), readings)
    return None


@lru_cache(maxsize=128)
def _forms(tag: str) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    return tuple(
        (re.compile(rf"(?:{lettered(clean(pattern), tag)})(?!\d)", re.IGNORECASE), ways)
        for pattern, ways in rules_of(tag).forms.items()
    )


def _said(found: re.Match[str], ways: tuple[str, ...], tag: str) -> tuple[Reading, ...]:
    readings: list[Reading] = []
    for way in ways:
        columns = [_word(word, found, tag) for word in way.split()]
        for parts in islice(product(*columns), _MOST):
            readings.append(tuple(forms for part in parts for forms in part))
    return tuple(dict.fromkeys(readings))


def _word(word: str, found: re.Match[str], tag: str) -> tuple[Reading, ...]:
    field = _FIELD.fullmatch(word)
    if not field:
        return ((_plain(word, tag),),)
    digits, kind = found[int(field[1])] or "", field[2]
    if field[3]:
        phrase = rules_of(tag).tables[field[3]].get(digits.lstrip("0") or "0")
        return (tuple(_plain(piece, tag) for piece in phrase.split()),) if phrase else ()
    if kind == "d":
        return one_by_one(digits, tag)
    if kind == "a":
        return amount(digits, tag)[:4]
    if kind == "y":
        return integer(digits, tag)[:4]
    return cardinals(int(digits) + (kind == "+"), tag)[:3]


def _plain(word: str, tag: str) -> Forms:
    return tuple(fold(lettered(clean(form), tag), tag) for form in word.split("|"))
