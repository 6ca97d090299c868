"""A planted name is in no output, log, run name, parameter or artifact."""

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import EXAMPLE, POLICY

NAME = "Zebulon Quaxley"
TABLES = ("clips.parquet", "verdicts", "findings", "selection")
TRACES = ("zebulon", "quaxley")


@pytest.fixture
def named(tmp_path: Path) -> Path:
    """A submission with the name in submission.toml, a folder, a file name and a label."""
    path = tmp_path / "from-zebulon-quaxley"
    voice = path / "QUAXLEY_NEUTRAL"
    voice.mkdir(parents=True)
    source = EXAMPLE / "VOICE_A_NEUTRAL"
    shutil.copy(source / "0001.wav", voice / "zebulon_quaxley_1.wav")
    shutil.copy(source / "0002.wav", voice / "2.wav")
    (voice / "broken-zebulon.wav").write_text("no audio", encoding="utf-8")
    rows = [
        {"audio_file": "zebulon_quaxley_1.wav", "text": f"My name is {NAME}."},
        {"audio_file": "2.wav", "text": "Something else."},
        {"audio_file": "broken-zebulon.wav", "text": "Zebulon, are you there?"},
        {"audio_file": "../zebulon.wav", "text": "Out of bounds."},
    ]
    (voice / "labels.json").write_text(json.dumps({"samples": rows}), encoding="utf-8")
    text = (EXAMPLE / "submission.toml").read_text(encoding="utf-8")
    text = text.replace("Example Contributor", NAME).replace("VOICE_A_NEUTRAL", voice.name)
    (path / "submission.toml").write_text(text, encoding="utf-8")
    return path


def test_a_planted_name_shows_nowhere(
    prefect_server: None,
    named: Path,
    tenhours: Callable[..., int],
    store: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job_summary = tmp_path / "job-summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(job_summary))
    out = tmp_path / "out"
    options = ("--policy", POLICY, "--store", store, "--scorers", "asr,loudness,artifacts")
    assert tenhours("gate", named, *options, "--out", out, "--prefect") == 1
    assert (out / "gate.json").is_file()
    assert job_summary.is_file()
    printed = capfd.readouterr()
    assert_clean("printed", printed.out + printed.err)
    for path in [*out.rglob("*"), job_summary]:
        assert_clean("file name", path.name)
        if path.is_file() and not path.name.startswith(TABLES) and path.parent.name != "audio":
            assert_clean(path.name, path.read_text(encoding="utf-8"))
    for path in store.rglob("*.parquet"):
        assert NAME.encode() not in path.read_bytes()
    assert_clean("Prefect", asyncio.run(everything_prefect_knows()))


def test_a_refused_submission_names_nobody_to_prefect(
    prefect_server: None,
    tenhours: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    empty = tmp_path / "quaxley-empty"
    empty.mkdir()
    options = ("--policy", POLICY, "--out", tmp_path / "out", "--prefect")
    assert tenhours("score", empty, *options) == 2
    assert "quaxley-empty" in capsys.readouterr().err, "the user's own terminal shows the path"
    assert_clean("Prefect", asyncio.run(everything_prefect_knows()))


def assert_clean(what: str, text: str) -> None:
    for trace in TRACES:
        at = text.casefold().find(trace)
        assert at < 0, f"{what}: ...{text[max(0, at - 60) : at + 60]}..."


async def everything_prefect_knows() -> str:
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        runs = await client.read_flow_runs()
        tasks = await client.read_task_runs()
        logs = await client.read_logs()
        artifacts = await client.read_artifacts()
        parts = [*runs, *tasks, *logs, *artifacts]
    assert runs
    return "\n".join(part.model_dump_json() for part in parts)
