"""What a selection covers, held against counting by hand."""

import pandas as pd
import pytest

from selection.cover import cover
from selection.phonemes import LETTERS
from selection.policy import load_policy
from selection.texts import diphones

CHOOSING = load_policy().selection


def clips(*rows: tuple[str, str, float | None, float]) -> pd.DataFrame:
    """Phonemes, verdict, place in which it was taken, seconds."""
    said, verdicts, picks, seconds = zip(*rows, strict=True)
    table = pd.DataFrame({"phonemes": said, "verdict": verdicts, "pick": picks})
    table["pick"] = table["pick"].astype(float)
    return table.assign(
        clip_id=[str(i) for i in range(len(rows))],
        text=[p.upper() for p in said],
        phonemes_by="hand",
        phoneme_tokens=table["phonemes"].str.len().astype(float),
        duration_s=seconds,
        selected=table["pick"].notna(),
        not_selected=[
            "" if p is not None or v != "accept" else "beyond the budget" for _, v, p, _ in rows
        ],
    )


VOICE = clips(
    ("ab", "accept", 2, 2.0),  # #a ab b#
    ("abc", "accept", 1, 3.0),  # #a ab bc c#
    ("ad", "accept", None, 1.0),  # #a ad d#
    ("xyb", "review", None, 1.0),  # #x xy yb b#
    ("xz", "reject", None, 1.0),  # #x xz z#
)


def test_the_curve_counts_what_each_clip_adds_in_the_order_of_taking() -> None:
    found = cover("V", VOICE, CHOOSING)
    assert found is not None
    assert found.seconds.tolist() == [0.0, 3.0, 5.0]
    assert found.covered.tolist() == [0, 4, 5]
    assert found.every == 12 and not found.letters


def test_what_is_missing_stands_under_the_best_verdict_that_has_it() -> None:
    found = cover("V", VOICE, CHOOSING)
    assert found is not None
    assert {v: set(names) for v, names in found.missing.items()} == {
        "accept": {"ad", "d#"},
        "review": {"#x", "xy", "yb"},
        "reject": {"xz", "z#"},
    }


def test_a_sentence_is_named_for_what_those_before_it_do_not_bring() -> None:
    found = cover("V", VOICE, CHOOSING)
    assert found is not None
    assert [(s.clip_id, s.why, set(s.brings)) for s in found.sentences] == [
        ("3", "", {"#x", "xy", "yb"}),
        ("2", "beyond the budget", {"ad", "d#"}),
        ("4", "", {"xz", "z#"}),
    ]


def test_lengths_are_shares_of_the_seconds() -> None:
    voice = clips(
        ("a" * 10, "accept", 1, 1.0),
        ("b" * 100, "accept", 2, 3.0),
        ("c" * 600, "review", None, 4.0),
    )
    found = cover("V", voice, CHOOSING)
    assert found is not None
    assert {one.name: (one.wanted, one.got, one.offered) for one in found.lengths} == {
        "short": (0.05, 0.25, 0.125),
        "usual": (0.5, 0.75, 0.375),
        "too long": (None, 0.0, 0.5),
    }


def test_nothing_selected_covers_nothing() -> None:
    assert cover("V", VOICE.assign(selected=False), CHOOSING) is None
    unlabelled = VOICE.assign(phoneme_tokens=float("nan"))
    assert cover("V", unlabelled, CHOOSING) is None


def test_a_language_that_nothing_reads_is_counted_by_letters() -> None:
    found = cover("V", VOICE.assign(phonemes_by=LETTERS), CHOOSING)
    assert found is not None and found.letters and found.every == 12


@pytest.mark.parametrize("said", ["ˈaːb, kʰə", "ab", "", "b"])
def test_units_are_written_as_they_are_in_the_text(said: str) -> None:
    units, written = diphones(clips(("zzz", "accept", 1, 1.0), (said, "accept", 2, 1.0)))
    mine = [written(int(n)) for n in units.unit[units.row == 1]]
    expected = {"ˈaːb, kʰə": {"#aː", "aːb", "bkʰ", "kʰə", "ə#"}, "ab": {"#a", "ab", "b#"}}
    assert set(mine) == expected.get(said, {"#b", "b#"} if said else set())
