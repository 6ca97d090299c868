"""Dates: figures in any order, or a day beside the name of its month."""

import re
from collections.abc import Mapping
from functools import lru_cache

from scorers.asr.text.clean import clean, fold
from scorers.asr.text.lattice import Forms, Reading, Slot
from scorers.asr.text.numbers import integer
from scorers.asr.text.places import Place, Readings
from scorers.asr.text.rules import lettered, parse, rules_of
from scorers.asr.text.spoken import cardinals, ordinals
from scorers.asr.text.units import babel_tag

Slots = list[tuple[Slot, int]]

_MOST = 32
_YEAR_FIRST = re.compile(
    r"(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![\d/]|[.-]\d)"
)
_YEAR_LAST = re.compile(
    r"(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})(?![\d/]|[.-]\d)"
)
_YEAR_MONTH = re.compile(r"(?P<y>(?:1\d|20)\d\d)-(?P<m>0\d|1[0-2])(?![\d-])")
_DAY_MONTH = re.compile(r"(?P<a>\d{1,2})(?P<s>[./])(?P<b>\d{1,2})(?![\d/]|[.,:]\d)")


@lru_cache(maxsize=128)
def month_forms(tag: str) -> tuple[Forms, ...]:
    """The names of the twelve months in a language, by CLDR; cases are forms of one word."""
    from babel.dates import get_month_names

    ways = [get_month_names("wide", way, babel_tag(tag)) for way in ("format", "stand-alone")]
    return tuple(
        tuple(dict.fromkeys(_plain(str(way[month]), tag) for way in ways)) for month in range(1, 13)
    )


@lru_cache(maxsize=128)
def months(tag: str) -> Mapping[str, int]:
    """What is written for a month, names and abbreviations, as the number of the month."""
    from babel.dates import get_month_names

    found: dict[str, int] = {}
    for month, forms in enumerate(month_forms(tag), start=1):
        names = [
            get_month_names("abbreviated", way, babel_tag(tag))[month]
            for way in ("format", "stand-alone")
        ]
        written = [*forms, *(_plain(str(name), tag).rstrip(".") for name in names)]
        written += [form[:size] for form in forms for size in (3, 4) if len(form) > size]
        for name in written:
            if name.isalpha() and len(name) > 2:
                found.setdefault(name, month)
    return found


@lru_cache(maxsize=65_536)
def _plain(name: str, tag: str) -> str:
    return fold(lettered(clean(name), tag), tag)


def read_date(place: Place) -> Slots | None:
    """A date that begins with a number: its day and month, and its year after them."""
    if not place.rules.dates:
        return None
    return _in_figures(place) or _day_before_month(place) or None


def _in_figures(place: Place) -> Slots | None:
    start = place.atoms[place.at].start
    found = _YEAR_FIRST.match(place.text, start)
    if found:
        pieces = [found["m"], found["d"]]
        orders = [(int(found["d"]), int(found["m"]))]
    elif found := _YEAR_LAST.match(place.text, start):
        pieces = [found["a"], found["b"]]
        first, second = map(int, pieces)
        orders = [(first, second), (second, first)]
        if place.rules.date_order == "mdy" and found["s"] != "-":
            orders.reverse()
    elif found := _YEAR_MONTH.match(place.text, start):
        return _month_of_year(place, found)
    else:
        return None
    orders = [order for order in dict.fromkeys(orders) if _is_date(*order)]
    if not orders:
        return None
    named = [reading for order in orders for reading in _day_and_month(*order, place.tag)]
    readings = (*named[: _MOST - 2], *_figures(pieces, place.tag))
    written = f"{orders[0][0]}.{orders[0][1]}"
    day = Slot(written, tuple(dict.fromkeys(readings)))
    return [(day, place.taken_to(found.end())), (_year_slot(found["y"], place.tag), 0)]


def _is_date(day: int, month: int) -> bool:
    return 1 <= day <= 31 and 1 <= month <= 12


def _figures(pieces: list[str], tag: str) -> Readings:
    """The figures of a day and a month as numbers, a zero before them said or not."""
    between = parse(_optional(rules_of(tag).slash))
    spelt = [integer(piece, tag)[:1] for piece in pieces]
    counted = [cardinals(int(piece), tag)[:1] for piece in pieces]
    ranked = [_ranked(piece, tag) for piece in pieces]
    return tuple(
        start + between + end
        for first, second in (spelt, counted, ranked)
        for start in first
        for end in second
    )


def _ranked(figures: str, tag: str) -> Readings:
    """Figures as a rank, where a language says numbers so, a zero before it said or not."""
    rules = rules_of(tag)
    if not rules.free_ordinals:
        return ()
    zero = parse(_optional(rules.zero)) if figures.startswith("0") else ()
    return tuple(zero + rank for rank in ordinals(int(figures), tag))


def _month_of_year(place: Place, found: re.Match[str]) -> Slots | None:
    month = int(found["m"])
    name: Reading = (month_forms(place.tag)[month - 1],)
    year = integer(found["y"], place.tag)[:3]
    between = parse(place.rules.to)
    numbers = integer(found["m"], place.tag)[:2]
    readings = [name + parse(_optional(place.rules.date_of)) + one for one in year]
    readings += [one + between + two for one in year for two in numbers]
    return [place.slot(place.taken_to(found.end()), tuple(readings))]


def _optional(word: str) -> str:
    return f"{word}|" if word and not word.endswith("|") else word


def _year_slot(year: str, tag: str) -> Slot:
    before = parse(_optional(rules_of(tag).date_of))
    said = integer(year, tag)
    if len(year) == 2:
        said += _ranked(year, tag)
        said += tuple(way for century in ("20", "19") for way in integer(century + year, tag)[:3])
    return Slot(year, tuple(before + reading for reading in said) or (((year,),),))


def _day_and_month(day: int, month: int, tag: str, month_first: bool | None = None) -> Readings:
    """Readings of a day of a month; in the order of the text where a language has both orders."""
    templates = rules_of(tag).dates
    if month_first is not None:
        same = tuple(one for one in templates if one.startswith("{M}") == month_first)
        templates = same or (*templates, "{M} {d}")
    parts: dict[str, tuple[Reading, ...]] = {
        "{d}": cardinals(day, tag)[:2],
        "{o}": ordinals(day, tag)[:2],
        "{n}": cardinals(month, tag)[:1],
        "{r}": ordinals(month, tag)[:1],
        "{M}": ((month_forms(tag)[month - 1],),),
    }
    found: list[Reading] = []
    for template in templates:
        options: list[Reading] = [()]
        for word in template.split():
            said = parts.get(word, (parse(word),))
            options = [start + end for start in options for end in said]
        found += options
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=128)
def _named(tag: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A day before the name of its month, and one after it."""
    rules = rules_of(tag)
    names = "|".join(sorted(map(re.escape, months(tag)), key=len, reverse=True))
    of = rf"(?:\s(?:{rules.date_of}))?" if rules.date_of else ""
    suffix = rf"(?:{rules.ordinal_suffix})?" if rules.ordinal_suffix else ""
    year = rf"(?P<after>\.?,?{of}[\s-]+(?P<y>\d{{4}})(?![\d.,:/-]*\d))?"
    before = rf"(?P<d>\d{{1,2}})\.?{suffix}{of}[\s-]*(?P<m>{names})(?!\w){year}"
    behind = (
        rf"(?P<m>{names})\.?[\s-]+(?P<d>\d{{1,2}}){suffix}(?![\w:%/]|[.,]\d|-(?!\d{{4}}\b)\d){year}"
    )
    return re.compile(before, re.IGNORECASE), re.compile(behind, re.IGNORECASE)


def _day_before_month(place: Place) -> Slots | None:
    return _by_name(place, month_first=False)


def read_month(place: Place) -> Slots | None:
    """The name of a month with a day after it."""
    name = _plain(place.atoms[place.at].text, place.tag).strip(".")
    if not place.rules.dates or name not in months(place.tag):
        return None
    return _by_name(place, month_first=True)


def _by_name(place: Place, month_first: bool) -> Slots | None:
    start = place.atoms[place.at].start
    found = _named(place.tag)[month_first].match(place.text, start)
    if not found:
        return None
    month = months(place.tag).get(_plain(found["m"], place.tag))
    if month is None or not _is_date(int(found["d"]), month):
        return None
    said = _day_and_month(int(found["d"]), month, place.tag, month_first)
    end = found.start("after") if found["y"] else found.end()
    taken = place.taken_to(end)
    slots: Slots = [(Slot(f"{int(found['d'])}.{month}", said), taken)]
    if found["y"]:
        slots.append((_year_slot(found["y"], place.tag), place.taken_to(found.end()) - taken))
    return slots


def read_day_month(place: Place) -> Readings:
    """Readings of "2.3." or "2/3" as a day and a month, to be tried beside a number's own."""
    if not place.rules.dates:
        return ()
    found = _DAY_MONTH.match(place.text, place.atoms[place.at].start)
    if not found or (found["s"] == "." and place.rules.decimal_mark == "."):
        return ()
    first, second = int(found["a"]), int(found["b"])
    orders = [(first, second)] if place.rules.date_order == "dmy" else [(second, first)]
    return tuple(
        reading
        for day, month in orders
        if _is_date(day, month)
        for reading in _day_and_month(day, month, place.tag)
    )
