"""Where fingerprints meet: clips that share keys at one offset, among however many words.

A pair is worth a look where four keys meet at one offset. A key is a word without one of its bytes,
so that a word with errors in one byte is still found.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint32]
Codes = npt.NDArray[np.int64]
Pairs = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int32]
Counts = npt.NDArray[np.uint16]

MEETINGS = 4
NEIGHBOURS = 4  # clips a key is compared with: a chain of copies stays linked, work stays linear
_BYTES = (0, 8, 16, 24)
# Keys of 24 bits meet by chance, the more often the more words there are. Beyond so many meetings
# (93 hours of speech) only a share of the keys is looked at, the same ones in all clips. Beyond so
# many words (186 hours) that share is a quarter: the whole word is the key then, and copies with
# errors in most of their words are not found. docs/accuracy.md says how many.
_MOST_BY_CHANCE = 1 << 25
_MOST_WORDS_BY_BYTES = 1 << 25
_KEYS_OF_BYTES = 1 << 24
_SHARD = 1 << 22  # words: a step of the share that is looked at, and sorted at once: 0.04 GB
_MOST_CELLS = 1 << 27
_MOST_KEPT = 1 << 25  # meetings that are held at once: 0.3 GB
_BATCH = 1 << 18  # words that are looked through at once
_PIECE = 1 << 18  # sorted keys that are compared at once
_COUNTED = 1 << 15  # codes that are counted at once: no count reaches 2^16
_BLOCK = 64  # words that begin in a known clip
_FURTHEST = 1 << 20


def joined(fingerprints: Sequence[Words]) -> tuple[Words, Codes]:
    """The words of all, one after the other, and where each begins, and the end.

    Nothing is copied where they lie so already, as `together` lays them.
    """
    bounds = np.cumsum([0, *(words.size for words in fingerprints)])
    full = [words for words in fingerprints if words.size]
    whole = full[0].base if full else None
    if isinstance(whole, np.ndarray) and whole.dtype == np.uint32 and whole.flags.c_contiguous:
        places = np.array([_address(words) - _address(whole) for words in full]) // whole.itemsize
        follow = np.diff(places) == [words.size for words in full[:-1]]
        laid = all(words.base is whole and words.flags.c_contiguous for words in full)
        if laid and follow.all():
            return whole.reshape(-1)[places[0] : places[0] + bounds[-1]], bounds
    return np.concatenate(fingerprints), bounds


def _address(words: Words) -> int:
    return int(words.__array_interface__["data"][0])


def together(fingerprints: Mapping[str, Words]) -> dict[str, Words]:
    """The same as parts of one array, so that `joined` need not hold a second gigabyte."""
    if not fingerprints:
        return {}
    words, bounds = joined(list(fingerprints.values()))
    at = zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
    return {i: words[start:end] for i, (start, end) in zip(fingerprints, at, strict=True)}


def frequent(words: Words, bounds: Codes) -> Codes:
    """Codes of meetings, all of those that come `MEETINGS` times and few others.

    Where all meetings are too many to be held they are looked for twice.
    """
    kept = np.empty(_MOST_KEPT, np.int64)
    held = 0
    for codes in _meetings(words, bounds):
        if held + codes.size > kept.size:
            del kept
            return _of_full_cells(words, bounds)
        kept[held : held + codes.size] = codes
        held += codes.size
    cells = _counted(kept[:held], _no_cells(held))
    return np.concatenate([_in_full(part, cells) for part in _parts(kept[:held])])


def strongest(meetings: Codes, least: int) -> tuple[Codes, Codes]:
    """Pairs that meet so often at some offset, and the offset of each at which it meets most.

    The meetings are sorted where they lie.
    """
    meetings.sort()
    begin = meetings[: max(0, meetings.size - least + 1)]
    codes = np.unique(begin[meetings[least - 1 :] == begin])
    counts = np.searchsorted(meetings, codes, side="right") - np.searchsorted(meetings, codes)
    order = np.lexsort((-counts, codes // (2 * _FURTHEST)))
    pairs, first = np.unique(codes[order] // (2 * _FURTHEST), return_index=True)
    return pairs, codes[order][first] % (2 * _FURTHEST) - _FURTHEST


def coded(pairs: Codes, offsets: Codes | Places) -> Codes:
    """One number for a pair and an offset; those that lie too far apart are left out."""
    near = np.abs(offsets) < _FURTHEST
    return pairs[near] * (2 * _FURTHEST) + offsets[near] + _FURTHEST


def in_order(keys: Words, at: Words | Codes) -> tuple[Words, Words]:
    """Keys in order and where they are, equal ones as they come; no place is over 32 bits."""
    pairs = _paired(keys, at)
    pairs.sort()
    return _keys(pairs), _places(pairs)


def _paired(keys: Words, at: Words | Codes) -> Pairs:
    """Numbers in whose order equal keys come by their places."""
    pairs = np.empty(keys.size, "<u8")
    halves = pairs.view("<u4").reshape(-1, 2)
    halves[:, 0], halves[:, 1] = at, keys
    return pairs


def _keys(pairs: Pairs) -> Words:
    return pairs.view("<u4")[1::2].copy()


def _places(pairs: Pairs) -> Words:
    return pairs.view("<u4")[::2].copy()


def _of_full_cells(words: Words, bounds: Codes) -> Codes:
    cells = _no_cells(8 * words.size)
    for codes in _meetings(words, bounds):
        _counted(codes, cells)
    return np.concatenate([_in_full(codes, cells) for codes in _meetings(words, bounds)])


def _no_cells(codes: int) -> Counts:
    return np.zeros(min(_MOST_CELLS, 1 << max(16, codes.bit_length())), np.uint16)


def _parts(codes: Codes) -> Iterator[Codes]:
    yield from (codes[at : at + _COUNTED] for at in range(0, max(1, codes.size), _COUNTED))


def _counted(codes: Codes, cells: Counts) -> Counts:
    """Cells, which several codes share, with more in those of the given codes."""
    for part in _parts(codes):
        at = _cells(part, cells.size)
        np.add.at(cells, at, (cells[at] < MEETINGS).astype(np.uint16))
    return cells


def _in_full(codes: Codes, cells: Counts) -> Codes:
    return codes[cells[_cells(codes, cells.size)] >= MEETINGS]


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
    by_bytes = words.size <= _MOST_WORDS_BY_BYTES
    shards = max(1, -(-words.size // _SHARD))
    looked_at = shards
    if by_bytes:
        by_chance = len(_BYTES) * words.size**2 // (2 * _KEYS_OF_BYTES)
        shards = max(shards, -(-by_chance // _MOST_BY_CHANCE))
        looked_at = max(1, shards * _MOST_BY_CHANCE // max(by_chance, _MOST_BY_CHANCE))
    first = _first(bounds)
    for left_out in _BYTES if by_bytes else (None,):
        for shard in range(looked_at):
            for piece in _pieces(_sorted(words, left_out, shard, shards)):
                yield from _equal(_keys(piece), _places(piece), bounds, first)


def _sorted(words: Words, left_out: int | None, shard: int, shards: int) -> Pairs:
    """The keys of a shard with the places of their words, in order."""
    kept = np.uint32(0xFFFFFFFF if left_out is None else ~(0xFF << left_out) & 0xFFFFFFFF)
    lowest = np.uint32((shard << 32) // shards)
    width = np.uint32((shard + 1 << 32) // shards - 1) - lowest
    pairs = np.empty(round(1.1 * words.size / shards), np.uint64)
    held = 0
    for start in range(0, words.size, _BATCH):
        batch = words[start : start + _BATCH]
        mine = batch != 0
        if shards > 1:
            spread = (batch & kept) * np.uint32(0x9E3779B1)
            mine &= spread - lowest <= width  # below the lowest it wraps
        (at,) = np.nonzero(mine)
        if held + at.size > pairs.size:  # a word that comes very often
            pairs = np.concatenate([pairs[:held], np.empty(held + at.size, np.uint64)])
        pairs[held : held + at.size] = _paired(batch[at] & kept, at + start)
        held += at.size
    pairs[:held].sort()
    return pairs[:held]


def _pieces(pairs: Pairs) -> Iterator[Pairs]:
    """Parts of sorted pairs, with all that have one key in one."""
    inner = np.searchsorted(pairs, pairs[_PIECE::_PIECE] >> np.uint64(32) << np.uint64(32))
    ends = np.unique([0, *inner.tolist(), pairs.size]).tolist()
    yield from (pairs[start:end] for start, end in pairwise(ends))


def _equal(keys: Words, at: Words, bounds: Codes, first: Codes) -> Iterator[Codes]:
    n = bounds.size - 1
    shared = np.zeros(keys.size, dtype=bool)
    shared[1:] = keys[1:] == keys[:-1]
    shared[:-1] |= shared[1:]
    keys, at = keys[shared], at[shared]
    clip, place = _located(at, bounds, first)
    # a sound that is held gives one key many times in a row
    fresh = np.ones(keys.size, dtype=bool)
    fresh[1:] = (keys[1:] != keys[:-1]) | (clip[1:] != clip[:-1])
    keys, clip, place = keys[fresh], clip[fresh], place[fresh]
    for step in range(1, min(NEIGHBOURS, keys.size - 1) + 1):
        (met,) = np.nonzero(keys[step:] == keys[:-step])
        earlier = clip[met].astype(np.int64)
        yield coded(earlier * n + clip[met + step], place[met] - place[met + step])


def _first(bounds: Codes) -> Codes:
    """The clip that each block of words begins in."""
    blocks = np.arange(0, int(bounds[-1]), _BLOCK)
    return np.asarray(np.searchsorted(bounds, blocks, side="right") - 1)


def _located(at: Words, bounds: Codes, first: Codes) -> tuple[Places, Places]:
    """The clip of each word and its place there; `searchsorted` alone takes ten times as long."""
    clips, places = np.empty(at.size, np.int32), np.empty(at.size, np.int32)
    for start in range(0, at.size, _BATCH):
        part = at[start : start + _BATCH]
        clip = first[part // _BLOCK]
        while (beyond := part >= bounds[clip + 1]).any():
            clip += beyond
        clips[start : start + _BATCH] = clip
        places[start : start + _BATCH] = part - bounds[clip]
    return clips, places
