from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from selection import meetings
from selection.copies import Copy, find_copies
from selection.meetings import Words

CLIPS, WORDS = 60, 120


def submission(wrong: float = 0.0) -> list[Words]:
    """Random fingerprints; each of the last ten repeats one of the first ten, shifted."""
    rng = np.random.default_rng(5)
    prints = [rng.integers(1, 1 << 32, WORDS, dtype=np.uint32) for _ in range(CLIPS)]
    for n in range(10):
        flips = rng.random((WORDS, 32)) < wrong
        bits = np.packbits(flips, axis=1, bitorder="little").view("<u4")[:, 0]
        prints[CLIPS - 10 + n] = np.roll(prints[n] ^ bits, 3)
    return prints


def pairs(found: list[Copy]) -> list[tuple[int, int]]:
    return [(copy.earlier, copy.later) for copy in found]


WANTED = [(n, CLIPS - 10 + n) for n in range(10)]


def test_copies_are_found_at_another_place_and_with_errors() -> None:
    assert pairs(find_copies(submission())) == WANTED
    assert pairs(find_copies(submission(wrong=0.08))) == WANTED


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if these words were so many that all their keys met by chance."""
    monkeypatch.setattr(meetings, "_KEYS_OF_BYTES", 64)
    monkeypatch.setattr(meetings, "_MOST_BY_CHANCE", 2 * (CLIPS * WORDS) ** 2 // 64 // 5)
    yield


@pytest.mark.usefixtures("crowded")
def test_of_many_words_a_share_of_the_keys_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    ordered = meetings._sorted

    def sorted_too(words: Words, left_out: int, shard: int, shards: int) -> meetings.Pairs:
        asked.append((shard, shards))
        return ordered(words, left_out, shard, shards)

    monkeypatch.setattr(meetings, "_sorted", sorted_too)
    assert pairs(find_copies(submission(wrong=0.04))) == WANTED
    assert asked == [(0, 5)] * 4


def test_keys_that_come_in_parts_are_each_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    words = rng.integers(1, 1 << 32, 50_000, dtype=np.uint32)
    words[20_000:] = words[7]  # more than its part would have room for
    monkeypatch.setattr(meetings, "_PIECE", 100)
    sorted_ones = [meetings._sorted(words, None, shard, 7) for shard in range(7)]
    pieces = [list(meetings._pieces(pairs)) for pairs in sorted_ones]
    assert min(map(len, pieces)) > 10
    for one, other in (pair for mine in pieces for pair in pairwise(mine)):
        assert meetings._keys(one)[-1] < meetings._keys(other)[0]
    found = np.concatenate([piece for mine in pieces for piece in mine])
    places = meetings._places(found)
    assert np.array_equal(np.sort(places), np.arange(words.size))
    assert np.array_equal(words[places], meetings._keys(found))


def test_meetings_that_cannot_be_held_are_counted_in_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    held = find_copies(submission(wrong=0.05))
    monkeypatch.setattr(meetings, "_MOST_KEPT", 10)
    assert find_copies(submission(wrong=0.05)) == held
    assert pairs(held) == WANTED


def test_clips_that_share_one_word_are_no_copies() -> None:
    """It meets under all four keys, which is as often as a copy has to."""
    prints = submission()
    prints[20] = prints[20].copy()
    prints[20][50] = prints[30][60]
    assert pairs(find_copies(prints)) == WANTED
    assert find_copies(prints[:1]) == []
    assert find_copies([np.zeros(0, np.uint32)] * 2) == []


def test_words_are_located_in_clips_of_any_length() -> None:
    rng = np.random.default_rng(4)
    lengths = rng.choice([0, 1, 2, 3, 40, 700], 3_000)
    _, bounds = meetings.joined([np.zeros(n, np.uint32) for n in lengths])
    at = np.arange(bounds[-1], dtype=np.uint32)
    clip, place = meetings._located(at, bounds, meetings._first(bounds))
    assert np.array_equal(clip, np.repeat(np.arange(lengths.size), lengths))
    assert np.array_equal(place, np.concatenate([np.arange(n) for n in lengths]))


def test_a_meeting_that_comes_many_times_is_counted_to_the_end() -> None:
    held = np.repeat(np.array([7, 9]), [1 << 18, 3])
    cells = meetings._counted(held, meetings._no_cells(held.size))
    assert set(meetings._in_full(held, cells).tolist()) == {7}


def test_words_that_follow_each_other_are_not_copied() -> None:
    apart = {str(n): words for n, words in enumerate(submission())}
    apart["none"] = np.zeros(0, np.uint32)
    laid = meetings.together(apart)
    assert all((laid[n] == words).all() for n, words in apart.items())
    every = list(laid.values())
    for some in (every, every[3:9]):
        words, bounds = meetings.joined(some)
        assert np.shares_memory(words, some[0])
        assert (words == np.concatenate(some)).all()
        assert bounds.tolist() == np.cumsum([0, *map(len, some)]).tolist()
    for others in (
        *(every[::2], every[::-1], [*every[:2], every[1]], list(apart.values())),
        *([every[0][::2]], [every[0][::-1]]),
    ):
        words, _ = meetings.joined(others)
        assert not np.shares_memory(words, others[0])
        assert (words == np.concatenate(others)).all()
