"""Copies of what was accepted before, over several submissions and contributors."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile as sf

from flows.shelf import KeptShelf
from selection.rules.judging import EARLIER_OTHER, EARLIER_OWN, EARLIER_TEXT
from tests.conftest import POLICY
from tests.flows.test_watch import small
from tests.selection.test_duplicates import noisy, print_of


def clips(*numbers: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "clip_id": [f"{n}" for n in numbers],
            "voice": "V",
            "audio_file": [f"{n}.wav" for n in numbers],
            "text": [f"Line {n}." for n in numbers],
            "verdict": "accept",
        }
    )


def prints(*numbers: int, wrong: float = 0.0) -> dict[str, np.ndarray]:
    return {f"{n}": noisy(print_of(n), wrong) for n in numbers}


def found(shelf: KeptShelf, contributor: str, submission: str, *numbers: int) -> dict[str, str]:
    told = shelf.find(clips(*numbers), prints(*numbers, wrong=0.04), contributor, submission)
    return {finding.clip_id: finding.rule for finding in told}


def test_own_copies_and_those_of_others_are_told_apart(tmp_path: Path) -> None:
    shelf = KeptShelf(tmp_path)
    assert found(shelf, "c-a", "a/1", 1) == {}
    shelf.put(clips(1, 2), prints(1, 2), "c-a", "a/1")
    assert found(shelf, "c-a", "a/2", 1, 3) == {"1": EARLIER_OWN}
    assert found(shelf, "c-b", "b/1", 1, 3) == {"1": EARLIER_OTHER}
    (told,) = shelf.find(clips(1), prints(1), "c-b", "b/1")
    assert "c-a" not in str(told)
    assert found(shelf, "c-a", "a/1", 1, 3) == {}, "the same submission, scored anew"


def test_the_same_text_is_noted_for_its_contributor_only(tmp_path: Path) -> None:
    shelf = KeptShelf(tmp_path)
    shelf.put(clips(1), prints(1), "c-a", "a/1")
    assert [f.rule for f in shelf.find(clips(1), prints(9), "c-a", "a/2")] == [EARLIER_TEXT]
    assert shelf.find(clips(1), prints(9), "c-b", "b/1") == []
    assert shelf.find(clips(1).assign(voice="W"), prints(9), "c-a", "a/2") == []


def test_what_is_put_anew_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    shelf = KeptShelf(tmp_path)
    shelf.put(clips(1, 2), prints(1, 2), "c-a", "a/1")
    shelf.put(clips(2, 3), prints(2, 3), "c-a", "a/1")
    assert found(shelf, "c-b", "b/1", 1, 2, 3) == dict.fromkeys("23", EARLIER_OTHER)
    shelf.put(clips(), {}, "c-a", "a/1")
    assert found(shelf, "c-b", "b/1", 1, 2, 3) == {}


def test_a_clock_that_is_set_back_makes_nothing_older(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = KeptShelf(tmp_path)
    for n, now in enumerate((3_000, 2_000, 1_000)):
        monkeypatch.setattr("flows.shelf.time.time_ns", lambda now=now: now)
        shelf.put(clips(n), prints(n), "c-a", "a/1")
        assert found(shelf, "c-b", "b/1", 0, 1, 2) == {f"{n}": EARLIER_OTHER}


def test_many_submissions_are_merged_and_what_fell_away_stays_away(tmp_path: Path) -> None:
    shelf = KeptShelf(tmp_path)
    for n in range(40):
        shelf.put(clips(n), prints(n), "c-a", f"a/{n}")
        if n == 20:
            shelf.put(clips(), {}, "c-a", "a/3")
    assert len(list(tmp_path.glob("part-*"))) < 20
    assert set(found(shelf, "c-b", "b/1", *range(40))) == {f"{n}" for n in range(40)} - {"3"}


def test_who_is_forgotten_is_off_the_shelf_and_the_others_stay(tmp_path: Path) -> None:
    shelf = KeptShelf(tmp_path)
    assert shelf.drop("c-a") == 0
    for n in range(17):  # some are merged into a part of several contributors
        shelf.put(clips(n), prints(n), "c-a" if n % 2 else "c-b", f"s/{n}")
    shelf.drop("c-a")
    assert set(found(shelf, "c-c", "c/1", *range(17))) == {f"{n}" for n in range(0, 17, 2)}
    kept = [pd.read_parquet(path) for path in tmp_path.glob("part-*/clips.parquet")]
    assert set(pd.concat(kept)["contributor"]) == {"c-b"}


def renamed(submission: Path, contributor: str, suffix: str) -> Path:
    """The submission by somebody else, coded anew: nothing of it has the same bytes."""
    description = submission / "submission.toml"
    text = description.read_text(encoding="utf-8")
    line = next(row for row in text.splitlines() if row.startswith("contributor"))
    description.write_text(text.replace(line, f'contributor = "{contributor}"'), encoding="utf-8")
    labels = submission / "VOICE_A_NEUTRAL" / "labels.json"
    for wav in submission.rglob("*.wav"):
        audio, rate = sf.read(wav)
        sf.write(wav.with_suffix(suffix), 0.7 * audio, rate)
        wav.unlink()
    labels.write_text(labels.read_text(encoding="utf-8").replace(".wav", suffix), encoding="utf-8")
    return submission


@pytest.mark.parametrize(
    ("contributor", "rule"), [("Zebulon Quark", EARLIER_OTHER), ("", EARLIER_OWN)]
)
def test_clips_coded_anew_are_caught_when_they_come_again(
    tenhours: Callable[..., int],
    tmp_path: Path,
    contributor: str,
    rule: str,
) -> None:
    first = small(tmp_path / "first", 3)
    name = next(
        row.partition('"')[2].rstrip('"')
        for row in (first / "submission.toml").read_text(encoding="utf-8").splitlines()
        if row.startswith("contributor")
    )
    again = renamed(shutil.copytree(first, tmp_path / "again"), contributor or name, ".flac")
    shelf = tmp_path / "shelf"
    for n, submission in enumerate((first, again)):
        places = ("--policy", POLICY, "--store", tmp_path / "store", "--shelf", shelf)
        options = (*places, "--scorers", "fingerprint", "--approved", "description,samples")
        assert tenhours("score", submission, "--out", tmp_path / f"{n}", *options) == 0
    before = pd.read_csv(tmp_path / "0" / "verdicts.csv")
    accepted = int((before["verdict"] == "accept").sum())
    assert accepted > 0, before["reasons"].tolist()
    findings = pd.read_csv(tmp_path / "1" / "findings.csv")
    assert int((findings["rule"] == rule).sum()) == accepted
