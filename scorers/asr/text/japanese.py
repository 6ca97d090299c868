"""Japanese as it sounds: one word may be written in kanji, hiragana or katakana.

A word with kanji gets its kana reading, found by Janome with the IPA dictionary, as a second way to
say it. Words that sound alike are then alike, whichever characters a recogniser chose for them:
what it heard cannot tell them apart, and neither can it show that the label is wrong.
"""

import importlib
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from scorers.asr.text.cjk import hiragana
from scorers.asr.text.lattice import Forms, Slot, plain_slot

_ROWS = {
    "あ": "あかがさざただなはばぱまやらわぁゃ",
    "い": "いきぎしじちぢにひびぴみりぃえけげせぜてでねへべぺめれぇ",
    "う": "うくぐすずつづぬふぶぷむゆるぅゅおこごそぞとどのほぼぽもよろをぉょ",
    "え": "えけげせぜてでねへべぺめれぇ",
    "お": "おこごそぞとどのほぼぽもよろをぉょ",
}
_REPEATED = re.compile("(.)々")
_LARGE = str.maketrans("ぁぃぅぇぉ", "あいうえお")


def as_it_sounds(slots: Sequence[Slot]) -> list[Slot]:
    """Slots of one character each, put together to words where their kanji can be read."""
    found: list[Slot] = []
    for japanese, run in groupby(slots, key=_is_japanese):
        if not japanese:
            found += map(_in_hiragana, run)
            continue
        for word, reading in _words("".join(slot.written for slot in run)):
            if any(map(_is_kanji, word)):
                spelt = map(hiragana, (word, _REPEATED.sub(r"\1\1", word), reading))
                readings = (tuple((letter,) for letter in way) for way in spelt if way)
                found.append(Slot(word, tuple(dict.fromkeys(readings))))
            else:
                found += map(plain_slot, hiragana(word))
    return _lengthened(found)


def _in_hiragana(slot: Slot) -> Slot:
    """The words said for figures and units, in kana as those of a text."""
    readings = (
        tuple(tuple(map(hiragana, forms)) for forms in reading) for reading in slot.readings
    )
    return Slot(slot.written, tuple(readings))


def _is_kanji(letter: str) -> bool:
    return "㐀" <= letter <= "鿿" or letter == "々"


def _is_japanese(slot: Slot) -> bool:
    letter = slot.written[:1]
    return slot.plain and len(slot.written) == 1 and ("ぁ" <= letter <= "ヿ" or _is_kanji(letter))


def _lengthened(slots: list[Slot]) -> list[Slot]:
    """A vowel that lengthens the one before it is also written with a long mark."""
    found: list[Slot] = []
    before = " "
    for slot in slots:
        vowel = slot.written.translate(_LARGE)
        if slot.plain and vowel in _ROWS and before in _ROWS[vowel]:
            forms: Forms = tuple(dict.fromkeys((slot.written, vowel, "ー")))
            found.append(Slot(slot.written, ((forms,),)))
        else:
            found.append(slot)
        before = slot.usual[-1] if slot.usual else " "
    return found


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    return importlib.import_module("janome.tokenizer").Tokenizer()


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[tuple[str, str], ...]:
    """The words of a text with their readings, "" where the dictionary has none."""
    return tuple(_tokens(text))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for token in _tokenizer().tokenize(text):
        yield token.surface, "" if token.reading == "*" else str(token.reading)
