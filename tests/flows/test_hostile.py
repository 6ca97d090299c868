"""Whatever is handed in, `score` and `gate` come to their end and leave one whole set."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows.outputs import FILES, GATE_FILES
from selection.exit_codes import FAILED, NOTHING, PASS, USAGE
from tests.clips.zoo import REFUSED, cases
from tests.conftest import ROOT
from tests.flows.test_watch import small

CASES = {case.name: case for case in cases()}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("hostile")
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.hostile", folder / "cases"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    found = {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}
    if "memory" not in found:
        pytest.fail(f"it stopped after {list(found)[-1:]}: {done.stderr[-2000:]}")
    return found


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, results: dict[str, dict[str, Any]]) -> None:
    score, gate = results[name]["score"], results[name]["gate"]
    refused = results[name]["expected"] == REFUSED
    assert score["code"] in ({USAGE} if refused else {PASS, NOTHING})
    assert gate["code"] in ({FAILED, USAGE} if refused else {FAILED, NOTHING})
    whole = (sorted(FILES), []) if not refused else ([], sorted((*FILES, *GATE_FILES)))
    assert (score["new"], score["old"]) == whole
    if refused:
        assert gate["old"] == sorted(FILES)
        assert gate["new"] == (sorted(GATE_FILES) if gate["code"] == FAILED else [])
    else:
        assert (gate["new"], gate["old"]) == (sorted((*FILES, *GATE_FILES)), [])


def test_no_process_takes_a_gibibyte(results: dict[str, dict[str, Any]]) -> None:
    assert results["memory"]["mib"] < 1024


def test_no_module_of_a_working_directory_is_imported(tmp_path: Path) -> None:
    """A submission may be the working directory, and hold what Python looks for there first."""
    folder, out = small(tmp_path / "sub", 2), tmp_path / "out"
    for name in ("multiprocessing", "concurrent", "encodings", "flows", "prefect", "ctypes"):
        (folder / name).mkdir()
        mark = f"open({str(tmp_path / 'mark')!r}, 'a').write({name!r})"
        (folder / name / "__init__.py").write_text(mark, encoding="utf-8")
    command = [Path(sys.executable).with_name("tenhours"), "score", ".", "--out", out]
    options = ("--scorers", "loudness", "--store", tmp_path / "store", "--batch-s", "1")
    ways = ("--runner", "processes", "--workers", "2", "--ledger", "")
    done = subprocess.run(
        [*map(str, (*command, *options, *ways))], cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == PASS, done.stderr
    assert (out / "report.html").exists()
    assert not (tmp_path / "mark").exists(), (tmp_path / "mark").read_text()
