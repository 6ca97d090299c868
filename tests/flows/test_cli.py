import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.job import job_name
from tests.conftest import EXAMPLE, POLICY, ROOT


def test_wrong_paths_policies_and_models_exit_2_and_say_what_to_do(
    tenhours: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ("--out", tmp_path / "out", "--store", tmp_path / "store")
    cases = (
        (("score", tmp_path / "gone", *out), "gone"),
        (("score", EXAMPLE, *out, "--policy", "nowhere"), "shipped policies: tts-v1"),
        (("score", EXAMPLE, *out, "--asr-model", "./nowhere"), "no such folder"),
        (
            ("score", EXAMPLE, *out, "--policy", POLICY, "--scorers", "nois"),
            "there are asr",
        ),
        (("score", EXAMPLE, "--out", EXAMPLE / "report"), "inside the submission"),
    )
    for arguments, message in cases:
        assert tenhours(*arguments) == 2
        assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be measured."""
    monkeypatch.setattr("flows.pipeline._measure", lambda *_: pytest.fail("measured"))


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("option", ["--out", "--store"])
def test_what_cannot_be_written_is_said_before_anything_is_measured(
    option: str,
    tenhours: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").write_text("")
    places = {"--out": tmp_path / "out", "--store": tmp_path / "store"}
    places[option] = tmp_path / "file" / "below"
    options = [x for pair in places.items() for x in pair]
    assert tenhours("score", EXAMPLE, "--policy", POLICY, *options) == 2
    assert f"{option} {places[option]} cannot be written" in capsys.readouterr().err


@pytest.mark.usefixtures("unmeasured")
def test_a_weight_on_no_column_is_said_before_anything_is_measured(
    tenhours: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.toml").write_text(f'name = "p"\nextends = "{POLICY}"\n[weights]\nsnr = 1\n')
    out = ("--out", tmp_path / "out", "--store", tmp_path / "store")
    assert tenhours("score", EXAMPLE, "--policy", tmp_path / "p.toml", *out) == 2
    assert "weights.snr: snr is no column" in capsys.readouterr().err


def test_the_folder_one_stands_in_is_no_submission(
    tenhours: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    out = ("--out", tmp_path / "out", "--store", tmp_path / "store")
    assert tenhours("score", ".", "--policy", POLICY, *out) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert ".: this is no submission: there is neither submission.toml nor a folder" in said
    assert job_name(".") == job_name(tmp_path / "empty")


def test_what_is_nobodys_fault_exits_3_not_1(
    tenhours: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(path: object) -> None:
        raise ZeroDivisionError(path)

    monkeypatch.setattr("flows.prepare.read_submission", broken)
    assert tenhours("gate", EXAMPLE, "--policy", POLICY, "--out", tmp_path) == 3
    assert "internal error" in capsys.readouterr().err


def test_an_unknown_option_exits_2(
    tenhours: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert tenhours("gate", EXAMPLE, "--outt", "x") == 2
    assert "--outt" in "".join(capsys.readouterr())


def test_an_empty_submission_exits_5(
    tenhours: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "submission.toml").write_text('contributor = "x"\n', encoding="utf-8")
    options = ("--policy", POLICY, "--out", tmp_path / "out", "--store", tmp_path / "store")
    for command in ("score", "gate"):
        assert tenhours(command, tmp_path / "sub", *options) == 5
    assert "Nothing to score" in capsys.readouterr().out
    assert (tmp_path / "out" / "report.html").is_file()


def test_doctor_says_what_is_there(
    tenhours: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert tenhours("doctor", "--policy", POLICY) == 0
    printed = capsys.readouterr().out
    assert "All is there." in printed
    assert "speech recogniser base" in printed
    assert tenhours("doctor", "--asr-model", "./nowhere") == 1


@pytest.mark.parametrize("command", ["score", "gate", "doctor"])
def test_help_explains_every_option(command: str) -> None:
    run = [sys.executable, "-m", "flows", command, "--help"]
    text = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    options = [line for line in text.splitlines() if "--" in line and "│" in line]
    assert options
    for line in options:
        assert len(line.replace("│", "").split("  ")) > 1, line
