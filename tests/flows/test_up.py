"""`tenhours up`: one command that starts server, schedules and inbox, and ends all of them."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
import pytest

from flows.job import job_name
from flows.parts import started
from flows.serving import ARRIVED
from ledger.store import init
from tests.conftest import ROOT
from tests.flows.test_stop import under_way
from tests.flows.test_watch import free_port, small, wait

pytestmark = pytest.mark.usefixtures("signals_as_usual")
UNFINISHED = ("RUNNING", "PENDING", "CANCELLING")


def test_what_comes_in_is_scored_and_a_stop_leaves_nothing(
    command: list[str], random_policy: Path, tmp_path: Path
) -> None:
    inbox, reports, port = tmp_path / "inbox", tmp_path / "reports", free_port()
    first = reports / job_name(small(inbox / "first", 1))
    second = reports / job_name(inbox / "second")
    init(str(tmp_path / "ledger.db"))
    options = {
        "--reports": reports,
        "--every": "10min",
        "--policy": random_policy,
        "--store": tmp_path / "store",
        "--ledger": tmp_path / "ledger.db",
        "--port": port,
    }
    run = [*command, "up", str(inbox), *(str(part) for pair in options.items() for part in pair)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")} | {
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PYTHONPATH": str(ROOT),
    }
    log = tmp_path / "up.log"
    with log.open("wb") as said:
        up = subprocess.Popen(run, cwd=tmp_path, env=environment, stdout=said, stderr=said)
    tree = [psutil.Process(up.pid)]
    try:
        wait(lambda: (first / "watch.json").exists() or up.poll() is not None, 900, "the report")
        assert up.poll() is None, log.read_text(encoding="utf-8")
        # one that changed just now waits, unless an event says that it is whole
        small(inbox / "second", 1)
        (inbox / "second" / "submission.toml").touch()
        event = {
            "event": ARRIVED,
            "resource": {"prefect.resource.id": "tenhours.inbox", "entry": second.name},
            "occurred": datetime.now(UTC).isoformat(),
            "id": str(uuid4()),
        }
        api = f"http://127.0.0.1:{port}/api"
        httpx.post(f"{api}/events", json=[event], timeout=60).raise_for_status()
        wait((second / "attempts.json").exists, 300, "the run that the event asks for")
        tree += tree[0].children(recursive=True)
    finally:
        up.send_signal(signal.SIGTERM)
        code = up.wait(180)
    assert code == 0
    assert not [each for each in tree if each.is_running()]
    assert "Prefect's UI: http://127.0.0.1" in log.read_text(encoding="utf-8")
    assert not (second / "attempts.json").exists(), "a stop is nobody's fault"
    with sqlite3.connect(tmp_path / "prefect" / "prefect.db") as database:
        states = {state for (state,) in database.execute("SELECT state_type FROM flow_run")}
        asked = [text for (text,) in database.execute("SELECT parameters FROM flow_run")]
        deployed = {name for (name,) in database.execute("SELECT name FROM deployment")}
    assert "COMPLETED" in states
    assert any(f'"only": "{second.name}"' in text for text in asked), "no event was heard"
    assert not states & set(UNFINISHED)
    assert deployed == {"inbox", "approval", "nightly"}
    summary = json.loads((first / "summary.json").read_text(encoding="utf-8"))
    assert summary["clips"] == 1


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a process of its parent's end")
def test_a_part_ends_with_a_command_that_is_killed() -> None:
    script = """
import os, signal
from flows.parts import started
part = started("http.server", "0", "--bind", "127.0.0.1", environment=os.environ)
print(part.pid, flush=True)
signal.pause()
"""
    with under_way(script) as (process, pid):
        (part,) = psutil.Process(process.pid).children()
        assert part.pid == int(pid)
        process.kill()
        process.wait(60)
        wait(lambda: not part.is_running(), 60, "the end of the part")


OF_A_PART = "import subprocess, sys; subprocess.run([sys.executable, '-m', 'flows', '--version'])"


@pytest.mark.parametrize(
    "module", [("flows", "--version"), ("timeit", "-n1", "-r1", OF_A_PART)], ids=("part", "its own")
)
def test_a_part_imports_nothing_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: tuple[str, ...]
) -> None:
    (tmp_path / "flows").mkdir()
    for name in ("__init__", "__main__"):
        code = f"open({str(tmp_path / 'imported')!r}, 'w')"
        (tmp_path / "flows" / f"{name}.py").write_text(code, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    usual = {k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"}
    part = started(*module, environment=usual | {"PYTHONPATH": str(ROOT)})
    assert part.wait(120) == 0
    assert not (tmp_path / "imported").exists()


def test_a_port_that_is_taken_is_said(
    tenhours: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code = tenhours("up", tmp_path, "--reports", tmp_path / "out", "--port", port)
    assert code == 2
    assert f"--port {port} is taken" in capsys.readouterr().err


def test_a_second_one_at_the_same_database_is_refused(
    tenhours: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    codes: list[int] = []

    def up() -> int:
        return tenhours("up", tmp_path, "--reports", tmp_path / "out", "--port", free_port())

    def run(*_: object) -> int:
        if not codes:
            codes.append(-1)
            codes.append(up())
            monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "other"))
            codes.append(up())
            monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
        return 0

    monkeypatch.setattr("flows.up._run", run)
    assert up() == 0
    assert codes[1:] == [2, 0]
    said = capsys.readouterr().err
    assert f"another tenhours up has Prefect's database in {tmp_path / 'prefect'}" in said
    assert "another PREFECT_HOME and another --port" in said
    assert up() == 0, "the lock goes with its command"


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [("--nightly", "at three", "is no cron line"), ("--every", "0", "give a length such as")],
)
def test_a_wrong_schedule_is_said_before_anything_starts(
    tenhours: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    option: str,
    value: str,
    said: str,
) -> None:
    assert tenhours("up", tmp_path, "--reports", tmp_path / "out", option, value) == 2
    assert f"{option} {value!r}" in (told := capsys.readouterr().err)
    assert said in told
