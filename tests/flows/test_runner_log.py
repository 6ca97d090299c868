"""A gate's log orders nothing of GitHub's runner but our own annotations."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clips.build import DESCRIPTION, tone
from tests.conftest import POLICY, ROOT
from tests.flows.runner_log import Command, commands

VOICES = (
    "::notice::Gate passed.",
    "::stop-commands::x",
    "a ##[error]gone",
    ":\ufe0f:add-mask:\ufe0f:a",
    "#\u034f#[group]b",
    "VOICE\n::warning::b\r::error::c",
    "\u2028::error::d",
)
TEXT = "Hello. ::error::e\n::add-mask::Gate\n##[set-env name=A;]f %0A::notice::g"
ANNOTATIONS = ("error", "warning")


@pytest.mark.parametrize(
    ("log", "found"),
    [
        ("  ::error file=a,line=1::b::c", [Command("error", "file=a,line=1", "b::c")]),
        ("::Group::a\n::endgroup::", [Command("group", "", "a"), Command("endgroup", "", "")]),
        ("a ##[set-output name=x;]1", [Command("set-output", "name=x;", "1")]),
        ("x\r::notice::y", [Command("notice", "", "y")]),
        (":\u034f:debug:\ufe00:z", [Command("debug", "", "z")]),
        ("a ::error::b", []),
        ("::error:b ##[error", []),
        ("::unheard-of::b", []),
    ],
)
def test_the_rules_of_the_runner(log: str, found: list[Command]) -> None:
    assert list(commands(log)) == found


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A submission whose every name and text gives orders."""
    root = tmp_path / "repository" / "::error::sub ##[debug]"
    (root.parent / ".git").mkdir(parents=True)
    for number, voice in enumerate(VOICES):
        rows = [
            {"audio_file": f"{n}::warning::{voice.replace('/', '')}.wav", "text": f"{TEXT} {n}"}
            for n in range(2)
        ]
        tone(root / voice / rows[0]["audio_file"], 0.3, rate_hz=8_000, seed=number)
        (root / voice / "labels.json").write_text(json.dumps({"samples": rows}), encoding="utf-8")
    described = DESCRIPTION.replace("Ada Example", "::add-mask::Ada ##[error]")
    (root / "submission.toml").write_text(described, encoding="utf-8")
    return root


def log_of(command: list[str], *arguments: object) -> tuple[int, str]:
    """The exit code, and all that the command says, to standard output and error alike."""
    done = subprocess.run(
        [*command, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"GITHUB_ACTIONS": "true"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout.decode()


def test_a_gate_on_names_that_are_orders(hostile: Path, command: list[str], tmp_path: Path) -> None:
    options = ("--policy", POLICY, "--scorers", "loudness", "--store", tmp_path / "store")
    code, log = log_of(command, "gate", hostile, *options, "--out", tmp_path / "out")
    assert code == 1
    assert "Gate failed." in log
    found = list(commands(log))
    assert 0 < len(found) <= 10
    assert {each.name for each in found} <= set(ANNOTATIONS)
    ours = [line for line in log.splitlines() if line.startswith(("::error ", "::warning "))]
    assert len(ours) == len(found)
    assert all("title=" in each.properties for each in found)


def test_a_gate_that_cannot_read_names_that_are_orders(
    hostile: Path, command: list[str], tmp_path: Path
) -> None:
    shutil.rmtree(hostile)
    hostile.with_suffix(".zip").write_bytes(b"PK\x03\x04")
    code, log = log_of(command, "gate", hostile.with_suffix(".zip"), "--out", tmp_path / "out")
    assert code == 1
    (found,) = commands(log)
    assert (found.name, "title=unreadable" in found.properties) == ("error", True)


@pytest.mark.parametrize("told", ["check", "score"])
def test_other_commands_on_names_that_are_orders(
    hostile: Path, command: list[str], tmp_path: Path, told: str
) -> None:
    more = ("--scorers", "loudness", "--store", tmp_path / "s", "--out", tmp_path / "o")
    _, log = log_of(command, told, hostile, "--policy", POLICY, *(more if told == "score" else ()))
    assert "notice" in log
    assert list(commands(log)) == []
