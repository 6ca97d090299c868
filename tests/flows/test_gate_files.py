"""What a gate leaves behind: whole, new, and with a reason where nothing could be read."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.gate_files import within_repository
from flows.outputs import GATE_FILES
from reports.gate import SUMMARY_BYTES, cut
from tests.conftest import POLICY
from tests.flows.test_watch import small


@pytest.fixture
def refused(
    tenhours: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The files of a gate on a broken archive in a repository, over those of an earlier pass."""
    (tmp_path / ".git").mkdir()
    archive = tmp_path / "submissions" / "zebulon.zip"
    archive.parent.mkdir()
    archive.write_bytes(b"PK\x03\x04 and nothing more")
    out = tmp_path / "out"
    out.mkdir()
    (out / "gate.json").write_text('{"passed": true}', encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "step.md"))
    assert tenhours("gate", archive, "--out", out) == 1
    return {p.name: p.read_text(encoding="utf-8") for p in (*out.iterdir(), tmp_path / "step.md")}


def test_an_unreadable_archive_fails_with_a_reason_in_every_output(refused: dict[str, str]) -> None:
    verdict = json.loads(refused["gate.json"])
    assert (verdict["passed"], verdict["exit_code"]) == (False, 1)
    assert verdict["reasons"][0].startswith("The submission: ")
    assert 'failures="1"' in refused["junit.xml"]
    assert "tenhours gate: failed" in refused["gate.md"] == refused["step.md"]


def test_its_name_is_in_none_of_them(refused: dict[str, str]) -> None:
    assert not [name for name, text in refused.items() if "zebulon" in text]


def test_a_gate_that_cannot_begin_leaves_no_pass_of_before(
    tenhours: Callable[..., int], tmp_path: Path
) -> None:
    for name in GATE_FILES:
        (tmp_path / name).write_text("passed", encoding="utf-8")
    assert tenhours("gate", tmp_path / "not there", "--out", tmp_path) == 2
    assert not list(tmp_path.iterdir())


def test_the_summaries_of_one_step_share_one_limit() -> None:
    summary = "# title\n" + "| a line |\n" * 1000
    room = SUMMARY_BYTES
    while kept := cut(summary, room):
        room -= len(kept.encode())
    assert 0 <= room < 200
    assert cut(summary, 5000).endswith("the report has the rest.\n")


def test_annotations_are_placed_within_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert within_repository(tmp_path / "submissions" / "a") == "submissions/a"
    assert within_repository(Path("/")) == ""


def test_a_gate_opens_no_link_and_score_follows_it_and_says_so(
    tenhours: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real = small(tmp_path / "real", 1)
    link = tmp_path / "zebulon"
    link.symlink_to(real)
    options = ("--policy", POLICY, "--scorers", "loudness", "--store", tmp_path / "store")
    assert tenhours("gate", link, *options, "--out", tmp_path / "out") == 1
    verdict = json.loads((tmp_path / "out" / "gate.json").read_text(encoding="utf-8"))
    assert verdict["reasons"][0].startswith("The submission: it is a symbolic link")
    capsys.readouterr()
    assert tenhours("score", link, *options, "--out", tmp_path / "out") == 0
    assert f"what is read is {real}" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--out", "--store"])
def test_what_is_written_lies_outside_of_the_submission(
    tenhours: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    option: str,
) -> None:
    root = small(tmp_path / "sub", 1)
    folders = {"--out": tmp_path / "out", "--store": tmp_path / "store"} | {option: root / "x"}
    given = [part for pair in folders.items() for part in pair]
    assert tenhours("score", root, "--scorers", "loudness", *given) == 2
    assert f"{option} {root / 'x'} lies inside the submission" in capsys.readouterr().err
    assert not (root / "x").exists()
