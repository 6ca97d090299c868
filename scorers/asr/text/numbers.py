"""The ways to say one written number."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from scorers.asr.text.lattice import Forms, Reading
from scorers.asr.text.rules import Rules, parse, rules_of
from scorers.asr.text.spoken import cardinals, inflected, ordinals, years

_MOST_READINGS = 14


@lru_cache(maxsize=16_384)
def integer(digits: str, tag: str) -> tuple[Reading, ...]:
    """Readings of a run of digits: as a count, a year, in pairs, one by one.

    Empty where nothing says numbers in this language; only one by one where too long to count.
    """
    rules = rules_of(tag)
    number = int(digits)
    counted = cardinals(number, tag)
    if not counted:
        return one_by_one(digits, tag)
    if digits.startswith("0") and len(digits) > 1:
        zeros = one_by_one(digits[: len(digits) - len(str(number))], tag)[:1]
        after = counted if len(digits) == 2 else [zero + end for zero in zeros for end in counted]
        return _few((*one_by_one(digits, tag), *after))
    year = years(number, tag)
    found = [*(year if len(digits) == 4 else ()), *counted]
    if rules.free_ordinals and (number <= 31 or len(digits) == 4):
        found += ordinals(number, tag)
    found += _hundreds(number, rules, tag)
    if rules.pairs and 3 <= len(digits) <= 4:
        found += _pairs(digits, tag)
    found += _magnitude(number, rules, tag)
    if len(digits) > 2:
        found += one_by_one(digits, tag)
    return _few(found)


def decimal(whole: str, part: str, tag: str) -> tuple[Reading, ...]:
    """Readings of a decimal, its mark said in any of the language's ways."""
    rules = rules_of(tag)
    first = cardinals(int(whole or "0"), tag)[:2]
    if not first or not rules.decimal:
        return ()
    if not int(whole or "0"):
        first = tuple((*start[:-1], (*start[-1], "")) for start in first)
    ends = one_by_one(part, tag)
    if not rules.spell_decimals:
        zeros = parse(" ".join([rules.zero] * (len(part) - len(part.lstrip("0")))))
        rest = cardinals(int(part), tag)[:3] if int(part) else ()
        longer = [zeros + end for end in rest]
        ends = (*longer, *ends) if len(part) == 2 else (*ends, *longer)
        ends += rest if rules.decimal_tails else ()
    tail = parse(rules.decimal_tails.get(str(len(part)), ""))
    found = [
        start + parse(mark) + end + tail
        for mark in rules.decimal
        for start in first
        for end in ends
    ]
    if part == "5" and int(whole or "0"):
        found += [start + parse(half) for half in rules.half for start in first[:1]]
    return _few(found)


def ranked(digits: str, tag: str, ending: str = "") -> tuple[Reading, ...]:
    """Readings of an ordinal; only the forms with a written ending where there are any.

    >>> ranked("1", "es", "a")
    ((('primera',),),)
    """
    readings = ordinals(int(digits), tag)
    ended = [(*reading[:-1], _with_ending(reading[-1], ending)) for reading in readings]
    return tuple(reading for reading in ended if reading[-1]) or readings


def _with_ending(forms: Forms, ending: str) -> Forms:
    return tuple(dict.fromkeys(form for form in forms if form.endswith(ending)))


@lru_cache(maxsize=1024)
def listed(digits: str, tag: str) -> tuple[Reading, ...]:
    """Readings of a number that counts the parts of a list: "first", "firstly"."""
    found: list[Reading] = []
    for template in rules_of(tag).list_ranks:
        for reading in ordinals(int(digits), tag):
            lead, _, last = template.rpartition(" ")
            words = tuple(last.format(o=form) for form in reading[-1])
            found.append((*parse(lead), *reading[:-1], words))
    return tuple(found)


def one_by_one(digits: str, tag: str) -> tuple[Reading, ...]:
    """Digit by digit; in English also "double" and "triple"."""
    said: list[Forms] = []
    for digit in digits:
        readings = cardinals(int(digit), tag)
        if not readings:
            return ()
        merged = tuple(form for reading in readings for forms in reading[:1] for form in forms)
        said.append(tuple(dict.fromkeys(merged)))
    plain = tuple(said)
    if tag != "en" or not re.search(r"(.)\1", digits):
        return (plain,)
    grouped: list[Forms] = []
    for run in re.finditer(r"(.)\1{0,2}", digits):
        word = {2: "double", 3: "triple"}.get(len(run[0]))
        grouped += [(word,)] if word else []
        grouped.append(said[run.start()])
    return plain, tuple(grouped)


def _hundreds(number: int, rules: Rules, tag: str) -> Iterator[Reading]:
    high, low = divmod(number, 100)
    if rules.hundreds and 10 <= high < 100 and (high % 10 or high <= 20):
        for start in cardinals(high, tag)[:1]:
            ends = cardinals(low, tag)[:1] if low else ((),)
            yield from (start + parse(rules.hundreds) + end for end in ends)


def _pairs(digits: str, tag: str) -> Iterator[Reading]:
    """Two digits at a time from the right: "five twenty four", "nineteen oh five"."""
    high, low = digits[:-2], digits[-2:]
    starts = cardinals(int(high), tag)[:1]
    ends = one_by_one(low, tag)[:1] if low[0] == "0" else cardinals(int(low), tag)[:1]
    if low == "00":
        ends = (parse(rules_of(tag).hundreds),)
    yield from (start + end for start in starts for end in ends)


def _magnitude(number: int, rules: Rules, tag: str) -> Iterator[Reading]:
    """Large round numbers as a decimal of a magnitude: 4,200,000,000 is 4.2 billion."""
    for power, word in rules.magnitudes.items():
        whole, rest = divmod(number, 10 ** int(power))
        part = f"{rest:0{power}}".rstrip("0")
        if 1 <= whole < 1000 and 1 <= len(part) <= 2:
            yield from (reading + parse(word) for reading in decimal(str(whole), part, tag))


def _few(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    return tuple(dict.fromkeys(readings))[:_MOST_READINGS]


def plural(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """English plurals of numbers: "nineteen fifties", "hundreds"."""
    found = []
    for reading in readings:
        last = reading[-1][0]
        stem = last[:-1] + "ie" if last.endswith("y") else last + "e" * last.endswith("x")
        ending = stem + "s"
        found.append((*reading[:-1], (ending,)))
        if len(reading) == 2 and "one" in reading[0]:
            found.append(((ending,),))
    return _few(found)


def split_number(text: str, tag: str) -> tuple[str, str] | None:
    """The whole and the decimal digits of a written number, None where it is neither.

    Three digits after a mark that is not the language's decimal mark are a group; before them
    Indian groups have two.

    >>> split_number("1.234,5", "de"), split_number("1.234", "en"), split_number("1.2.3", "en")
    (('1234', '5'), ('1', '234'), None)
    """
    mark = rules_of(tag).decimal_mark
    other = "." if mark == "," else ","
    bare = re.sub(r"(?<=\d)[ '](?=\d{3}(?!\d))", "", text)
    grouped = rf"\d{{1,3}}(?:{re.escape(other)}\d{{2,3}})*{re.escape(other)}\d{{3}}"
    if re.fullmatch(grouped, bare.partition(mark)[0]):
        bare = bare.replace(other, "")
    elif re.fullmatch(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}}){{2,}}", bare):
        bare = bare.replace(mark, "")
    found = re.fullmatch(r"(\d+)(?:[.,](\d+))?", bare)
    return (found[1], found[2] or "") if found else None


def amount(text: str, tag: str) -> tuple[Reading, ...]:
    """Readings of a written number with groups and decimals; a version's parts one by one."""
    parts = split_number(text, tag)
    if parts is None:
        return _dotted(text, tag)
    whole, part = parts
    if part:
        return decimal(whole, part, tag)
    found = integer(whole, tag)
    if " " in text:
        groups = [integer(piece, tag)[:1] for piece in text.split()]
        apart = [reading for group in groups for reading in group]
        return _few((*found, _between(apart, ("",)))) if all(groups) else found
    if whole == text or len(whole) != 4:
        return found
    return _few((*cardinals(int(whole), tag), *found))  # "1,998" is a count, not a year


def _dotted(text: str, tag: str) -> tuple[Reading, ...]:
    rules = rules_of(tag)
    pieces = re.split(r"[.,:]", text)
    said = [integer(piece, tag) for piece in pieces]
    if not all(said):
        return ()
    marks = [phrase.split("|")[0] for phrase in rules.decimal if " " not in phrase]
    words = (*marks[:1], *rules.dot.split("|"), "")
    mark = (*dict.fromkeys(word for word in words if word), "")
    ways = [[one[0] for one in said], [one_by_one(piece, tag)[0] for piece in pieces]]
    if not any(piece.startswith("0") and len(piece) > 1 for piece in pieces):
        counted = [cardinals(int(piece), tag) for piece in pieces]
        if all(counted):  # none where a piece is too long for the language's library
            ways.append([ways_of_one[-1] for ways_of_one in counted])
    return _few(_between(way, mark) for way in ways)


def _between(readings: Iterable[Reading], mark: Forms) -> Reading:
    """Readings one after another, with a mark between."""
    words: Reading = ()
    for reading in readings:
        words += ((mark,) if words else ()) + reading
    return words


__all__ = [
    "amount",
    "decimal",
    "inflected",
    "integer",
    "listed",
    "one_by_one",
    "plural",
    "ranked",
    "split_number",
]
