"""Killed at any moment, a rerun finishes the work, repeats none of it and decides the same."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.stop import SAID
from tests.conftest import EXAMPLE, POLICY, ROOT

TABLES = ("verdicts.csv", "findings.csv", "selection.csv")


def test_kill_nine_half_way(
    example: Path, command: list[str], tenhours: Callable[..., int], tmp_path: Path
) -> None:
    store, out = tmp_path / "store", tmp_path / "out"
    options = ["--policy", POLICY, "--out", out, "--store", store, "--batch-s", 20]
    run = [*command, "score", str(EXAMPLE), *map(str, options)]
    process = subprocess.Popen(run, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 900
    while len(list(store.glob("scores/tempo@*/*.parquet"))) < 8:  # the last scorer of a batch
        assert process.poll() is None, "finished before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (out / "verdicts.csv").exists()
    assert tenhours("score", EXAMPLE, *options) == 0
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    undisturbed = json.loads((example / "summary.json").read_text(encoding="utf-8"))
    total = undisturbed["measured"] + undisturbed["reused"]
    assert summary["measured"] + summary["reused"] == total
    assert summary["measured"] < 0.75 * total
    for name in TABLES:
        assert (out / name).read_bytes() == (example / name).read_bytes(), name


def test_ctrl_c_stops_at_once_and_leaves_nothing_running(
    command: list[str], tmp_path: Path
) -> None:
    store = tmp_path / "store"
    options = ["--policy", POLICY, "--out", tmp_path / "out", "--store", store, "--batch-s", 20]
    run = [*command, "score", str(EXAMPLE), *map(str, options)]
    process = subprocess.Popen(run, cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True)
    deadline = time.monotonic() + 900
    while not list(store.glob("scores/tempo@*/*.parquet")):
        assert process.poll() is None, "finished before it could be stopped"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)  # at once but for a busy machine
    assert process.returncode == 130
    assert SAID in said.decode()
    assert "Traceback" not in said.decode()
    deadline = time.monotonic() + 60
    with pytest.raises(ProcessLookupError):
        while time.monotonic() < deadline:
            os.killpg(process.pid, 0)
            time.sleep(0.1)
