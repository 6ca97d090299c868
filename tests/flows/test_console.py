"""What `tenhours score` ends with."""

import re
import shlex
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.conftest import EXAMPLE, POLICY


@pytest.fixture
def printed(
    tenhours: Callable[..., int],
    tmp_path: Path,
    store: Path,
    capsys: pytest.CaptureFixture[str],
) -> str:
    options = ("--policy", POLICY, "--out", tmp_path / "out", "--store", store)
    assert tenhours("score", EXAMPLE, *options, "--scorers", "loudness,artifacts,snr") == 0
    return capsys.readouterr().out


def test_the_end_names_what_costs_most_and_counts_each_clip_once(printed: str) -> None:
    _, _, after = printed.partition("What costs most")
    causes = [line for line in after.splitlines()[1:] if line.startswith("  ")][:5]
    assert len(causes) == 5
    seconds = [int(re.match(r" +(\d+) s ", line)[1]) for line in causes]  # type: ignore[index]
    assert seconds == sorted(seconds, reverse=True)
    assert any("(snr)" in line for line in causes)
    ((clips, account),) = re.findall(r"^(\d+) clips: (.*)\.$", printed, re.MULTILINE)
    assert sum(int(n) for n in re.findall(r"\d+", account)) == int(clips) > 150
    assert "2 alike, 4 without audio" in account


def test_the_end_says_what_to_do_next(printed: str, tenhours: Callable[..., int]) -> None:
    assert re.search(r"^Next: listen to the \d+ clips in review \(\d+ s\)$", printed, re.MULTILINE)
    (answer,) = re.findall(r"^Answer: tenhours (.*)$", printed, re.MULTILINE)
    *arguments, to = shlex.split(answer)
    assert tenhours(*arguments, Path(arguments[1]).parent / to) == 0


def test_the_version_is_that_of_the_package(
    tenhours: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert tenhours("--version") == 0
    assert capsys.readouterr().out.strip() == version("tenhours") != "0.0.0"
