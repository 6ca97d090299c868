"""A run is a flow run of Prefect where a server is named; elsewhere it knows nothing of Prefect."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.job import job_name
from tests.conftest import POLICY, ROOT
from tests.flows.test_watch import small

IN_PROCESS = """
import sys
from flows.cli import main
try:
    main(sys.argv[1:])
finally:
    print(sorted({"prefect", "sqlalchemy", "fastapi"} & set(sys.modules)))
"""


@pytest.fixture
def description(tmp_path: Path) -> Path:
    """A submission without clips."""
    folder = tmp_path / "described"
    folder.mkdir()
    (folder / "submission.toml").write_text('stage = "description"\n', encoding="utf-8")
    return folder


def labels(submission: Path) -> list[dict[str, str]]:
    (path,) = submission.glob("*/labels.json")
    found: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))["samples"]
    return found


def options(tmp_path: Path) -> list[str]:
    places = {"--policy": POLICY, "--out": tmp_path / "out", "--store": tmp_path / "store"}
    return [str(part) for pair in places.items() for part in pair]


def test_whoever_waits_at_a_terminal_waits_for_no_server(description: Path, tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")}
    run = [sys.executable, "-c", IN_PROCESS, "score", str(description), *options(tmp_path)]
    done = subprocess.run(
        run, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert (tmp_path / "out" / "report.html").is_file()


def test_no_server_is_started_for_a_single_run(
    tenhours: Callable[..., int],
    description: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        assert tenhours("score", description, *options(tmp_path), "--prefect") == 2
    assert "PREFECT_API_URL" in capsys.readouterr().err


def test_a_run_on_a_server_is_shown_there_with_its_progress(
    prefect_server: None,
    tenhours: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", str(PREFECT_API_URL.value()))
    monkeypatch.setenv("TENHOURS_REPORTS_URL", "https://reports.example/")
    submission = small(tmp_path / "sub")
    assert tenhours("score", submission, *options(tmp_path), "--scorers", "loudness") == 0
    with get_client(sync_client=True) as client:
        named = f"score {job_name(submission)} payload"
        (run,) = [r for r in client.read_flow_runs() if r.name == named]
        assert run.state_name == "Completed"
        wanted = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run.id]))
        shown = {a.key: a.data for a in client.read_artifacts(artifact_filter=wanted)}
    assert {type(data).__name__ for data in shown.values()} <= {"int", "float", "str"}
    assert shown["measured"] == pytest.approx(100)
    assert "3 clips: " in shown["summary"]
    assert "payload, policy example" in shown["summary"]
    (voice,) = json.loads(shown["voices"])
    assert (voice["voice"], voice["clips"], voice["status"]) == ("VOICE_A_NEUTRAL", 3, "parked")
    assert (
        shown["report"] == f"[Report](https://reports.example/{job_name(submission)}/report.html)"
    )
    everything = json.dumps(shown)
    assert str(tmp_path) not in everything
    assert not any(label["text"] in everything for label in labels(submission))
