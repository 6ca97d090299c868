"""A choice by what clips add whose quality is not far below the best that could be had."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from selection.choose import Choice, Floats, Pool, Share, choose

STEPS = 5  # halvings of the weight's range: to 3 % of it
MOST = 1 << 12  # of the weight: then the column alone decides
_LEAST, _MORE = 1 / 8, 1.5


@dataclass(frozen=True)
class Least:
    """What the mean of a column over the chosen clips has to come to, long and short alike.

    Args:
        mean: where nothing was measured, missing: then nothing is asked.
        values: ``(n,)`` of the column, missing where not measured.
    """

    mean: float
    values: Floats

    def is_reached(self, clips: Sequence[int]) -> bool:
        """Whether those that were measured come to it."""
        found = self.values[list(clips)]
        found = found[np.isfinite(found)]
        return not (found.size and float(found.mean()) < self.mean)


def lightest(pool: Pool, budget_ms: int, shares: Sequence[Share], least: Least) -> float:
    """A weight of a column, as small as halving finds it, at which what is asked is reached.

    0 where it is by itself, `MOST` where it cannot be. As with the multiplier of a constraint in a
    Lagrangian the column joins what is maximised, and only as far as it must.

    Args:
        pool: clips.
        budget_ms: as `choose`.
        shares: as `choose`.
        least: what is asked.
    """

    def holds(weight: float) -> bool:
        found = choose(weighed(pool, budget_ms, least.values, weight), budget_ms, shares)
        return least.is_reached(found.order)

    if holds(0.0):
        return 0.0
    low, high = 0.0, 1.0
    while not holds(high):
        low, high = high, 2 * high
        if high >= MOST:
            return float(MOST)
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def choose_above(
    pool: Pool, budget_ms: int, shares: Sequence[Share], least: Least, weight: float
) -> Choice:
    """Choose by what clips add and by a weighted column, which weighs more while it falls short.

    Args:
        pool: clips.
        budget_ms: as `choose`.
        shares: as `choose`.
        least: what is asked.
        weight: to begin with, such as `lightest` finds among some of the clips.
    """
    while True:
        chosen = choose(weighed(pool, budget_ms, least.values, weight), budget_ms, shares)
        if weight >= MOST or least.is_reached(chosen.order):
            return chosen
        weight = max(_LEAST, _MORE * weight)


def weighed(pool: Pool, budget_ms: int, values: Floats, weight: float) -> Pool:
    """The pool in which a clip is also worth its column, in spreads above the least, per second."""
    if not weight or not np.isfinite(values).any():
        return pool
    above = np.nan_to_num(values - np.nanmin(values)) / max(float(np.nanstd(values)), 1e-9)
    spent = max(1, min(budget_ms, int(pool.length_ms.sum())))
    return replace(pool, quality=pool.quality + weight * above * pool.length_ms / spent)
