"""Clips that are copies of one another, and which of them stay."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import chain

import numpy as np

from selection.meetings import NEIGHBOURS, Places
from selection.rules.judging import AUDIO, TEXT


@dataclass(frozen=True, slots=True)
class Alike:
    """Clips of which at most one stays.

    Args:
        places: in the table, two or more.
        shared_s: seconds of audio that they have in common; ``None`` where it is the text.
    """

    places: tuple[int, ...]
    shared_s: float | None = None

    @property
    def rule(self) -> str:
        """By which those that do not stay are told of."""
        return TEXT if self.shared_s is None else AUDIO


def joined(found: Sequence[tuple[Alike, bool]], n: int) -> Iterator[Alike]:
    """The pairs, or groups where there are more clips than are compared with one another.

    One clip many times over is a group. A recording and a line of it are a pair, so that no other
    line is a copy of that one; where either is there many times, all of both are a group. What has
    met fewer others than a clip is compared with has met all that there are.

    Args:
        found: pairs with the same audio, and whether they are one clip twice.
        n: how many clips there are.
    """
    if not found:
        return
    same = _numbered([pair for pair, whole in found if whole], n)
    between: dict[tuple[int, ...], list[Alike]] = defaultdict(list)
    members: dict[int, set[int]] = defaultdict(set)
    met: Counter[tuple[int, int]] = Counter()
    for pair, _ in found:
        one, two = pair.places
        group, other = int(same[one]), int(same[two])
        between[tuple(sorted({group, other}))].append(pair)
        members[group].add(one)
        members[other].add(two)
        met.update([(one, other), (two, group)])
    for groups, pairs in between.items():
        sides = sorted((members[group] for group in groups), key=len)
        clips = list(chain.from_iterable(sides))
        crowded = len(clips) > NEIGHBOURS + 1
        if crowded and (
            len(groups) == 1
            or all(sum(met[clip, group] for group in groups) >= NEIGHBOURS for clip in clips)
        ):
            yield Alike(tuple(sorted(clips)), min(pair.shared_s or 0.0 for pair in pairs))
        else:
            yield from pairs


def _numbered(pairs: Sequence[Alike], n: int) -> Places:
    """Of each clip the number of the group of those that hang together."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    places = np.array([pair.places for pair in pairs], np.int32).reshape(-1, 2)
    graph = coo_array((np.ones(len(pairs), bool), tuple(places.T)), (n, n))
    numbers: Places = connected_components(graph, directed=False)[1]
    return numbers


def taken(alike: Iterable[Alike], before: Set[int]) -> set[tuple[str, int]]:
    """Rule and place of what was there before and of its copies, whatever the bounds."""
    groups = [group for group in alike if not before.isdisjoint(group.places)]
    return {(group.rule, place) for group in groups for place in group.places}


def settle(groups: Sequence[Alike], there: int) -> Iterator[tuple[int, int, float | None]]:
    """Each copy, the best of those that stay and are alike, and the seconds that they share.

    The page does the same in reports/templates/bounds.js.

    Args:
        groups: whose places are ranks, the best first.
        there: how many were there before: they stay, whatever they are alike.
    """
    mine: dict[int, list[int]] = defaultdict(list)
    for n, group in enumerate(groups):
        for rank in group.places:
            mine[rank].append(n)
    stays: dict[int, int] = {}
    for rank in sorted(mine):
        held = [(stays[n], -(groups[n].shared_s or 0.0), n) for n in mine[rank] if n in stays]
        if held and rank >= there:
            best, _, n = min(held)
            yield rank, best, groups[n].shared_s
        else:
            for n in mine[rank]:
                stays.setdefault(n, rank)
