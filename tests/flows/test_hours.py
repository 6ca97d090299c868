"""`tenhours hours` over scored folders."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest


def scored(of: Path, to: Path, person: str, clips: slice, seconds: float, held: str = "") -> Path:
    folder = shutil.copytree(of, to)
    table = pd.read_parquet(folder / "clips.parquet").assign(voice="V", score=50.0)[clips]
    table.assign(duration_s=seconds).to_parquet(folder / "clips.parquet")
    about = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    about |= {"contributor": person, "voices": {"V": {"held": held}}}
    (folder / "summary.json").write_text(json.dumps(about), encoding="utf-8")
    return folder


def test_hours_add_up_over_submissions_and_copies_count_once(
    out: Path,
    tmp_path: Path,
    tenhours: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    folders = [
        scored(out, tmp_path / "1", "c-one", slice(0, 4), 300.0),
        scored(out, tmp_path / "2", "c-one", slice(2, 8), 300.0),
        scored(out, tmp_path / "3", "c-two", slice(0, 10), 1200.0),
        scored(out, tmp_path / "4", "c-three", slice(0, 10), 1200.0, "licence-refused"),
    ]
    assert tenhours("hours", *folders) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[:3] == [
        "c-one, 2 submissions:",
        "- V: 40 min accepted; 20 min more of V reach the hour",
        "c-two, 1 submission:",
    ]
    assert told[3] == "- V: 3 h 20 min accepted; up to 6 h 40 min more is welcome"
    assert told[5:7] == [
        "- V: 0 s accepted; 1 h more of V reach the hour",
        "    held back in a submission: licence-refused",
    ]
    assert told[-1] == "- en: 4 h accepted"


def test_a_new_language_wants_its_hours_over_all_contributors(
    out: Path,
    tmp_path: Path,
    tenhours: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    # each was held back in its own run, which knows of no other
    folders = [
        scored(out, tmp_path / f"{n}", f"c-{n}", slice(0, 10), 1300.0, "language-hours")
        for n in range(3)
    ]
    for folder in folders:
        path = folder / "clips.parquet"
        pd.read_parquet(path).assign(language="fi").to_parquet(path)
    tenhours("hours", *folders[:2])
    told = capsys.readouterr().out
    assert "- fi: 7 h 13 min accepted." in told
    assert "wants more than 10 h" in told
    assert told.count("- V: 3 h 36 min accepted") == told.count("language-hours") == 2
    tenhours("hours", *folders)
    told = capsys.readouterr().out
    assert "more than" not in told.splitlines()[-1]
    assert "language-hours" not in told


def test_what_a_language_wanted_is_chosen_from_once_all_of_it_is_there(
    out: Path, tmp_path: Path
) -> None:
    from flows.scored import over_all, read_scored
    from flows.select import choose
    from selection.policy import load_policy

    rules = load_policy()
    held = ["language-hours", "language-hours", "licence-refused"]
    folders = [
        scored(out, tmp_path / f"{n}", "c-one", slice(5 * n, 5 * n + 5), 5000.0, why)
        for n, why in enumerate(held[:2])
    ]
    folders.append(scored(out, tmp_path / "3", "c-two", slice(0, 10), 5000.0, held[2]))
    for folder in folders:
        path = folder / "clips.parquet"
        pd.read_parquet(path).assign(language="fi-FI").to_parquet(path)
    read = [read_scored(folder) for folder in folders]
    assert [one.held["V"] for one in over_all(read, rules.terms)] == ["", "", "licence-refused"]
    assert [one.held["V"] for one in over_all(read[1:], rules.terms)] == held[1:]
    assert over_all([], rules.terms) == []
    assert len(choose(read[:2], rules, 10.0)) == 0
    assert len(choose(over_all(read, rules.terms)[:2], rules, 10.0)) > 0
