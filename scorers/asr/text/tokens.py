"""A text cut into slots: words, numbers and symbols with the ways to say them."""

import re
import unicodedata

from clips.languages import LANGUAGES
from scorers.asr.text.clean import clean, fold, is_letter
from scorers.asr.text.lattice import Slot, plain_slot

_INNER_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


def slots_of(text: str, tag: str) -> list[Slot]:
    """The slots of a text in a known language."""
    words = split_words(clean(text), tag)
    if LANGUAGES[tag].unspaced:
        words = [unit for word in words for unit in _units(word)]
    return [plain_slot(word) for word in words]


def split_words(text: str, tag: str) -> list[str]:
    kept = _INNER_APOSTROPHE.sub("\ue000", text)
    spaced = "".join(c if c == "\ue000" or is_letter(c) else " " for c in kept)
    return [fold(word.replace("\ue000", "'"), tag) for word in spaced.split()]


def _units(word: str) -> list[str]:
    """Runs of Latin letters and digits whole, every other letter with its marks alone."""
    units: list[str] = []
    for char in word:
        mark = unicodedata.category(char).startswith("M")
        latin = char.isascii() and units and units[-1][-1].isascii()
        if units and (mark or latin):
            units[-1] += char
        else:
            units.append(char)
    return units
