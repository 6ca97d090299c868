import random

import pytest

from scorers.asr.text import compare
from scorers.asr.text.alignment import align_edges
from scorers.asr.words import misheard

LINE = "the sun rose slowly over the quiet harbour and the town"


@pytest.mark.parametrize(
    ("heard", "start", "end"),
    [
        ("thesun rose slowly over the quiet harbour and the town", 0, 0),
        ("thesum rose slowly over the quiet harbour and the town", 1, 0),
        ("these un rose slowly over the quiet harbour and the town", 1, 0),
        ("the sun rose slowly over the quiet harbour and that own", 0, 1),
        ("the sun rose slowly over the quiet harbour an dthe town", 0, 0),
        ("the son rows slowly over the quiet harbour and the down", 3, 1),
    ],
)
def test_moved_word_boundaries_and_near_spellings_cost_what_they_are(heard, start, end):
    found = compare(LINE, heard, "en")
    assert (found.edge_start_errors, found.edge_end_errors) == (start, end)


@pytest.mark.parametrize(
    "heard",
    [
        "slowly over the quiet harbour and the town",
        "welcome back my friends slowly over the quiet harbour and the town",
        "i told her about it all so very slowly over the quiet harbour and the town",
    ],
)
def test_speech_before_the_label_does_not_stand_in_for_its_lost_start(heard):
    found = compare(LINE, heard, "en")
    assert found.edge_start_errors >= 6
    assert found.edge_end_errors == 0


@pytest.mark.parametrize(
    ("heard", "before", "after"),
    [
        (LINE, 0, 0),
        ("oh " + LINE, 2, 0),
        (LINE + " and then some", 0, 11),
        ("once more " + LINE + " once more", 8, 8),
    ],
)
def test_speech_beyond_the_label_is_counted_and_no_edit_of_an_edge(heard, before, after):
    found = compare(LINE, heard, "en")
    assert (found.extra_start_chars, found.extra_end_chars) == (before, after)
    assert (found.edge_start_errors, found.edge_end_errors) == (0, 0)


def test_edges_in_scripts_without_blanks():
    found = compare("今天天气很好我们一起去公园散步吧", "那个气很好我们一起去公园散步", "zh")
    assert (found.edge_start_errors, found.extra_start_chars) == (3, 0)
    assert (found.edge_end_errors, found.extra_end_chars) == (1, 0)


def test_a_mended_word_takes_its_edits_of_the_edge_off():
    found = compare(
        "Kvothe asked for a room at the inn", "quote the asked for a room at the inn", "en"
    )
    (word,) = misheard(found)
    assert word.edge_start_errors == found.edge_start_errors > 0


def test_long_texts_are_aligned_at_their_edges_alone():
    chance = random.Random(1)
    text = "".join(chance.choices("abcdefghij", k=20_000))
    found = align_edges(text, "xyz" + text[:-4])
    assert (found.start_errors, found.end_errors) == (0, 4)
    assert (found.extra_start, found.extra_end) == (3, 0)
