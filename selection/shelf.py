"""Fingerprints of clips of before, in which those of new clips are looked up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from selection.copies import Copy, compare
from selection.meetings import Codes, Words, coded, in_order, joined, strongest

# Among millions of words keys of 24 bits meet by chance, so that the whole word is the key.
_MEETINGS = 2
_MOST = 1 << 9  # clips that share a word beyond which it tells nothing
_BATCH = 1 << 18  # words that are looked up at once


@dataclass(frozen=True)
class Shelf:
    """Fingerprints and where each of their words is: arrays that may lie on disk.

    Args:
        words: of all clips, one after the other.
        bounds: where each clip begins in ``words``, and the end.
        keys: the words in order, those that follow their like left out.
        places: where each key is in ``words``.
    """

    words: Words
    bounds: Codes
    keys: Words
    places: npt.NDArray[np.uint32]

    @property
    def clips(self) -> int:
        """How many there are."""
        return len(self.bounds) - 1

    def words_of(self, clip: int) -> Words:
        """The fingerprint of one."""
        return np.asarray(self.words[self.bounds[clip] : self.bounds[clip + 1]])


def shelve(words: Words, bounds: Codes) -> Shelf:
    """The shelf of fingerprints that follow each other; it needs 16 bytes a word while it is made.

    Raises:
        ValueError: they have 2**32 words or more.
    """
    if words.size >= 1 << 32:
        raise ValueError("more than 4 billion words on one shelf")
    fresh = words != 0
    fresh[1:] &= words[1:] != words[:-1]
    (at,) = np.nonzero(fresh)
    return Shelf(words, bounds, *in_order(words[at], at))


def find_on(shelf: Shelf, fingerprints: Sequence[Words]) -> Iterator[Copy]:
    """Every pair of a clip on the shelf (``earlier``) and one of these (``later``) with one audio.

    Work grows with the new words alone, but for a look at where they are on the shelf.
    """
    if not fingerprints or not shelf.clips:
        return
    new, starts = joined(fingerprints)
    found = [
        codes for i in range(0, new.size, _BATCH) for codes in _meetings(shelf, new, starts, i)
    ]
    pairs, offsets = strongest(np.concatenate([np.zeros(0, np.int64), *found]), _MEETINGS)
    for pair, offset in zip(pairs.tolist(), offsets.tolist(), strict=True):
        later, earlier = divmod(pair, shelf.clips)
        same = compare(shelf.words_of(earlier), fingerprints[later], offset)
        if same is not None:
            yield Copy(earlier, later, *same)


def _meetings(shelf: Shelf, new: Words, starts: Codes, begin: int) -> Iterator[Codes]:
    """Codes of (new clip, clip on the shelf, offset) where words are equal."""
    words = new[begin : begin + _BATCH]
    order = np.argsort(words, kind="stable")
    order = order[words[order] != 0]
    first = np.searchsorted(shelf.keys, words[order])
    count = np.searchsorted(shelf.keys, words[order], side="right") - first
    order, first, count = (part[(count > 0) & (count <= _MOST)] for part in (order, first, count))
    if not order.size:
        return
    which = np.repeat(np.arange(order.size), count)
    nth = np.arange(which.size) - np.repeat(np.cumsum(count) - count, count)
    there = shelf.places[first[which] + nth].astype(np.int64)
    here = order[which] + begin
    earlier = np.searchsorted(shelf.bounds, there, side="right") - 1
    later = np.searchsorted(starts, here, side="right") - 1
    offset = (there - shelf.bounds[earlier]) - (here - starts[later])
    yield coded(later * shelf.clips + earlier, offset)
