"""What is shipped to be copied does what it says."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

STEPS: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / "deployments" / "github-gate.yml").read_text(encoding="utf-8")
)["jobs"]["gate"]["steps"]


@pytest.fixture
def offered(tmp_path: Path) -> Path:
    """An empty folder to gate, and a `tenhours` that notes its submission and fails on a .zip."""
    command = tmp_path / "bin" / "tenhours"
    command.parent.mkdir()
    command.write_text('#!/bin/sh\necho "$2" >> asked\n[ "${2%.zip}" = "$2" ]\n', encoding="utf-8")
    command.chmod(0o755)
    inbox = tmp_path / "offered" / "submissions"
    inbox.mkdir(parents=True)
    return inbox


def gate(tmp_path: Path) -> tuple[int, list[str]]:
    (script,) = (step["run"] for step in STEPS if step.get("name") == "Gate")
    environment = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "APPROVED": "description"}
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=tmp_path, env=environment, timeout=60, check=False
    )
    asked = tmp_path / "asked"
    lines = asked.read_text(encoding="utf-8").splitlines() if asked.exists() else []
    return done.returncode, lines


def test_the_gate_scores_folders_and_archives_and_fails_when_one_does(
    offered: Path, tmp_path: Path
) -> None:
    (offered / "a folder").mkdir()
    (offered / ".hidden").mkdir()
    assert gate(tmp_path) == (0, ["offered/submissions/a folder"])
    (tmp_path / "asked").unlink()
    (offered / "b.zip").touch()
    (offered / "c.tar.zst").touch()
    names = ["a folder", "b.zip", "c.tar.zst"]
    assert gate(tmp_path) == (1, [f"offered/submissions/{name}" for name in names])


def test_a_gate_with_nothing_to_score_does_not_pass(offered: Path, tmp_path: Path) -> None:
    assert gate(tmp_path) == (5, [])
