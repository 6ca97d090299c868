"""Which errors of a comparison are in numbers and signs.

A figure that is read wrongly ("$7.50" as "dollar one seventy-fifty") is nearly as likely to a
recogniser as the right one, since it writes both in figures; so its own doubts say nothing there.
"""

from collections.abc import Sequence
from functools import lru_cache

from scorers.asr.text.alignment import Chunk
from scorers.asr.text.lattice import Slot
from scorers.asr.text.search import Path
from scorers.asr.text.spoken import cardinals

_COUNTED = (*range(2, 101), 1000)  # "one" is an article in many languages


def numeric(said: Path, slots: Sequence[Slot], tag: str) -> list[bool]:
    """Of each word, whether it says a number or a sign: so written, or itself a number's name.

    Args:
        said: the words of a text and their places.
        slots: of the text.
        tag: primary tag of the language.
    """
    names = number_names(tag)
    written = [_in_figures(slot.written) for slot in slots]
    return [
        written[slot] or word in names for word, slot in zip(said.words, said.slots, strict=True)
    ]


def in_numbers(
    chunks: Sequence[Chunk], label: Sequence[bool], heard: Sequence[bool]
) -> tuple[bool, ...]:
    """Of each error of an alignment in order, whether a number or a sign is on either side."""
    found: list[bool] = []
    at = at_heard = 0
    for chunk in chunks:
        size, size_heard = len(chunk.label), len(chunk.heard)
        if chunk.op != "equal":
            found += [
                (i < size and label[at + i]) or (i < size_heard and heard[at_heard + i])
                for i in range(max(size, size_heard))
            ]
        at, at_heard = at + size, at_heard + size_heard
    return tuple(found)


@lru_cache(maxsize=128)
def number_names(tag: str) -> frozenset[str]:
    """Numbers that are one word in a language, from two on."""
    ones = {form for reading in cardinals(1, tag) for forms in reading for form in forms}
    named = {
        form
        for number in _COUNTED
        for reading in cardinals(number, tag)
        if len(reading) == 1
        for form in reading[0]
    }
    return frozenset(named - ones - {""})


def _in_figures(written: str) -> bool:
    return any(map(str.isnumeric, written)) or not any(map(str.isalpha, written))
