"""A text cut into slots: words, numbers and signs with the ways to say them."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from math import prod

from clips.languages import LANGUAGES
from scorers.asr.text.atoms import Atom, atoms_of
from scorers.asr.text.cjk import simplified
from scorers.asr.text.clean import clean, dotted, fold, tones_first
from scorers.asr.text.dates import read_month
from scorers.asr.text.english import short_forms, spelling
from scorers.asr.text.fractions import spelt_out
from scorers.asr.text.japanese import as_it_sounds
from scorers.asr.text.lattice import Forms, Reading, Slot, plain_slot
from scorers.asr.text.money import price_starts, read_price
from scorers.asr.text.places import Place, in_address
from scorers.asr.text.quantities import read_number, with_rest
from scorers.asr.text.romans import roman_readings
from scorers.asr.text.rules import Rules, alike, lettered, parse, rules_of


def slots_of(text: str, tag: str) -> list[Slot]:
    """The slots of a text in a known language."""
    rules = rules_of(tag)
    whole = _prepared(text, tag, rules)
    slots = list(_walk(whole, tag, rules))
    if not LANGUAGES[tag].unspaced:
        return slots
    units = _units(slots, rules)
    return as_it_sounds(units) if tag == "ja" else units


def with_like_marks(label: str, heard: str, tag: str) -> tuple[str, str]:
    """Both texts without optional vowel signs where only one of them has any."""
    marks = rules_of(tag).marks
    if not marks or bool(re.search(marks, label)) == bool(re.search(marks, heard)):
        return label, heard
    return re.sub(marks, "", label), re.sub(marks, "", heard)


def _prepared(text: str, tag: str, rules: Rules) -> str:
    whole = clean(text)
    if LANGUAGES[tag].rules == "zh":
        whole = simplified(whole)
    elif tag == "vi":
        whole = tones_first(whole)
    whole = lettered(whole, tag)
    if rules.fractions:
        whole = spelt_out(whole)
    if rules.elision:
        whole = re.sub(rules.elision, r"\g<0> ", whole, flags=re.IGNORECASE)
    return whole


def _walk(text: str, tag: str, rules: Rules) -> Iterator[Slot]:
    atoms = atoms_of(text, rules, tag)
    at = quantity_end = 0
    while at < len(atoms):
        place = Place(text, atoms, at, tag)
        if atoms[at].kind == "number":
            for slot, count in read_number(place):
                yield slot
                at += count
            quantity_end = at
            continue
        quantity = _before_number(place)
        if quantity:
            for slot, count in quantity:
                yield slot
                at += count
            quantity_end = at
            continue
        yield from (
            _sign(place, at > 0 and at == quantity_end)
            if atoms[at].kind == "sign"
            else _word(place)
        )
        at += 1


def _before_number(place: Place) -> list[tuple[Slot, int]] | None:
    """A price that begins with its sign, a date that begins with its month."""
    atom = place.atoms[place.at]
    starts = price_starts(place.tag)
    price = read_price(place) if atom.text.lower() in starts else None
    if price:
        return with_rest(place, price)
    return read_month(place) if atom.kind in ("word", "abbreviation") else None


def _word(place: Place) -> Iterator[Slot]:
    atom = place.atoms[place.at]
    rules = place.rules
    if atom.kind == "aside":
        words = tuple((fold(word, place.tag),) for word in re.findall(r"\w+", atom.text))
        yield Slot(fold(atom.text, place.tag), ((), words))
        return
    if atom.kind == "abbreviation":
        key = re.sub(r"\s", "", atom.text.lower())
        phrases = _abbreviations(place.tag)[key]
        yield Slot(fold(atom.text, place.tag), tuple(parse(phrase) for phrase in phrases))
        return
    if atom.kind == "initials":
        yield plain_slot(fold(atom.text.replace(".", ""), place.tag))
        return
    before = place.atom(-1)
    word = _key(atom.text, place.tag)
    phrases = rules.words.get(word, ())
    readings: list[Reading] = [parse(phrase) for phrase in phrases]
    if not phrases and place.tag == "en" and "'" in word:
        after = place.atom(1)
        short = short_forms(word, after.text.lower() if after else "")
        readings = [tuple((form,) for form in reading) for reading in short]
    if not readings:
        forms: Forms = alike(place.tag).get(word, (word,))
        readings = [((*forms, "") if word in rules.optional else forms,)]
    if "I" in atom.text and place.tag == "tr":
        readings += [((form,),) for form in dotted(atom.text) if form != word]
    if rules.romans and atom.text[:2].isupper():
        readings += roman_readings(atom.text, place.tag)
    elif before is not None and before.text.lower() in rules.romans_after:
        readings += roman_readings(atom.text.upper(), place.tag)
    yield Slot(word, tuple(readings))


@lru_cache(maxsize=128)
def _abbreviations(tag: str) -> dict[str, tuple[str, ...]]:
    return {re.sub(r"\s", "", key): value for key, value in rules_of(tag).abbreviations.items()}


@lru_cache(maxsize=65_536)
def _key(written: str, tag: str) -> str:
    word = fold(written, tag).replace("׳", "").replace("״", "").rstrip("'")
    return spelling(word) if tag == "en" else word


def _sign(place: Place, after_quantity: bool) -> Iterator[Slot]:
    """A sign that is said, where it is said."""
    atom = place.atoms[place.at]
    rules = place.rules
    before, after = place.atom(-1), place.atom(1)
    glued = after is not None and after.glued
    number_after = glued and after is not None and after.kind == "number"
    number_before = after_quantity or (before is not None and before.text in "%٪°")
    apart = number_before and not glued and after is not None and after.kind == "number"
    joined = number_after and atom.glued and _after_number(place)
    zone = before is not None and before.text.lower() in _ZONES
    phrases: tuple[str, ...] = ()
    if atom.text in "-–—~〜～" and (joined or apart):
        phrases = (rules.to,)
    elif atom.text in "-–" and (_may_be_minus(place) or (number_after and zone)):
        phrases = (rules.minus, *rules.below_zero)
    elif atom.text == "+" and number_after and not number_before:
        phrases = (rules.plus,)
    elif atom.text == "/" and number_before and number_after:
        phrases = (rules.slash,)
    elif atom.text == "." and number_after and not atom.glued and rules.decimal:
        phrases = (rules.decimal[0].split()[0],)
    elif atom.text == "." and (
        _inside(before, atom, after) or (number_after and in_address(place))
    ):
        phrases = (f"{rules.dot}|",) if rules.dot else ()
    elif atom.text in rules.address and in_address(place):
        phrases = (rules.address[atom.text],)
    elif atom.text in "%٪" and number_after and rules.before_percent:
        phrases = rules.before_percent[:1]
    if any(phrases):
        yield Slot(atom.text, tuple(map(parse, phrases)))
    elif atom.text in rules.symbols:
        yield Slot(atom.text, tuple(parse(phrase) for phrase in rules.symbols[atom.text]))


_ZONES = frozenset({"gmt", "utc"})
_MOST_UNIT = 3  # atoms between a number and the sign of a range: 3kg-6kg, 10$-20$, 3月-4月


def _after_number(place: Place) -> bool:
    """A sign right after a number, or after the unit that stands right after one."""
    for offset in range(1, _MOST_UNIT + 1):
        atom = place.atom(-offset)
        if atom is None:
            return False
        if atom.kind == "number":
            return True
        if not atom.glued or atom.text in "([/_":
            return False
    return False


def _may_be_minus(place: Place) -> bool:
    """A dash before an amount is a minus where it joins no word to it.

    A script without spaces has no room before the sign: 最低-5度, but not F-16.
    """
    atom, before, after = place.atoms[place.at], place.atom(-1), place.atom(1)
    if after is None or not after.glued:
        return False
    amount = Place(place.text, place.atoms, place.at + 1, place.tag)
    if after.kind != "number" and not (after.kind in ("sign", "word") and read_price(amount)):
        return False
    if before is None or not atom.glued:
        return before is None or (before.kind != "number" and before.text not in "%٪°")
    if before.kind == "sign":
        return before.text in "([{\"'=:;,，。、；：「『（"
    return LANGUAGES[place.tag].unspaced and before.kind == "word" and not before.text.isascii()


def _inside(before: Atom | None, atom: Atom, after: Atom | None) -> bool:
    """A sign between two words without spaces, as in "example.com"."""
    return (
        before is not None
        and after is not None
        and atom.glued
        and after.glued
        and before.kind in ("word", "number")
        and after.kind == "word"
    )


def _units(slots: list[Slot], rules: Rules) -> list[Slot]:
    """Slots of a script without spaces: one character with its marks each, Latin runs whole."""
    units: list[Slot] = []
    for slot in slots:
        if slot.plain and slot.usual == (slot.written,):
            most = rules.repeat.get(slot.written, 0)
            units.append(_repeat(units, slot.written, most) if most else slot)
        else:
            readings = (spelt for reading in slot.readings for spelt in _spelt(reading))
            units.append(Slot(slot.written, tuple(dict.fromkeys(readings))))
    return units


def _repeat(before: list[Slot], sign: str, most: int) -> Slot:
    """A sign that says again the last characters before it, no one knows how many."""
    said = [unit.usual for unit in before[-most:]]
    tails = ([word for words in said[-size:] for word in words] for size in range(1, len(said) + 1))
    return Slot(sign, (((sign,),), *(tuple((word,) for word in tail) for tail in tails)))


_MOST_SPELT = 32  # ways to spell one reading; beyond them each word is spelt in its first way


def _spelt(reading: Reading) -> Iterator[Reading]:
    """A reading of whole words as readings of characters."""
    columns = [_ways(forms) for forms in reading]
    if prod(map(len, columns)) > _MOST_SPELT:
        columns = [ways[:1] for ways in columns]
    for ways in product(*columns):
        yield tuple(forms for way in ways for forms in way)


def _ways(forms: Forms) -> list[Reading]:
    """A word as characters, once for all of its forms that are one character or none."""
    short = tuple(form for form in forms if len(form) < 2)
    long: list[Reading] = [
        tuple((unit,) for unit in _characters(form)) for form in forms if len(form) > 1
    ]
    return [(short,), *long] if short else long


def _characters(word: str) -> list[str]:
    units: list[str] = []
    for char in word:
        mark = unicodedata.category(char).startswith("M")
        latin = char.isascii() and units and units[-1][-1].isascii()
        if units and (mark or latin):
            units[-1] += char
        elif unicodedata.category(char)[0] in "LMN":
            units.append(char)
    return units
