"""Two runs of one submission: what changed, and by which rule."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser

from tests.browser import open_report, violations
from tests.conftest import EXAMPLE, POLICY

STRICT = f"""
name = "strict"
extends = "{POLICY}"
[rules.snr]
review_below = 35.0
reject_below = 30.0
why = "To see what changes."
"""


@pytest.fixture(scope="module")
def runs(
    tenhours: Callable[..., int], store: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[Path]:
    """The example by the example's policy, by a stricter one, and without a scorer."""
    root = tmp_path_factory.mktemp("runs")
    (root / "strict.toml").write_text(STRICT, encoding="utf-8")
    outs = []
    for name, policy, scorers in (
        ("a", POLICY, "loudness,artifacts,snr"),
        ("b", root / "strict.toml", "loudness,artifacts,snr"),
        ("c", POLICY, "loudness,snr"),
    ):
        outs.append(root / name)
        options = ("--policy", policy, "--store", store, "--scorers", scorers)
        assert tenhours("score", EXAMPLE, "--out", outs[-1], *options) == 0
    return outs


def test_a_run_is_like_itself(
    runs: list[Path], tenhours: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert tenhours("compare", runs[0], runs[0]) == 0
    printed = capsys.readouterr().out
    assert (
        f"0 of {len(pd.read_parquet(runs[0] / 'clips.parquet'))} clips changed verdict" in printed
    )
    assert "differs" not in printed


def test_what_a_policy_changes_is_named_on_both_sides(
    runs: list[Path], tenhours: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert tenhours("compare", runs[0], runs[1]) == 1
    printed = capsys.readouterr().out
    before, after = (pd.read_parquet(out / "clips.parquet") for out in runs[:2])
    changed = int((before["verdict"] != after["verdict"]).sum())
    assert changed >= 3
    assert f"{changed} of {len(before)} clips changed verdict" in printed
    assert "differs: policy: rules.snr.reject_below: 15.0 -> 30.0" in printed
    moved = [line for line in printed.splitlines() if " -> reject, " in line]
    assert [line.split(":")[0].strip() for line in moved] == ["snr"]
    assert "(bound 30 dB)" in printed
    assert tenhours("compare", runs[1], runs[0]) == 1
    assert "(bound 30 dB)" in capsys.readouterr().out


def test_another_scorer_is_another_version(
    runs: list[Path], tenhours: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert tenhours("compare", runs[0], runs[2]) == 1
    assert "differs: version of artifacts: " in capsys.readouterr().out


def test_other_submissions_are_refused(
    runs: list[Path],
    tenhours: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = tmp_path / "other"
    shutil.copytree(runs[0], other)
    clips = pd.read_parquet(other / "clips.parquet")
    clips.assign(clip_id="x" + clips["clip_id"]).to_parquet(other / "clips.parquet")
    assert tenhours("compare", runs[0], other) == 2
    assert "no clip in common" in capsys.readouterr().err
    summary = (other / "summary.json").read_text("utf-8")
    (other / "summary.json").write_text(summary.replace('"c-', '"c-other'), "utf-8")
    assert tenhours("compare", runs[0], other) == 2
    assert "is of c-" in capsys.readouterr().err


def test_the_page_shows_the_same(
    chromium: Browser, runs: list[Path], tenhours: Callable[..., int], tmp_path: Path
) -> None:
    page = tmp_path / "compare.html"
    assert tenhours("compare", runs[0], runs[1], "--html", page) == 1
    for width, scheme in ((1400, "light"), (1400, "dark"), (400, "light")):
        with open_report(chromium, page, width=width, scheme=scheme) as shown:
            assert "changed their verdict" in shown.page.inner_text("h1")
            assert "rules.snr.reject_below" in shown.page.inner_text("main")
            beyond = "document.documentElement.scrollWidth - window.innerWidth"
            assert shown.page.evaluate(beyond) <= 0
            assert violations(shown.page) == ""
        assert shown.errors == []
