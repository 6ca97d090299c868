"""`tenhours select` and what it reads of scored folders."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from flows.scored import read_scored, read_selection


@pytest.mark.parametrize(
    ("held", "missing", "voices"),
    [("", "held back until the voice is known", {"V"}), ("stage-order", "", set())],
)
def test_what_is_held_back_is_said_by_a_field(
    out: Path,
    policy: Path,
    tmp_path: Path,
    tenhours: Callable[..., int],
    held: str,
    missing: str,
    voices: set[str],
) -> None:
    folder = shutil.copytree(out, tmp_path / "scored")
    clips = pd.read_parquet(folder / "clips.parquet")
    clips.assign(score=50.0).to_parquet(folder / "clips.parquet")
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    summary["voices"] = {
        "V": {"held": held, "missing": missing, "publish": True},
        "c-abcdefgh_HAPPY": {"held": "low-rate", "missing": "", "publish": False},
    }
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    assert read_scored(folder).publish == {"V"}
    chosen = tmp_path / "chosen.csv"
    code = tenhours("select", folder, "--to", chosen, "--policy", policy)
    assert code == (0 if voices else 5)
    assert set(pd.read_csv(chosen)["voice"]) == voices


def test_a_bare_carriage_return_in_a_label_parts_no_row(
    out: Path, policy: Path, tmp_path: Path, tenhours: Callable[..., int]
) -> None:
    folder = shutil.copytree(out, tmp_path / "scored")
    clips = pd.read_parquet(folder / "clips.parquet")
    clips.loc[0, "text"] = "The red\rdog sleeps."
    clips.assign(score=50.0).to_parquet(folder / "clips.parquet")
    chosen = tmp_path / "chosen.csv"
    assert tenhours("select", folder, "--to", chosen, "--policy", policy) == 0
    assert set(read_selection(chosen)["clip_id"]) <= set(clips["clip_id"])
    assert clips.loc[0, "clip_id"] in set(read_selection(chosen)["clip_id"])
