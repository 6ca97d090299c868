"""The same audio in two clips: pairs whose fingerprints meet, compared bit by bit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint32]
Codes = npt.NDArray[np.int64]

HOP_S = 0.02  # one word of a fingerprint; scorers/fingerprint.py makes them
# A pair is looked at where four keys meet at one offset. A key is a word without one of its bytes,
# so that a word with errors in one byte is still found.
_BYTES = (0, 8, 16, 24)
_MEETINGS = 4
_NEIGHBOURS = 4  # clips a key is compared with: a chain of copies stays linked, work stays linear
# Beyond so many words (186 hours of speech) keys of 24 bits meet by chance more often than not: the
# whole word is the key then, and copies with errors in most of their words are not found.
_MOST_WORDS_BY_BYTES = 1 << 25
_SHARD = 1 << 23  # words that are sorted at once: 0.5 GB
_MOST_CELLS = 1 << 27
_FURTHEST = 1 << 20
_LEAST_S = 0.4
_LEAST_SHARE = 0.6  # of the shorter clip
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
    """

    earlier: int
    later: int
    errors: float
    shared_s: float


def find_copies(fingerprints: Sequence[Words]) -> list[Copy]:
    """Every pair that shares its audio, ordered by the later clip, then the earlier.

    Work grows with the number of words, not with its square; of many copies of one clip, each is
    paired with some earlier ones.
    """
    copies = []
    for earlier, later, offset in _candidates(fingerprints):
        copy = _compare(fingerprints[earlier], fingerprints[later], offset)
        if copy is not None:
            copies.append(Copy(earlier, later, *copy))
    return sorted(copies, key=lambda c: (c.later, c.earlier))


def _candidates(fingerprints: Sequence[Words]) -> Iterator[tuple[int, int, int]]:
    """Pairs of clips and the offset at which most of their keys meet.

    Meetings by chance outnumber all others in a large submission. So they are counted first in
    cells that many share, and only those of full cells are gathered and counted one by one.
    """
    n = len(fingerprints)
    if n < 2:
        return
    words = np.concatenate(fingerprints)
    bounds = np.cumsum([0, *(w.size for w in fingerprints)])
    cells = np.zeros(min(_MOST_CELLS, 1 << max(16, (8 * words.size).bit_length())), np.uint16)
    for codes in _meetings(words, bounds):
        at = _cells(codes, cells.size)
        np.add.at(cells, at, (cells[at] < _MEETINGS).astype(np.uint16))
    full = [c[cells[_cells(c, cells.size)] >= _MEETINGS] for c in _meetings(words, bounds)]
    del cells
    codes, counts = np.unique(np.concatenate([np.zeros(0, np.int64), *full]), return_counts=True)
    codes, counts = codes[counts >= _MEETINGS], counts[counts >= _MEETINGS]
    strongest = np.lexsort((-counts, codes // (2 * _FURTHEST)))
    pairs, first = np.unique(codes[strongest] // (2 * _FURTHEST), return_index=True)
    offsets = codes[strongest][first] % (2 * _FURTHEST) - _FURTHEST
    for pair, offset in zip(pairs.tolist(), offsets.tolist(), strict=True):
        yield pair // n, pair % n, offset


def _cells(codes: Codes, size: int) -> Codes:
    """A cell of ``size``, a power of two, for each code (Knuth's multiplicative hash)."""
    shift = np.uint64(64 - (size.bit_length() - 1))
    return ((codes.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> shift).astype(np.int64)


def _meetings(words: Words, bounds: Codes) -> Iterator[Codes]:
    """Codes of (earlier clip, later clip, offset) where keys are equal, in parts.

    Args:
        words: of all clips, one after the other; 0 where it is quiet.
        bounds: where each clip begins, and the end.
    """
    shards = -(-words.size // _SHARD)
    for left_out in _BYTES if words.size <= _MOST_WORDS_BY_BYTES else (None,):
        for shard in range(shards):
            keys, at = _sorted(words, left_out, shard, shards)
            yield from _equal(keys, at, bounds)


def _sorted(
    words: Words, left_out: int | None, shard: int, shards: int
) -> tuple[npt.NDArray[np.uint64], Codes]:
    """The keys of one shard in order, and the places of their words; of equal keys, in order."""
    keys = words if left_out is None else words & np.uint32(~(0xFF << left_out) & 0xFFFFFFFF)
    mine = words != 0
    if shards > 1:
        spread = (keys * np.uint32(0x9E3779B1)) >> np.uint32(16)
        mine &= spread % np.uint32(shards) == shard
    (at,) = np.nonzero(mine)
    packed = (keys[at].astype(np.uint64) << np.uint64(32)) | at.astype(np.uint64)
    packed.sort()
    return packed >> np.uint64(32), (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _equal(keys: npt.NDArray[np.uint64], at: Codes, bounds: Codes) -> Iterator[Codes]:
    n = bounds.size - 1
    shared = np.zeros(keys.size, dtype=bool)
    shared[1:] = keys[1:] == keys[:-1]
    shared[:-1] |= shared[1:]
    keys, at = keys[shared], at[shared]
    clip = np.searchsorted(bounds, at, side="right") - 1
    # a sound that is held gives one key many times in a row
    fresh = np.ones(keys.size, dtype=bool)
    fresh[1:] = (keys[1:] != keys[:-1]) | (clip[1:] != clip[:-1])
    keys, clip, place = keys[fresh], clip[fresh], (at - bounds[clip])[fresh]
    for step in range(1, min(_NEIGHBOURS, keys.size - 1) + 1):
        (met,) = np.nonzero(keys[step:] == keys[:-step])
        offset = place[met] - place[met + step]
        near = np.abs(offset) < _FURTHEST
        met, offset = met[near], offset[near]
        yield (clip[met] * n + clip[met + step]) * (2 * _FURTHEST) + offset + _FURTHEST


def _compare(one: Words, two: Words, offset: int) -> tuple[float, float] | None:
    """Error rate and shared seconds where the two are copies; ``offset`` is two's start in one."""
    errors, both = _aligned(one, two, offset)
    active = int(both.sum())
    shorter = min(np.count_nonzero(one), np.count_nonzero(two))
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
    return rate, active * HOP_S


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
