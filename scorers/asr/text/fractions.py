"""Fractions: "3/4" is "three quarters", "2 1/2" is "two and a half"."""

import re
import unicodedata
from functools import lru_cache

from scorers.asr.text.dates import read_day_month
from scorers.asr.text.lattice import Reading
from scorers.asr.text.numbers import plural, split_number
from scorers.asr.text.places import Found, Place, Readings
from scorers.asr.text.rules import parse, rules_of
from scorers.asr.text.spoken import cardinals, ordinals

_WRITTEN = re.compile(r"(?:(\d+) )?(\d+)/(\d+(?:[.,' ]\d{3})*)(?![\d/.,]*\d)")
_SIGNS = re.compile("(\\d?)([\u00bc-\u00be\u2150-\u215e\u2189])")


def spelt_out(text: str) -> str:
    """Signs of fractions as digits: "3\u00bd" is "3 1/2"."""
    return _SIGNS.sub(
        lambda sign: (
            (sign[1] + " " if sign[1] else "")
            + unicodedata.normalize("NFKC", sign[2]).replace("\u2044", "/")
        ),
        text,
    )


def read_fraction(place: Place) -> Found:
    """A fraction, alone or after a whole number."""
    rules = place.rules
    found = _WRITTEN.match(place.text, place.atoms[place.at].start)
    if not found or not (rules.fractions or rules.fraction):
        return None
    split = split_number(found[3], place.tag)
    over, under = found[2], split[0] if split else found[3]
    if not under.isdigit() or int(under) < 2:
        return None
    said = _names(int(over), int(under), place.tag)
    if found[1]:
        between = parse(rules.fraction_and)
        lone = [name[1:] for name in said if int(over) == 1 and len(name) > 1]
        wholes = cardinals(int(found[1]), place.tag)[:1]
        parts = (*said, *lone)
        said = tuple(whole + between + part for whole in wholes for part in parts)
    else:
        said += read_day_month(place)
    return place.slot(place.taken_to(found.end()), said) if said else None


def _without_accents(word: str) -> str:
    apart = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", apart.replace("\u0301", ""))


@lru_cache(maxsize=4096)
def _names(over: int, under: int, tag: str) -> Readings:
    rules = rules_of(tag)
    high, below = cardinals(over, tag)[:1], cardinals(under, tag)[:1]
    if rules.fraction:
        words = [parse(word) for word in rules.fraction.split("{n}")[0].split("{d}")]
        return tuple(d + words[1] + n for d in below for n in high)
    found = [start + name for start in high for name in _parts(over, under, tag)]
    if over == 1 and rules.fractions.get(str(under)):
        found += [name for name in _parts(over, under, tag) if len(name) == 1]
    join = parse(rules.fraction_over)
    return (*found, *(start + join + end for start in high for end in below))


def _parts(over: int, under: int, tag: str) -> list[Reading]:
    """The names of one part in so many: "third", "thirds"."""
    rules = rules_of(tag)
    own = [parse(phrase) for phrase in rules.fractions.get(str(under), ())]
    regular: list[Reading] = []
    for template in rules.fractions.get("*", ()):
        name, _, rest = template.partition(" ")
        for said in ordinals(under, tag) if "{o}" in name else cardinals(under, tag)[:1]:
            forms = [way.format(o=form, d=form) for way in name.split("|") for form in said[-1]]
            forms += [_without_accents(form).replace("aa", "a") for form in forms]
            regular.append((*said[:-1], tuple(dict.fromkeys(forms)), *parse(rest)))
    if tag == "en" and over > 1:
        regular = list(plural(regular))
    return own + regular
