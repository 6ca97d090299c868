"""Readings of figures that are wrong: counted, and as errors in a number, which nothing excuses."""

import csv
from pathlib import Path

import pytest

from scorers.asr.text import compare
from scorers.asr.words import misheard

_TABLE = (Path(__file__).parent / "misread.csv").read_text(encoding="utf-8")
MISREAD = list(csv.DictReader(_TABLE.splitlines()))


@pytest.mark.parametrize("row", MISREAD, ids=lambda row: f"{row['language']}: {row['heard']}")
def test_a_misread_figure_is_an_error_in_a_number(row: dict[str, str]) -> None:
    found = compare(row["label"], row["heard"], row["language"])
    assert found.number_errors > 0
    assert len(found.in_numbers) == found.word_errors >= found.number_errors


@pytest.mark.parametrize(
    ("label", "heard", "numbers", "words"),
    [
        ("ask kvothe about 5 cats", "ask quote the about five cats", 0, [("kvothe", False)]),
        ("ask kvothe for 5 cats", "ask quote for 9 cats", 1, [("kvothe", False), ("five", True)]),
        ("it is -5 degrees", "it is 5 degrees", 1, [("minus", True)]),
        ("half past seven", "half past eleven", 1, [("seven", True)]),
        ("for you", "4 you", 1, [("for", True)]),
        ("one of them", "a of them", 0, [("one", False)]),
    ],
)
def test_a_word_knows_whether_it_is_a_number(
    label: str, heard: str, numbers: int, words: list[tuple[str, bool]]
) -> None:
    found = compare(label, heard, "en")
    assert found.number_errors == numbers
    assert [(m.word, m.number) for m in misheard(found)] == words
