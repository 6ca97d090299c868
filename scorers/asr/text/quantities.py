"""Numbers with what stands around them: signs, currencies, units, times, ranks, list markers.

Each reader looks at the atoms from one place on and answers a slot and how many atoms it took, or
None. The first that answers wins, so they stand from the most particular to the plain number.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from clips.languages import LANGUAGES
from scorers.asr.text.atoms import Atom
from scorers.asr.text.clean import fold
from scorers.asr.text.lattice import Reading, Slot
from scorers.asr.text.numbers import amount, integer, plural, ranked, split_number
from scorers.asr.text.rules import Rules, parse, rules_of
from scorers.asr.text.spoken import cardinals, ordinals
from scorers.asr.text.units import UNIT, UNSPACED_UNIT, percent_readings, unit_readings

Readings = tuple[Reading, ...]
_CAP = 16


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader stands."""

    text: str
    atoms: Sequence[Atom]
    at: int
    tag: str

    @property
    def rules(self) -> Rules:
        return rules_of(self.tag)

    def atom(self, offset: int = 0) -> Atom | None:
        index = self.at + offset
        return self.atoms[index] if 0 <= index < len(self.atoms) else None

    def is_sign(self, offset: int, signs: str) -> bool:
        atom = self.atom(offset)
        return atom is not None and atom.kind == "sign" and atom.text in signs

    def slot(self, count: int, readings: Readings) -> tuple[Slot, int]:
        last = self.atoms[self.at + count - 1]
        written = fold(self.text[self.atoms[self.at].start : last.end], self.tag)
        return Slot(written, tuple(dict.fromkeys(readings))[:_CAP]), count

    def taken_to(self, end: int) -> int:
        """How many atoms start before a position of the text."""
        return sum(1 for atom in self.atoms[self.at :] if atom.start < end)


Found = tuple[Slot, int] | None
Reader = Callable[[Place], Found]


def _list_marker(place: Place) -> Found:
    """A list marker, "1." or "2)" where a line begins: it may be read or not."""
    atom = place.atoms[place.at]
    after, then = place.atom(1), place.atom(2)
    before = place.text[: atom.start].rpartition("\n")[2].strip(" (")
    if before or after is None or then is None or not after.glued or after.text not in ".)":
        return None
    if then.glued or len(atom.text) > 2 or not atom.text.isdigit():
        return None
    said = (*integer(atom.text, place.tag), *ranked(atom.text, place.tag))
    usual: Readings = ((),)
    if after.text == "." and place.rules.ordinal_suffix.startswith(r"\."):
        return place.slot(2, (*ranked(atom.text, place.tag), *said, *usual))
    return place.slot(2, usual + said) if said else None


def _price(place: Place) -> Found:
    """A sign before or after an amount, with a magnitude or with hundredths."""
    rules = place.rules
    found = _price_pattern(place.tag).match(place.text, place.atoms[place.at].start)
    if not found:
        return None
    sign = (found["before"] or found["after"]).lower()
    written, size = found["one"] or found["other"], found["many"] or found["size"]
    split = split_number(written, place.tag)
    if split is None:
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


def _time(place: Place) -> Found:
    """An hour and minutes."""
    rules = place.rules
    pattern = _time_pattern(place.tag)
    found = pattern.match(place.text, place.atoms[place.at].start)
    if not found or not rules.times:
        return None
    hour, minute, *_ = (group for group in found.groups() if group is not None)
    if int(hour) > 24 or int(minute) > 59:
        return None
    templates = (*rules.times.get(minute, ()), *(rules.times["*"] if int(minute) else ()))
    readings: list[Reading] = []
    for template in templates:
        readings += _filled(template, int(hour), int(minute), place.tag)
    return place.slot(place.taken_to(found.end()), tuple(readings)) if readings else None


@lru_cache(maxsize=128)
def _time_pattern(tag: str) -> re.Pattern[str]:
    rules = rules_of(tag)
    own = f"{rules.time_pattern}|" if rules.time_pattern else ""
    word = rf"(?:\s?(?:{rules.time_word})(?!\w))?" if rules.time_word else ""
    return re.compile(rf"(?:{own}(\d{{1,2}}):(\d{{2}})(?![\d:])){word}", re.IGNORECASE)


def _filled(template: str, hour: int, minute: int, tag: str) -> list[Reading]:
    """A template with its numbers said; a 24-hour clock is also read in twelve."""
    found: list[Reading] = []
    for spoken_hour in dict.fromkeys((hour, hour - 12 if hour > 12 else hour)):
        numbers = {
            "{h}": spoken_hour,
            "{m}": minute,
            "{next}": spoken_hour % 12 + 1,
            "{to}": 60 - minute,
        }
        rank = ordinals(spoken_hour, tag) if "{o}" in template else ()
        options: list[Reading] = [()]
        for word in template.split():
            said = cardinals(numbers[word], tag)[:3] if word in numbers else (parse(word),)
            said = rank if word == "{o}" else said
            options = [start + end for start in options for end in said]
        found += options
    return found


def _rank(place: Place) -> Found:
    """A number with an ordinal ending."""
    atom = place.atoms[place.at]
    suffix = place.rules.ordinal_suffix
    if not suffix or not atom.text.isdigit():
        return None
    found = re.compile(rf"(?:{suffix})(?!\w)", re.IGNORECASE).match(place.text, atom.end)
    if not found:
        return None
    said = ranked(atom.text, place.tag)
    if found[0].startswith("."):
        said += integer(atom.text, place.tag)
    return place.slot(place.taken_to(found.end()), said) if said else None


def _decade(place: Place) -> Found:
    """English "1950s", "'80s"."""
    atom, after = place.atoms[place.at], place.atom(1)
    if place.tag != "en" or after is None or not after.glued or after.text.lower() != "s":
        return None
    said = integer(atom.text, "en") if atom.text.isdigit() else ()
    return place.slot(2, plural(said)) if said else None


def _plain(place: Place) -> Found:
    """A number alone; digits stay where nothing says them."""
    atom = place.atoms[place.at]
    said = amount(atom.text, place.tag)
    before = place.atom(-1)
    if place.tag == "en" and before is not None and before.kind == "word":
        said += ranked(atom.text, "en") if atom.text.isdigit() and int(atom.text) < 32 else ()
    if not said:
        bare = re.sub(r"\D", "", atom.text)
        return Slot(bare, (((bare,),),)), 1
    return place.slot(1, said)


def _percent(place: Place) -> Found:
    """A percentage whose word comes before the number."""
    rules = place.rules
    if not rules.before_percent or not place.is_sign(1, "%٪"):
        return None
    said = amount(place.atoms[place.at].text, place.tag)
    readings = [parse(phrase) + number for phrase in rules.before_percent for number in said]
    return place.slot(2, tuple(readings)) if readings else None


def _fraction(place: Place) -> Found:
    """Fractions: "3/4" is "three quarters", 四分之三."""
    low = place.atom(2)
    template = place.rules.fraction
    english = place.tag == "en"
    if (
        not (english or template)
        or low is None
        or low.kind != "number"
        or not place.is_sign(1, "/")
    ):
        return None
    over, under = place.atoms[place.at].text, low.text
    if not (low.glued and over.isdigit() and under.isdigit() and 1 < int(under) < 100):
        return None
    if template:
        high, below = cardinals(int(over), place.tag)[:1], cardinals(int(under), place.tag)[:1]
        words = [parse(word) for word in template.split("{n}")[0].split("{d}")]
        return place.slot(3, tuple(d + words[1] + n for d in below for n in high))
    start = cardinals(int(over), "en")[:1]
    names: Readings = ranked(under, "en")
    if int(over) > 1:
        names = plural(names)
    names = (*(parse(phrase) for phrase in _PARTS.get(under, ())), *names)
    split = tuple(
        first + parse(place.rules.slash) + second
        for first in start
        for second in cardinals(int(under), "en")[:1]
    )
    return place.slot(3, (*(first + name for first in start for name in names), *split))


_PARTS = {"2": ("half|halves",), "4": ("quarter|quarters",)}
_FEET = re.compile("(\\d+)'(\\d+)(\"|'')?(?!\\w)")


def _feet(place: Place) -> Found:
    """English heights: 5'6" is "five foot six"."""
    found = _FEET.match(place.text, place.atoms[place.at].start) if place.tag == "en" else None
    if not found:
        return None
    feet, inches = cardinals(int(found[1]), "en")[:1], cardinals(int(found[2]), "en")[:1]
    readings = tuple(
        one + parse("foot|feet") + two + parse("inches|inch|") for one in feet for two in inches
    )
    return place.slot(place.taken_to(found.end()), readings)


_READERS: tuple[Reader, ...] = (
    _list_marker, _feet, _time, _price, _percent, _fraction, _rank, _decade, _plain,
)  # fmt: skip


def read_number(place: Place) -> list[tuple[Slot, int]]:
    """The slots of the number at a place, with its unit or percent sign after it."""
    found = next(answer for reader in _READERS if (answer := reader(place)))
    slots = [found]
    end = place.atoms[place.at + found[1] - 1].end
    unit = (UNSPACED_UNIT if LANGUAGES[place.tag].unspaced else UNIT).match(place.text, end)
    rest = Place(place.text, place.atoms, place.at + found[1], place.tag)
    if unit and (atom := rest.atom()) and atom.start == unit.start("unit"):
        names = unit_readings(unit["unit"], place.tag)
        if names:
            written = fold(unit["unit"], place.tag)
            slots.append((Slot(written, (*names, ((written,),))), rest.taken_to(unit.end())))
    elif rest.is_sign(0, "%٪") and percent_readings(place.tag):
        slots.append(rest.slot(1, percent_readings(place.tag)))
    return slots


def read_price(place: Place) -> Found:
    """A currency sign before a number."""
    return _price(place)
