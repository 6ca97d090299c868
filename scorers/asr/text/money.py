"""Amounts of money: a sign before or after a number, magnitudes, hundredths."""

import re
from functools import lru_cache

from scorers.asr.text.lattice import Reading
from scorers.asr.text.numbers import amount, split_number
from scorers.asr.text.places import Found, Place
from scorers.asr.text.rules import parse, rules_of
from scorers.asr.text.spoken import cardinals

_LONGEST = 30


def read_price(place: Place) -> Found:
    """A sign before or after an amount, with a magnitude or with hundredths."""
    rules = place.rules
    found = _price_pattern(place.tag).match(place.text, place.atoms[place.at].start)
    if not found:
        return None
    sign = (found["before"] or found["after"]).lower()
    written, size = found["one"] or found["other"], found["many"] or found["size"]
    split = split_number(written, place.tag)
    if split is None or len(written) > _LONGEST:
        return None
    money = [parse(phrase) for phrase in rules.currencies[sign]]
    many: Reading = (_plural_forms(size.lower()),) if size else ()
    plain = amount(written, place.tag)
    readings = [said + many + coin for coin in money for said in plain]
    whole, part = split
    if len(part) == 2 and not size:
        readings = _with_cents(whole, part, sign, place.tag) + readings
    if not readings:
        return None
    return place.slot(place.taken_to(found.end()), tuple(readings))


def _plural_forms(word: str) -> tuple[str, ...]:
    return (word, word[:-1]) if word.endswith("s") else (word, word + "s")


def _with_cents(whole: str, part: str, sign: str, tag: str) -> list[Reading]:
    rules = rules_of(tag)
    coin = [parse(phrase) for phrase in rules.currencies[sign]]
    cent = [parse(phrase) for phrase in rules.cents.get(sign, ())]
    high, low = cardinals(int(whole), tag)[:1], cardinals(int(part), tag)[:1]
    join = parse(rules.cents_join)
    found: list[Reading] = []
    for start in high:
        if not int(part):
            found += [start + name for name in coin]
        for end in low if int(part) else ():
            optional = [tuple((*forms, "") for forms in name) for name in cent] or [()]
            found += [start + name + join + end + tail for name in coin for tail in optional]
            found.append(start + end)
    if not int(whole):
        found = [end + name for name in cent for end in low] + found
    return found


@lru_cache(maxsize=128)
def _price_pattern(tag: str) -> re.Pattern[str]:
    rules = rules_of(tag)
    signs = sorted(rules.currencies, key=len, reverse=True)
    sign = "|".join(map(re.escape, signs)) or r"(?!)"
    many = (
        "|".join(word for phrase in rules.magnitudes.values() for word in phrase.split("|"))
        or r"(?!)"
    )
    digits = r"\d+(?:[.,]\d+)*(?:[ ']\d{3}(?!\d))*"
    return re.compile(
        rf"(?P<before>{sign})\s?(?P<one>{digits})(?:\s(?P<many>{many})(?!\w))?"
        rf"|(?P<other>{digits})(?:\s(?P<size>{many}))?\s?(?P<after>{sign})(?!\w)",
        re.IGNORECASE,
    )
