"""Killed at any moment, a rerun finishes the work, repeats none of it and decides the same."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from clips.cpus import CPUS
from flows.stop import SAID, SIGNALS
from tests.conftest import EXAMPLE, ROOT

pytestmark = pytest.mark.usefixtures("signals_as_usual")
STOPS = set(SIGNALS)
TABLES = ("verdicts.csv", "findings.csv", "selection.csv")


def test_kill_nine_half_way(
    unheard: Path,
    random_policy: Path,
    command: list[str],
    tenhours: Callable[..., int],
    tmp_path: Path,
) -> None:
    store, out = tmp_path / "store", tmp_path / "out"
    options = ["--policy", random_policy, "--out", out, "--store", store, "--batch-s", 20]
    run = [*command, "score", str(EXAMPLE), *map(str, options)]
    process = subprocess.Popen(run, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 900
    # of the last scorer of a batch; the longest clips come first, so that half is few of them
    while len(list(store.glob("scores/pitch@*/*.parquet"))) < 12:
        assert process.poll() is None, "finished before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (out / "verdicts.csv").exists()
    assert tenhours("score", EXAMPLE, *options) == 0
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    undisturbed = json.loads((unheard / "summary.json").read_text(encoding="utf-8"))
    total = undisturbed["measured"] + undisturbed["reused"]
    assert summary["measured"] + summary["reused"] == total
    assert summary["measured"] < 0.75 * total
    for name in TABLES:
        assert (out / name).read_bytes() == (unheard / name).read_bytes(), name


@pytest.mark.parametrize(
    ("sent", "to_all"),
    [(signal.SIGINT, True), (signal.SIGTERM, True), (signal.SIGTERM, False)],
    ids=["ctrl-c", "timeout", "kill"],
)
def test_a_signal_stops_at_once_and_leaves_nothing_behind(
    random_policy: Path, command: list[str], tmp_path: Path, sent: signal.Signals, to_all: bool
) -> None:
    store, drafts = tmp_path / "store", tmp_path / "drafts"
    drafts.mkdir()
    submission = shutil.make_archive(str(tmp_path / "sub"), "gztar", EXAMPLE.parent, EXAMPLE.name)
    options = [
        "--policy",
        random_policy,
        "--out",
        tmp_path / "out",
        "--store",
        store,
        "--batch-s",
        20,
    ]
    run = [*command, "score", submission, *map(str, options)]
    environment = os.environ | {"TMPDIR": str(drafts)}
    with subprocess.Popen(
        run, cwd=ROOT, env=environment, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            deadline = time.monotonic() + 900
            while not list(store.glob("scores/pitch@*/*.parquet")):
                assert process.poll() is None, "finished before it could be stopped"
                assert time.monotonic() < deadline
                time.sleep(0.01)
            assert list(drafts.glob(".tenhours-*"))
            if sys.platform == "linux":
                workers = measuring(process.pid)
                assert workers or CPUS == 1  # then threads measure
                assert all(blocked(each.pid) == STOPS for each in workers)
            (os.killpg if to_all else os.kill)(process.pid, sent)
            _, said = process.communicate(timeout=60)  # waits for all who hold standard error
        finally:
            alive = group_is_alive(process.pid)
            if alive:
                os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 128 + sent
    assert not alive
    assert not list(drafts.glob(".tenhours-*"))
    assert SAID in said.decode()
    assert "Traceback" not in said.decode()


def measuring(pid: int) -> list[psutil.Process]:
    """The processes that measure for it."""
    children = psutil.Process(pid).children(recursive=True)
    return [each for each in children if "spawn_main" in " ".join(each.cmdline())]


def blocked(pid: int) -> set[int]:
    """The signals that it leaves to the process that started it."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    mask = int(status.split("SigBlk:")[1].split()[0], 16)
    return {each for each in STOPS if mask >> each - 1 & 1}


def group_is_alive(group: int, patience_s: float = 10) -> bool:
    """Whether processes of it are left; those that were killed may take a moment to go."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        except PermissionError:  # so says macOS of those that are gone and not yet waited for
            pass
        time.sleep(0.05)
    return True
