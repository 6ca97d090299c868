"""Numbers with what stands around them: signs, currencies, units, times, ranks, list markers.

Each reader looks at the atoms from one place on and answers a slot and how many atoms it took, or
None. The first that answers wins, so they stand from the most particular to the plain number.
"""

import re
import unicodedata

from scorers.asr.text.clean import fold
from scorers.asr.text.clock import dotted_time, read_time
from scorers.asr.text.dates import read_date, read_day_month
from scorers.asr.text.forms import read_form
from scorers.asr.text.fractions import read_fraction
from scorers.asr.text.lattice import Slot
from scorers.asr.text.money import magnitude_names, read_price
from scorers.asr.text.numbers import (
    amount,
    integer,
    listed,
    one_by_one,
    plural,
    ranked,
    split_number,
)
from scorers.asr.text.places import Found, Place, Reader, Readings, in_address
from scorers.asr.text.rules import parse
from scorers.asr.text.spoken import cardinals
from scorers.asr.text.units import (
    per_readings,
    percent_readings,
    unit_pattern,
    unit_readings,
)


def _list_marker(place: Place) -> Found:
    """A list marker, "1." or "2)" where a line begins: it may be read or not."""
    atom = place.atoms[place.at]
    after, then = place.atom(1), place.atom(2)
    before = place.text[: atom.start].rpartition("\n")[2].strip(" (")
    if after is None or then is None or not after.glued or after.text not in ".)":
        return None
    if then.glued or len(atom.text) > 2 or not atom.text.isdigit():
        return None
    if before and before[-1] not in ".!?;:":
        return None
    ranks = (*ranked(atom.text, place.tag), *listed(atom.text, place.tag))
    said = (*integer(atom.text, place.tag), *ranks)
    usual: Readings = () if before else ((),)
    if after.text == "." and place.rules.ordinal_suffix.startswith(r"\."):
        said = (*ranks, *said)
        return place.slot(2, said + usual) if said else None
    return place.slot(2, usual + said) if said else None


def _rank(place: Place) -> Found:
    """A number with an ordinal ending."""
    atom = place.atoms[place.at]
    suffix = place.rules.ordinal_suffix
    split = split_number(atom.text, place.tag)
    if not suffix or split is None or split[1] or len(split[0]) > _LONGEST:
        return None
    found = re.compile(rf"(?:{suffix})(?!\w)", re.IGNORECASE).match(place.text, atom.end)
    if not found:
        return None
    ending = unicodedata.normalize("NFKC", found[0]).strip(" .:-\u00b0").lower()
    said = ranked(split[0], place.tag, ending)
    if found[0].strip() == ".":
        said += (*integer(split[0], place.tag), *listed(split[0], place.tag))
    if "°" in found[0]:
        degrees = unit_readings("°", place.tag)
        said += tuple(start + end for start in integer(split[0], place.tag)[:2] for end in degrees)
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
    said += read_day_month(place)
    said += dotted_time(place)
    if atom.text.isdigit() and in_address(place):
        said += one_by_one(atom.text, place.tag)
    if not said:
        split = split_number(atom.text, place.tag)
        bare = ".".join(filter(None, split)) if split else atom.text
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
    _list_marker, _feet, read_form, read_time, read_price, _percent, read_fraction, _rank, _decade,
    _plain,
)  # fmt: skip


_LONGEST = 30  # longer runs of digits are no numbers that anyone says


def read_number(place: Place) -> list[tuple[Slot, int]]:
    """The slots of the number at a place, with its unit or percent sign after it."""
    number = place.atoms[place.at].text
    if len(number) > _LONGEST:
        return [(Slot(number, (((number,),),)), 1)]
    date = read_date(place)
    if date:
        return date
    found = next(answer for reader in _READERS if (answer := reader(place)))
    return with_rest(place, found)


def with_rest(place: Place, found: tuple[Slot, int]) -> list[tuple[Slot, int]]:
    """A number or a price with the unit, the magnitude or the "per" after it."""
    slots = [found]
    for reader in (_size, _unit, _per):
        rest = Place(
            place.text, place.atoms, place.at + sum(count for _, count in slots), place.tag
        )
        after = reader(rest) if rest.atom() else None
        slots += [after] if after else []
    return slots


def _size(place: Place) -> Found:
    """A letter for a magnitude after a number: "5.3M" is "five point three million"."""
    atom = place.atoms[place.at]
    letter = atom.glued and atom.text.lower() in place.rules.short_magnitudes
    sizes = magnitude_names(atom.text, place.tag) if atom.kind in ("word", "abbreviation") else ()
    units = unit_readings(atom.text, place.tag)
    short = len(atom.text) < (3 if units else 2)
    if not sizes or (short and not letter):
        return None
    readings = (*((size,) for size in sizes), *units)
    if units and atom.text.islower():
        readings = (*units, *((size,) for size in sizes))
    written = fold(atom.text, place.tag)
    return place.slot(1, (*readings, ((written,),)))


def _unit(place: Place) -> Found:
    """A unit or a percent sign after a number."""
    if place.is_sign(0, "%٪") and percent_readings(place.tag):
        return place.slot(1, percent_readings(place.tag))
    start = place.atoms[place.at - 1].end
    found = unit_pattern(place.tag).match(place.text, start)
    if not found or found.start("unit") != place.atoms[place.at].start:
        return None
    names = unit_readings(found["unit"], place.tag)
    if "/" in place.text[place.atoms[max(place.at - 2, 0)].start : start]:
        names = (*names, *(parse(place.rules.magnitude_of) + name for name in names))
    written = fold(found["unit"], place.tag)
    taken = place.taken_to(found.end())
    return place.slot(taken, (*names, ((written,),))) if names else None


def _per(place: Place) -> Found:
    """A slash and a unit, or any word, after a number, a price or a unit."""
    after = place.atom(1)
    if not place.is_sign(0, "/") or after is None or not after.glued:
        return None
    if after.kind not in ("word", "abbreviation"):
        return None
    said = per_readings(after.text.rstrip("."), place.tag)
    return place.slot(2, said) if said else None
