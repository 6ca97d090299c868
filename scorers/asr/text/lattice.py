"""Readings of a text as a word lattice.

A slot is a place in a text with one or more ways to say it ("1998": "nineteen ninety eight", "one
thousand nine hundred and ninety eight"). The slots of a text make a lattice, a graph whose paths
are all its readings: alternatives add to its size, they are never multiplied out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Forms = tuple[str, ...]
"""Spellings of one word that are alike to the ear, the usual first; "" means it may be left out."""
Reading = tuple[Forms, ...]

_LONGEST_JOIN = 12


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in a text.

    Args:
        written: the token as written, normalised.
        readings: the ways to say it, the usual one first.
    """

    written: str
    readings: tuple[Reading, ...]

    @property
    def usual(self) -> tuple[str, ...]:
        """The words of the usual reading."""
        return tuple(forms[0] for forms in self.readings[0] if forms[0])

    @property
    def plain(self) -> bool:
        return len(self.readings) == 1 and all(len(forms) == 1 for forms in self.readings[0])


def plain_slot(word: str) -> Slot:
    """A slot with one reading, the word itself."""
    return Slot(word, (((word,),),))


@dataclass(frozen=True, slots=True)
class Edge:
    """One word of a reading, or nothing said; an exact one is only good where it is heard."""

    end: int
    words: tuple[str, ...]
    slot: int
    cost: int = 0
    exact: bool = False


Lattice = list[list[Edge]]


def build(slots: Sequence[Slot]) -> Lattice:
    """Edges by start node; nodes are numbered so that every edge goes to a higher one."""
    edges: Lattice = [[]]
    for number, slot in enumerate(slots):
        start = len(edges) - 1
        inner = sum(max(len(reading) - 1, 0) for reading in slot.readings)
        end = start + inner + 1
        edges.extend([] for _ in range(inner + 1))
        free = start + 1
        for rank, reading in enumerate(slot.readings):
            at = start
            for place, forms in enumerate(reading or (("",),)):
                last = place >= len(reading) - 1
                to = end if last else free
                free += not last
                cost = rank if place == 0 else 0
                words = tuple(form for form in forms if form)
                if words:
                    edges[at].append(Edge(to, words, number, cost))
                if len(words) < len(forms):
                    edges[at].append(Edge(to, (), number, cost + 1))
                at = to
    return edges


def words_of(lattice: Lattice) -> set[str]:
    """Every word on any edge."""
    return {word for out in lattice for edge in out for word in edge.words}


def with_joins(lattice: Lattice, wanted: Iterable[str]) -> Lattice:
    """Add an edge wherever neighbouring words, run together, are a word of the other text.

    "ice cream" and "icecream" sound alike: where the space stands is no error.
    """
    whole = {word for word in wanted if len(word) > 1}
    starts = {word[:size] for word in whole for size in range(1, len(word) + 1)}
    joined: Lattice = [list(out) for out in lattice]
    for start in range(len(lattice)):
        for end, word, slot in _runs(lattice, start, starts):
            if word in whole:
                joined[start].append(Edge(end, (word,), slot, exact=True))
    return joined


def _runs(lattice: Lattice, start: int, starts: set[str]) -> Iterator[tuple[int, str, int]]:
    """Concatenations of two or more words from a node that begin some wanted word."""
    stack = [(start, "", 0)]
    while stack:
        node, so_far, count = stack.pop()
        if count == _LONGEST_JOIN:
            continue
        for edge in lattice[node]:
            for word in edge.words or ("",):
                run = so_far + word
                if run and run not in starts:
                    continue
                if count and word:
                    yield edge.end, run, edge.slot
                stack.append((edge.end, run, count + 1))
