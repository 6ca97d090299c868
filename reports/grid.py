"""Where the bounds on a column can stand, and where its values lie between them, exactly."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from clips.columns import Column
from reports.charts import shared_range

STEPS = 400
Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
MISSING = -1


@dataclass(frozen=True)
class Grid:
    """Evenly spaced decimals, and the bounds that are not among them.

    An edge is ``k * mantissa / 10 ** digits``, which is the same number in every language that
    divides as IEEE 754 says.

    Args:
        first, last: the least and the greatest ``k``.
        mantissa: of the step, a whole number.
        digits: decimals of the step.
        extra: further edges.
    """

    first: int
    last: int
    mantissa: int
    digits: int
    extra: tuple[float, ...]

    @cached_property
    def edges(self) -> Floats:
        """All edges, rising."""
        whole = np.arange(self.first, self.last + 1, dtype=np.float64) * self.mantissa
        return np.unique(np.concatenate([whole / 10.0**self.digits, self.extra]))

    def places(self, values: Floats) -> Places:
        """Between which edges values lie: ``2 i`` below edge ``i`` and above the one before,
        ``2 i + 1`` at it, `MISSING` for NaN.

        Example:
            >>> Grid(0, 2, 1, 1, ()).places(np.array([-1.0, 0.0, 0.05, 0.1, 7.0, np.nan])).tolist()
            [0, 1, 2, 3, 6, -1]
        """
        edges = self.edges
        found = np.searchsorted(edges, values, "left") + np.searchsorted(edges, values, "right")
        return np.where(np.isnan(values), MISSING, found).astype(np.int64)


def grid(values: Floats, bounds: Sequence[float], column: Column) -> Grid:
    """A grid over what was measured and where the bounds stand.

    Args:
        values: of a column; what is not finite is left out.
        bounds: all bounds on it.
        column: its declaration.
    """
    low, high = shared_range(values.tolist(), bounds, column.low)
    raw = (high - low) / STEPS
    exponent = math.floor(math.log10(raw))
    mantissa = next(m for m in (1, 2, 5, 10) if m * 10.0**exponent >= raw * (1 - 1e-9))
    digits = max(-exponent, 0)
    mantissa *= 10 ** max(exponent, 0)
    finite = values[np.isfinite(values)]
    if digits and np.all(finite == np.round(finite)) and all(b == round(b) for b in bounds):
        mantissa, digits = 1, 0  # counts
    step = mantissa / 10.0**digits
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    even = Grid(first, max(last, first + 1), mantissa, digits, ())
    extra = tuple(sorted(set(bounds) - set(even.edges.tolist())))
    return Grid(even.first, even.last, mantissa, digits, extra)
