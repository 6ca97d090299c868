"""Readings of a text as a word lattice, and the pair of readings that agree best.

A slot is a place in a text with one or more ways to say it ("1998": "nineteen ninety eight", "one
thousand nine hundred and ninety eight"). Two texts are compared over all pairs of readings at once
by the edit distance of two lattices (Mohri 2003, edit-distance of weighted automata), a dynamic
programme over pairs of nodes: alternatives add to its cost, they are never multiplied out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

Forms = tuple[str, ...]
"""Spellings of one word that are alike to the ear, the usual first; "" means it may be left out."""
Reading = tuple[Forms, ...]

_WORD_ERROR = 1_000_000
_CHAR_ERROR = 100
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
class _Edge:
    end: int
    words: tuple[str, ...]
    slot: int
    cost: int = 0
    exact: bool = False


Lattice = list[list[_Edge]]


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
                    edges[at].append(_Edge(to, words, number, cost))
                if len(words) < len(forms):
                    edges[at].append(_Edge(to, (), number, cost + 1))
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
                joined[start].append(_Edge(end, (word,), slot, exact=True))
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


@lru_cache(maxsize=65_536)
def _distance(one: str, other: str) -> int:
    return Levenshtein.distance(one, other)


def _pair(one: _Edge, other: _Edge) -> tuple[int, str, str] | None:
    """Cost of saying one word for another, with the two words; None where it is not allowed."""
    for word in one.words:
        if word in other.words:
            return one.cost + other.cost, word, word
    if one.exact or other.exact:
        return None
    far = _distance(one.words[0], other.words[0])
    cost = _WORD_ERROR + _CHAR_ERROR * far + one.cost + other.cost
    return cost, one.words[0], other.words[0]


@dataclass(frozen=True, slots=True)
class Path:
    """The chosen words of one text and, per word, the slot that it belongs to."""

    words: tuple[str, ...]
    slots: tuple[int, ...]


_Step = tuple[int, int, str, str, int, int]


def nearest(label: Lattice, heard: Lattice) -> tuple[Path, Path]:
    """The readings of two lattices with the fewest word errors, then character errors, then rank.

    Time grows with the product of the numbers of edges.
    """
    rows, columns = len(label), len(heard)
    costs: list[list[int | None]] = [[None] * columns for _ in range(rows)]
    steps: list[list[_Step | None]] = [[None] * columns for _ in range(rows)]
    costs[0][0] = 0

    def relax(row: int, column: int, cost: int, step: _Step) -> None:
        known = costs[row][column]
        if known is None or cost < known:
            costs[row][column] = cost
            steps[row][column] = step

    for row, outs in enumerate(label):
        for column, ins in enumerate(heard):
            cost = costs[row][column]
            if cost is None:
                continue
            for one in outs:
                if not one.exact:
                    word = one.words[0] if one.words else ""
                    step = (row, column, word, "", one.slot, -1)
                    relax(one.end, column, cost + _alone(one), step)
            for other in ins:
                if not other.exact:
                    word = other.words[0] if other.words else ""
                    step = (row, column, "", word, -1, other.slot)
                    relax(row, other.end, cost + _alone(other), step)
                if not other.words:
                    continue
                for one in outs:
                    paired = _pair(one, other) if one.words else None
                    if paired:
                        extra, said, caught = paired
                        step = (row, column, said, caught, one.slot, other.slot)
                        relax(one.end, other.end, cost + extra, step)
    return _walk_back(steps)


def _alone(edge: _Edge) -> int:
    """Cost of a word that the other text does not have."""
    if not edge.words:
        return edge.cost
    return _WORD_ERROR + _CHAR_ERROR * len(edge.words[0]) + edge.cost


def _walk_back(steps: list[list[_Step | None]]) -> tuple[Path, Path]:
    row, column = len(steps) - 1, len(steps[0]) - 1
    said: list[tuple[str, int]] = []
    caught: list[tuple[str, int]] = []
    while step := steps[row][column]:
        row, column, one, other, slot, other_slot = step
        if one:
            said.append((one, slot))
        if other:
            caught.append((other, other_slot))
    return _path(said), _path(caught)


def _path(backwards: list[tuple[str, int]]) -> Path:
    forwards = backwards[::-1]
    return Path(tuple(word for word, _ in forwards), tuple(slot for _, slot in forwards))
