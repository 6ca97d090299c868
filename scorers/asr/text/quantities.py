"""Numbers with what stands around them: signs, currencies, units, times, ranks, list markers.

Each reader looks at the atoms from one place on and answers a slot and how many atoms it took, or
None. The first that answers wins, so they stand from the most particular to the plain number.
"""

import re

from clips.languages import LANGUAGES
from scorers.asr.text.clean import fold
from scorers.asr.text.clock import read_time
from scorers.asr.text.lattice import Slot
from scorers.asr.text.money import read_price
from scorers.asr.text.numbers import amount, integer, plural, ranked
from scorers.asr.text.places import Found, Place, Reader, Readings
from scorers.asr.text.rules import parse
from scorers.asr.text.spoken import cardinals
from scorers.asr.text.units import UNIT, UNSPACED_UNIT, percent_readings, unit_readings


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
    _list_marker, _feet, read_time, read_price, _percent, _fraction, _rank, _decade, _plain,
)  # fmt: skip


_LONGEST = 30  # longer runs of digits are no numbers that anyone says


def read_number(place: Place) -> list[tuple[Slot, int]]:
    """The slots of the number at a place, with its unit or percent sign after it."""
    number = place.atoms[place.at].text
    if len(number) > _LONGEST:
        return [(Slot(number, (((number,),),)), 1)]
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
