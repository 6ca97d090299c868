"""Stretches of samples: the common currency of the defect finders."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Spans = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def spans(mask: Mask, shortest: int = 1) -> Spans:
    """Where a mask is true, shape ``(n, 2)``: first sample and the one after the last.

    Example:
        >>> spans(np.array([True, True, False, True])).tolist()
        [[0, 2], [3, 4]]
    """
    steps = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    found = steps.reshape(-1, 2).astype(np.int64)
    return found[found[:, 1] - found[:, 0] >= shortest]


def merged(parts: Iterable[Spans], gap: int = 0) -> Spans:
    """All spans in order, those that touch or lie within ``gap`` samples made one."""
    rows = sorted(tuple(row) for part in parts for row in part.tolist())
    out: list[list[int]] = []
    for start, end in rows:
        if out and start <= out[-1][1] + gap:
            out[-1][1] = max(out[-1][1], end)
        else:
            out.append([start, end])
    return np.array(out, dtype=np.int64).reshape(-1, 2)
