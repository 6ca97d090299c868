"""Copies of new clips among those of before."""

import numpy as np
import pytest

from selection.copies import find_copies
from selection.shelf import Shelf, find_on, shelve
from tests.scorers.test_fingerprint import CLIPS, changed, clip, originals, words
from tests.selection.test_duplicates import noisy, print_of


def shelf_of(*prints: np.ndarray) -> Shelf:
    return shelve(np.concatenate(prints), np.cumsum([0, *(p.size for p in prints)]))


@pytest.mark.parametrize(
    "kind", ["MP3 at 64 kbit/s", "Opus at 32 kbit/s", "trimmed", "12 dB up", "another rate"]
)
def test_copies_of_real_speech_are_found_among_thousands(kind: str) -> None:
    others = [print_of(1000 + i, 5.0) for i in range(2000)]
    shelf = shelf_of(*others, *originals())
    new = [words(*changed(kind, *clip(path))) for path in CLIPS]
    found = {(c.earlier - len(others), c.later) for c in find_on(shelf, new)}
    assert found == {(i, i) for i in range(len(CLIPS))}


def test_it_finds_what_comparing_all_finds_and_nothing_else() -> None:
    old = [print_of(i) for i in range(40)]
    new = [*(print_of(100 + i) for i in range(10)), *(noisy(old[i], 0.04, i) for i in range(10))]
    found = sorted((c.earlier, c.later, c.errors) for c in find_on(shelf_of(*old), new))
    pairs = [c for c in find_copies([*old, *new]) if c.earlier < 40 <= c.later]
    assert found == sorted((c.earlier, c.later - 40, c.errors) for c in pairs)
    assert len(found) == 10


def test_nothing_is_on_an_empty_shelf_and_silence_is_no_copy() -> None:
    empty = shelve(np.zeros(0, np.uint32), np.zeros(1, np.int64))
    assert not list(find_on(empty, [print_of(1)]))
    quiet = np.zeros(100, np.uint32)
    assert not list(find_on(shelf_of(quiet, print_of(1)), [quiet]))
    assert not list(find_on(shelf_of(print_of(1)), []))
