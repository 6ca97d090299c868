"""The same audio in two clips: pairs whose fingerprints meet, compared bit by bit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from selection.meetings import MEETINGS, Codes, Words, frequent, joined, strongest

Mask = npt.NDArray[np.bool_]

HOP_S = 0.02  # one word of a fingerprint; scorers/fingerprint.py makes them
_AT_ONCE = 1 << 11  # pairs whose words are compared at once
_LEAST_S = 0.4
_LEAST_SHARE = 0.6  # of the shorter clip
_WHOLE_SHARE = 0.8  # of the longer one: two that share it with a third share 0.6 with each other
_ERRORS = 0.25  # copies at 16 kbit/s Opus reach 0.16, other speech does not fall under 0.34
_ERRORS_SHORT = 0.11  # under 0.75 s chance and a pace 5 % off come nearer
_SHORT_S = 0.75
_LOCAL_S = 0.4
_LOCAL_ERRORS = 0.32  # one other word in an equal sentence goes beyond it
_DRIFT = 0.65  # words, 13 ms: another pace moves the last third against the first
_SHIFTS = 4


@dataclass(frozen=True, slots=True)
class Copy:
    """Two clips with the same audio.

    Args:
        earlier, later: positions in the sequence of fingerprints.
        errors: share of differing bits, 0 for equal audio, about 0.5 for other audio.
        shared_s: length of what they have in common, quiet parts left out.
        whole: whether that is nearly all of the longer one too: one clip twice, not a part of it.
    """

    earlier: int
    later: int
    errors: float
    shared_s: float
    whole: bool


def find_copies(fingerprints: Sequence[Words]) -> list[Copy]:
    """Every pair that shares its audio, ordered by the later clip, then the earlier.

    Work grows with the number of words, not with its square; of many copies of one clip, each is
    paired with some earlier ones.
    """
    if len(fingerprints) < 2:
        return []
    copies = []
    words, bounds = joined(fingerprints)
    for earlier, later, offset in _candidates(words, bounds):
        copy = compare(fingerprints[earlier], fingerprints[later], offset)
        if copy is not None:
            copies.append(Copy(earlier, later, *copy))
    return sorted(copies, key=lambda c: (c.later, c.earlier))


def _candidates(words: Words, bounds: Codes) -> Iterator[tuple[int, int, int]]:
    """Pairs of clips and the offset at which most of their keys meet, where few bits differ."""
    n = bounds.size - 1
    pairs, offsets = strongest(frequent(words, bounds), MEETINGS)
    for start in range(0, pairs.size, _AT_ONCE):
        earlier, later = np.divmod(pairs[start : start + _AT_ONCE], n)
        offset = offsets[start : start + _AT_ONCE]
        near = _near(words, bounds, earlier, later, offset)
        yield from zip(*(part[near].tolist() for part in (earlier, later, offset)), strict=True)


def _near(words: Words, bounds: Codes, earlier: Codes, later: Codes, offset: Codes) -> Mask:
    """Whether as few bits differ as in a copy, which `compare` looks at more closely."""
    sizes = np.diff(bounds)
    start, end = np.maximum(0, offset), np.minimum(sizes[earlier], offset + sizes[later])
    lengths = end - start
    first = np.cumsum(lengths) - lengths
    nth = np.arange(lengths.sum()) - np.repeat(first, lengths)
    one = words[np.repeat(bounds[earlier] + start, lengths) + nth]
    two = words[np.repeat(bounds[later] + start - offset, lengths) + nth]
    both = (one != 0) & (two != 0)
    errors = np.add.reduceat(np.where(both, np.bitwise_count(one ^ two), 0), first, dtype=np.int64)
    return np.asarray(errors <= _ERRORS * 32 * np.add.reduceat(both, first, dtype=np.int64))


def compare(one: Words, two: Words, offset: int) -> tuple[float, float, bool] | None:
    """What `Copy` says of two that are copies; ``offset`` is two's start in one."""
    errors, both = _aligned(one, two, offset)
    active = int(both.sum())
    shorter, longer = sorted((np.count_nonzero(one), np.count_nonzero(two)))
    if active < max(_LEAST_S / HOP_S, _LEAST_SHARE * shorter):
        return None
    rate = float(errors[both].mean())
    if rate > (_ERRORS if active >= _SHORT_S / HOP_S else _ERRORS_SHORT):
        return None
    window = np.ones(round(_LOCAL_S / HOP_S))
    count = np.convolve(both, window, "valid")
    local = np.convolve(np.where(both, errors, 0.0), window, "valid")
    full = count >= window.size / 2
    if full.any() and float((local[full] / count[full]).max()) > _LOCAL_ERRORS:
        return None
    if _drift(one, two, offset) > _DRIFT:
        return None
    return rate, active * HOP_S, bool(active >= _WHOLE_SHARE * longer)


def _drift(one: Words, two: Words, offset: int) -> float:
    """How far the best offsets of the first and the last third lie apart, in words.

    Parts that are too quiet to tell drift nowhere.
    """
    start, end = max(0, offset), min(one.size, offset + two.size)
    third = (end - start) // 3
    best = []
    for part in (slice(start, start + third), slice(end - third, end)):
        kept = np.zeros_like(one)
        kept[part] = one[part]
        rates = np.full(2 * _SHIFTS + 1, 0.5)
        for i in range(rates.size):
            errors, both = _aligned(kept, two, offset + i - _SHIFTS)
            if both.sum() >= third / 3:
                rates[i] = errors[both].mean()
        if rates.min() == 0.5:
            return 0.0
        best.append(_lowest(rates))
    return abs(best[1] - best[0])


def _lowest(rates: npt.NDArray[np.float64]) -> float:
    """Place of the lowest rate, between the points by the parabola through three of them."""
    at = int(np.argmin(rates))
    if at in (0, rates.size - 1):
        return float(at)
    left, middle, right = rates[at - 1 : at + 2]
    curve = left - 2 * middle + right
    return float(at + (0.5 * (left - right) / curve if curve > 0 else 0.0))


def _aligned(
    one: Words, two: Words, offset: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Bit error rate per word of the overlap, and where both have a word."""
    start, end = max(0, offset), min(one.size, offset + two.size)
    if end <= start:
        return np.zeros(0), np.zeros(0, dtype=bool)
    a, b = one[start:end], two[start - offset : end - offset]
    return np.bitwise_count(a ^ b) / 32.0, (a != 0) & (b != 0)
