import csv
from pathlib import Path

import pytest

from scorers.asr.text import compare

TABLE = Path(__file__).parent / "pairs.csv"
PAIRS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))


def test_the_table_is_large_enough():
    assert len(PAIRS) >= 220
    assert len({row["language"] for row in PAIRS}) >= 12


@pytest.mark.parametrize("row", PAIRS, ids=lambda row: f"{row['language']}-{row['label'][:40]}")
def test_errors_are_those_a_person_counts(row):
    found = compare(row["label"], row["heard"], row["language"])
    if row["word_errors"]:
        assert found.word_errors == int(row["word_errors"]), found
    if row["char_errors"]:
        assert found.char_errors == int(row["char_errors"]), found
