"""Lazy greedy choice: what adds the most per second, until the budget is spent."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_BLOCK = 4096
REPEATED = 0.01  # what is left of the gain of a text that is in already


@dataclass(frozen=True)
class Pool:
    """Clips to choose from, and what each would add.

    What a set of clips is worth is the sum of ``quality`` over its clips; over the units, of
    ``weight`` times the logarithm of one and the number of its clips that have the unit; and over
    the bins, of ``bin_weight`` times the root of the time that its clips in the bin take. So no
    clip is worth more beside a larger set than beside a smaller (submodular), and none is worth
    less than nothing (monotone). Bins go by time, as short clips would else fill them best.

    Args:
        length_ms: ``(n,)``, more than 0.
        quality: ``(n,)``, 0 or more.
        text: ``(n,)`` number of the text; clips of the same text share it.
        start: ``(n + 1,)`` where each clip's units begin in ``unit``.
        unit: numbers of units, each once per clip.
        weight: of each unit, 0 or more.
        bins: ``(n, k)`` numbers of bins that each clip is in; a place that is not needed has the
            number of the last, whose weight is 0.
        bin_weight: of each bin, 0 or more.
    """

    length_ms: Ints
    quality: Floats
    text: Ints
    start: Ints
    unit: Ints
    weight: Floats
    bins: Ints
    bin_weight: Floats


@dataclass(frozen=True)
class Share:
    """Clips that are served before the others.

    Args:
        clips: ``(n,)`` which they are.
        most_ms: up to so much of them, those that are in already counted.
    """

    clips: Mask
    most_ms: int


@dataclass(frozen=True)
class Choice:
    """What was chosen.

    Args:
        order: clips in the order in which they were taken.
        gain: what each of them added.
        seen: per unit, how many of the chosen have it.
        skipped: the first clip, if any, that came next and did not fit.
    """

    order: tuple[int, ...]
    gain: tuple[float, ...]
    seen: Ints
    skipped: int | None


def worth(pool: Pool, clips: Sequence[int]) -> float:
    """What a set of clips is worth, as defined by `Pool`."""
    seen = np.bincount(
        np.concatenate([_units(pool, i) for i in clips] or [np.zeros(0, np.int64)]),
        minlength=pool.weight.size,
    )
    chosen = list(clips)
    filled = np.zeros(pool.bin_weight.size)
    np.add.at(filled, pool.bins[chosen], pool.length_ms[chosen, None].astype(np.float64))
    of_units, of_bins = pool.weight * np.log1p(seen), pool.bin_weight * np.sqrt(filled)
    return float(of_units.sum() + of_bins.sum() + pool.quality[chosen].sum())


def choose(pool: Pool, budget_ms: int, shares: Sequence[Share] = ()) -> Choice:
    """Take what adds the most per second, shares first, each text once; then texts again.

    A clip that does not fit into what is left is skipped. Of clips of one length the choice is
    worth at least 1 - 1/e of the best (Nemhauser, Wolsey & Fisher 1978); of any lengths that holds
    with the first clip that was skipped (Wolsey 1982), which among thousands makes no difference.
    Equal gains are settled by position.

    Args:
        pool: clips.
        budget_ms: never exceeded.
        shares: in the order of serving.
    """
    return _Greedy(pool, budget_ms).run(shares)


def _units(pool: Pool, clip: int) -> Ints:
    return pool.unit[pool.start[clip] : pool.start[clip + 1]]


class _Greedy:
    """Minoux's lazy evaluation: a gain can only fall, so that an old one bounds it from above."""

    def __init__(self, pool: Pool, budget_ms: int) -> None:
        self.pool, self.left = pool, budget_ms
        n = pool.length_ms.size
        self.steps = np.diff(np.log1p(np.arange(n + 2)))
        self.seen = np.zeros(pool.weight.size, np.int64)
        # one place more: what pads a row of units adds nothing
        self.unit_gain = np.append(pool.weight * self.steps[0], 0.0)
        self.filled = np.zeros(pool.bin_weight.size)
        self.root = np.zeros(pool.bin_weight.size)
        self.of_bins = pool.bin_weight.take(pool.bins)
        self.padded = _padded(pool)
        self.size = np.diff(pool.start)
        self.gains = np.full(n, np.inf)
        self.known_at = np.full(n, -1)  # how many were in when the gain was computed
        self.free = np.ones(n, dtype=bool)
        self.repeated = np.bincount(pool.text) > 1
        self.said = np.zeros(int(pool.text.max(initial=-1)) + 1, dtype=bool)
        self.order: list[int] = []
        self.added: list[float] = []
        self.skipped: int | None = None
        for start in range(0, n, _BLOCK):
            self._evaluate(np.arange(start, min(n, start + _BLOCK)))

    def run(self, shares: Sequence[Share]) -> Choice:
        for share in shares:
            have = int(self.pool.length_ms[share.clips & ~self.free].sum())
            self._take(share.clips, share.most_ms - have, again=False)
        everything = np.ones(self.free.size, dtype=bool)
        self._take(everything, self.left, again=False)
        self._take(everything, self.left, again=True)
        return Choice(tuple(self.order), tuple(self.added), self.seen, self.skipped)

    def _take(self, clips: Mask, most_ms: int, *, again: bool) -> None:
        left = min(most_ms, self.left)
        is_last_of_all = left == self.left
        (todo,) = np.nonzero(clips & self.free)
        if not todo.size:
            return
        lengths, text = self.pool.length_ms[todo], self.pool.text[todo]
        density = self.gains[todo] / lengths
        if not again:
            density[self.said[text]] = -np.inf
        shortest = int(lengths.min())
        while left >= shortest and (best := self._best(todo, lengths, density)) is not None:
            if lengths[best] > left:
                if is_last_of_all and self.skipped is None:
                    self.skipped = int(todo[best])
                density[lengths > left] = -np.inf
                continue
            left -= int(lengths[best])
            self._add(int(todo[best]), again=again)
            alone = again or not self.repeated[text[best]]
            density[best if alone else text == text[best]] = -np.inf

    def _best(self, todo: Ints, lengths: Ints, density: Floats) -> int | None:
        """Place of the densest clip, its gain and those that might be more computed anew."""
        now = len(self.order)
        while density[best := int(density.argmax())] > -np.inf:
            if self.known_at[todo[best]] == now:
                return best
            # what the first comes to is a bound for all others
            self._evaluate_one(int(todo[best]))
            density[best] = self.gains[todo[best]] / lengths[best]
            (rivals,) = np.nonzero(density >= density[best])
            rivals = rivals[self.known_at[todo[rivals]] != now]
            for start in range(0, rivals.size, _BLOCK):
                part = rivals[start : start + _BLOCK]
                self._evaluate(todo[part])
                density[part] = self.gains[todo[part]] / lengths[part]
        return None

    def _evaluate(self, clips: Ints) -> None:
        units = self.padded[clips, : int(self.size[clips].max(initial=0))]
        bins = self.pool.bins.take(clips, axis=0)
        longer = self.filled.take(bins)
        longer += self.pool.length_ms[clips, None]
        np.sqrt(longer, out=longer)
        longer -= self.root.take(bins)
        longer *= self.of_bins.take(clips, axis=0)
        gains = self.unit_gain.take(units).sum(axis=1) + longer.sum(axis=1)
        self.gains[clips] = gains + self.pool.quality[clips]
        self.known_at[clips] = len(self.order)

    def _evaluate_one(self, clip: int) -> None:
        bins, length = self.pool.bins[clip], self.pool.length_ms[clip]
        of_bins = self.of_bins[clip] * (np.sqrt(self.filled[bins] + length) - self.root[bins])
        gain = self.unit_gain[_units(self.pool, clip)].sum() + of_bins.sum()
        self.gains[clip] = gain + self.pool.quality[clip]
        self.known_at[clip] = len(self.order)

    def _add(self, clip: int, *, again: bool) -> None:
        units = _units(self.pool, clip)
        self.seen[units] += 1
        self.unit_gain[units] = self.pool.weight[units] * self.steps[self.seen[units]]
        bins = self.pool.bins[clip]
        self.filled[bins] += self.pool.length_ms[clip]
        self.root[bins] = np.sqrt(self.filled[bins])
        self.left -= int(self.pool.length_ms[clip])
        self.free[clip] = False
        self.said[self.pool.text[clip]] = True
        self.order.append(clip)
        self.added.append(float(self.gains[clip]) * (REPEATED if again else 1.0))


def _padded(pool: Pool) -> npt.NDArray[np.int32]:
    """The units of each clip in a row, filled up with the number after the last unit."""
    size = np.diff(pool.start)
    rows = np.full((size.size, int(size.max(initial=0))), pool.weight.size, np.int32)
    rows[np.arange(rows.shape[1]) < size[:, None]] = pool.unit
    return rows
