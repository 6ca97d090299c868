"""What is shipped to be copied does what it says."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

DEPLOYMENTS = ROOT / "deployments"
WORKFLOWS = ("github-gate.yml", "github-cache.yml")
STEPS: list[dict[str, Any]] = yaml.safe_load(
    (DEPLOYMENTS / "github-gate.yml").read_text(encoding="utf-8")
)["jobs"]["gate"]["steps"]
TENHOURS = """#!/bin/sh
echo "$2 $4" >> asked
[ "${2%.zip}" = "$2" ]
"""


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def offered(tmp_path: Path) -> Path:
    """A repository with one submission, and a `tenhours` that notes what it is asked."""
    command = tmp_path / "bin" / "tenhours"
    command.parent.mkdir()
    command.write_text(TENHOURS, encoding="utf-8")
    command.chmod(0o755)
    add(tmp_path / "offered", "of before/labels.json")
    git(tmp_path / "offered", "init", "-q")
    commit(tmp_path / "offered")
    return tmp_path / "offered"


def add(repository: Path, *names: str) -> None:
    for name in names:
        file = repository / "submissions" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name, encoding="utf-8")


def commit(repository: Path) -> None:
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "--allow-empty", "-m", "x")


def gate(tmp_path: Path) -> tuple[int, list[str]]:
    (script,) = (step["run"] for step in STEPS if step.get("name") == "Gate")
    environment = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=tmp_path, env=environment, timeout=60, check=False
    )
    asked = tmp_path / "asked"
    lines = asked.read_text(encoding="utf-8").splitlines() if asked.exists() else []
    return done.returncode, lines


def test_the_gate_scores_what_the_pull_request_adds_and_nothing_else(
    offered: Path, tmp_path: Path
) -> None:
    add(offered, "a folder/one.wav", "a folder/two.wav", "z\u00e9 $(touch x)/one.wav")
    commit(offered)
    names = ["a folder", "z\u00e9 $(touch x)"]
    assert gate(tmp_path) == (0, [f"offered/submissions/{name} description" for name in names])
    assert not (tmp_path / "x").exists()


def test_an_archive_that_fails_fails_the_gate(offered: Path, tmp_path: Path) -> None:
    add(offered, "b.zip", "c.tar.zst")
    commit(offered)
    names = ["b.zip", "c.tar.zst"]
    assert gate(tmp_path) == (1, [f"offered/submissions/{name} description" for name in names])


def test_what_the_base_branch_approved_is_told(offered: Path, tmp_path: Path) -> None:
    add(offered, "of before/more.wav")
    commit(offered)
    approved = tmp_path / "base" / "approved" / "of before"
    approved.parent.mkdir(parents=True)
    approved.write_text("description,samples\n", encoding="utf-8")
    assert gate(tmp_path) == (0, ["offered/submissions/of before description,samples"])


def test_a_gate_with_nothing_to_score_does_not_pass(offered: Path, tmp_path: Path) -> None:
    git(offered, "rm", "-rq", "submissions")
    commit(offered)
    assert gate(tmp_path) == (5, [])


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        *(("github-workflows", name) for name in WORKFLOWS),
        ("gitlab-ci", "gitlab-gate.yml"),
        ("compose-spec", "compose.yml"),
    ],
)
def test_the_files_fit_their_schemas(schema: str, file: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    subprocess.run([*command, DEPLOYMENTS / file], check=True, timeout=60)


def test_the_workflows_have_no_known_weakness() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    files = [DEPLOYMENTS / name for name in WORKFLOWS]
    subprocess.run([zizmor, "--offline", "--quiet", *files], check=True, timeout=60)


def test_both_gates_run_the_same_loop() -> None:
    gitlab = yaml.safe_load((DEPLOYMENTS / "gitlab-gate.yml").read_text(encoding="utf-8"))
    (loop,) = (line for line in gitlab["tenhours gate"]["script"] if "while" in line)
    (script,) = (step["run"] for step in STEPS if step.get("name") == "Gate")
    for line in ("tenhours gate", "approved=description", "status=5"):
        mine = [each.split("#")[0].strip() for each in script.splitlines() if line in each]
        assert mine
        assert all(each in loop for each in mine), mine
