"""The pair of readings of two texts that agree best.

The edit distance of two lattices (Mohri 2003, edit-distance of weighted automata): a search for the
shortest path over pairs of nodes, one of each lattice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from heapq import heappop, heappush

from rapidfuzz.distance import Levenshtein

from scorers.asr.text.lattice import Edge, Lattice

_WORD_ERROR = 1_000_000
_CHAR_ERROR = 100
_MOST_WRONG = 1_500


@lru_cache(maxsize=65_536)
def _distance(one: str, other: str) -> int:
    return Levenshtein.distance(one, other)


@dataclass(frozen=True, slots=True)
class Path:
    """The chosen words of one text and, per word, the slot that it belongs to."""

    words: tuple[str, ...]
    slots: tuple[int, ...]

    def __add__(self, after: "Path") -> "Path":
        return Path(self.words + after.words, self.slots + after.slots)

    def moved(self, places: int) -> "Path":
        """The same words, so many slots further on."""
        return Path(self.words, tuple(slot + places for slot in self.slots))


_Node = tuple[int, int]
_Step = tuple[int, _Node, str, str, int, int]
"""Cost, node reached, word said, word heard, and the slots of both (-1: none)."""


def nearest(label: Lattice, heard: Lattice) -> tuple[Path, Path] | None:
    """The readings of two lattices with the fewest word errors, then character errors, then rank.

    Dijkstra's search over pairs of nodes. Steps that cost an error are only looked at once no
    path without it is left, so two texts that agree are compared in time of their length.
    None where so much differs that the search is given up.
    """
    goal = (len(label) - 1, len(heard) - 1)
    best: dict[_Node, int] = {(0, 0): 0}
    came: dict[_Node, tuple[_Node, _Step]] = {}
    queue: list[tuple[int, int, _Node]] = [(0, 0, (0, 0))]
    looked_at = 0
    while queue:
        cost, wrong, node = heappop(queue)
        if not wrong and cost > best[node]:
            continue
        if node == goal and not wrong:
            break
        outs, ins = label[node[0]], heard[node[1]]
        if wrong:
            looked_at += 1
            if looked_at > _MOST_WRONG:
                return None
            cost -= _WORD_ERROR
            if cost > best[node]:
                continue
            steps = _wrong_steps(node, outs, ins)
        else:
            heappush(queue, (cost + _WORD_ERROR, 1, node))
            steps = _right_steps(node, outs, ins)
        for step in steps:
            total, target = cost + step[0], step[1]
            if total < best.get(target, total + 1):
                best[target] = total
                came[target] = (node, step)
                heappush(queue, (total, 0, target))
    return _walk_back(came, goal)


def _right_steps(node: _Node, outs: list[Edge], ins: list[Edge]) -> Iterator[_Step]:
    """Words that both texts have, and what need not be said."""
    row, column = node
    for one in outs:
        if not one.words:
            yield one.cost, (one.end, column), "", "", one.slot, -1
    for other in ins:
        if not other.words:
            yield other.cost, (row, other.end), "", "", -1, other.slot
            continue
        for one in outs:
            for word in one.words:
                if word in other.words:
                    cost = one.cost + other.cost
                    yield cost, (one.end, other.end), word, word, one.slot, other.slot
                    break


def _wrong_steps(node: _Node, outs: list[Edge], ins: list[Edge]) -> Iterator[_Step]:
    """One word for another, a word only one text has."""
    row, column = node
    said = [edge for edge in outs if edge.words and not edge.exact]
    caught = [edge for edge in ins if edge.words and not edge.exact]
    for one in said:
        word = one.words[0]
        cost = _WORD_ERROR + _CHAR_ERROR * len(word) + one.cost
        yield cost, (one.end, column), word, "", one.slot, -1
    for other in caught:
        word = other.words[0]
        cost = _WORD_ERROR + _CHAR_ERROR * len(word) + other.cost
        yield cost, (row, other.end), "", word, -1, other.slot
        for one in said:
            far = _CHAR_ERROR * _distance(one.words[0], word)
            cost = _WORD_ERROR + far + one.cost + other.cost
            yield cost, (one.end, other.end), one.words[0], word, one.slot, other.slot


def _walk_back(came: dict[_Node, tuple[_Node, _Step]], goal: _Node) -> tuple[Path, Path]:
    said: list[tuple[str, int]] = []
    caught: list[tuple[str, int]] = []
    node = goal
    while node in came:
        node, (_, _, one, other, slot, other_slot) = came[node]
        if one:
            said.append((one, slot))
        if other:
            caught.append((other, other_slot))
    return _path(said), _path(caught)


def _path(backwards: list[tuple[str, int]]) -> Path:
    forwards = backwards[::-1]
    return Path(tuple(word for word, _ in forwards), tuple(slot for _, slot in forwards))
