"""A place in a text where a number or a sign stands, as its readers see it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scorers.asr.text.atoms import Atom
from scorers.asr.text.clean import fold
from scorers.asr.text.lattice import Reading, Slot
from scorers.asr.text.rules import Rules, rules_of

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


_ADDRESS = re.compile(r"\S*(?:\w@\w|://|www\.|\w\.(?:com|org|net|edu|gov)\b)\S*", re.IGNORECASE)


def in_address(place: Place) -> bool:
    """Whether a place stands in an address of the web or of mail."""
    at = place.atoms[place.at].start
    start = place.text.rfind(" ", 0, at) + 1
    found = _ADDRESS.match(place.text, start)
    return found is not None and found.start() <= at < found.end()


Found = tuple[Slot, int] | None
Reader = Callable[[Place], Found]
