"""Every case of the zoo gives its finding; none crashes, hangs, escapes or eats memory."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clips.rules import INTAKE_RULES
from tests.clips.zoo import REFUSED, cases

ROOT = Path(__file__).parents[2]
CASES = {case.name: case for case in cases()}


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What one process says of all cases; a case that it did not survive is missing."""
    folder = tmp_path_factory.mktemp("zoo") / "cases"
    done = subprocess.run(
        [sys.executable, "-m", "tests.clips.zoo", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    found = {line["name"]: line for line in lines}
    if len(found) < len(CASES):
        pytest.fail(f"the zoo stopped after {list(found)[-1:]}: {done.stderr[-2000:]}")
    return found


def test_the_zoo_is_large_enough() -> None:
    assert len(CASES) == len(cases())
    assert len(CASES) >= 120
    expected = {case.expected for case in CASES.values()} - {REFUSED}
    assert expected <= set(INTAKE_RULES)
    assert set(INTAKE_RULES) - expected == set()


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, results: dict[str, dict[str, Any]]) -> None:
    found = results[name]
    assert CASES[name].expected in found["rules"]
    assert found["peak_mib"] < 1024
    assert found["written"] == []
    assert all(len(sentence) < 1000 for sentence in found["sentences"])
    assert all(sentence.isprintable() for sentence in found["sentences"])
    if found.get("rows_on_disk") is not None:
        assert found["rows"] == found["rows_on_disk"]
    if "audio_on_disk" in found:
        assert set(found["audio_on_disk"]) <= set(found["known"])


def test_correct_rows_survive_beside_broken_ones(results: dict[str, dict[str, Any]]) -> None:
    for name in ("audio-text", "path-parent", "link-out", "zip-checksum", "name-newline"):
        assert "unlabelled-audio" not in results[name]["rules"] or name == "path-parent"
        assert results[name]["rows"] >= 2
