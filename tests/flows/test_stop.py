"""A signal ends the process at once, whatever its threads and Prefect's handlers are at."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from flows.stop import SAID, SIGNALS
from tests.conftest import ROOT

pytestmark = pytest.mark.usefixtures("signals_as_usual")
Running = tuple["subprocess.Popen[str]", str]

UNDER_A_FLOW = """
import signal, subprocess, sys, time
from concurrent.futures import ThreadPoolExecutor
from prefect.utilities.engine import capture_sigterm
from flows.stop import hold, stopping_at_once

ignored = int(sys.argv[1])
if ignored:
    signal.signal(ignored, signal.SIG_IGN)
with stopping_at_once(), capture_sigterm():  # as a flow does
    hold()
    with ThreadPoolExecutor(1) as threads:
        under_way = threads.submit(time.sleep, int(sys.argv[2]))
        child = subprocess.Popen(["sleep", "1000"])
        print(child.pid, flush=True)
        under_way.result()
        print("waited", flush=True)
        child.kill()
        child.wait()
"""

REPLACING = """
import subprocess, sys, threading
from flows.stop import stopping_at_once, wait_if_leaving

def keep():
    while True:
        wait_if_leaving()
        subprocess.run(["sleep", sys.argv[1]])

with stopping_at_once():
    threading.Thread(target=keep, daemon=True).start()
    print("under way", flush=True)
    threading.Event().wait()
"""

TOLD = """
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from prefect.utilities.engine import capture_sigterm
from flows.stop import hold, told_at_once

with capture_sigterm(), told_at_once(lambda: print("told", flush=True)), capture_sigterm():
    hold()
    with ThreadPoolExecutor(1) as threads:
        under_way = threads.submit(sleep, 90)
        print("under way", flush=True)
        under_way.result()
"""

UNPACKING = """
import gzip, io, os, time
from clips.limits import DEFAULT_LIMITS
from clips.sources.tar import unpacked
from flows.stop import stopping_at_once

class Stuck(io.BytesIO):
    label = "stuck"

    def open(self):
        return self

    def read(self, size=-1):
        if self.tell() > 1 << 20:
            print("half-way", flush=True)
            time.sleep(90)
        return super().read(size)

with stopping_at_once():
    unpacked(Stuck(gzip.compress(os.urandom(4 << 20))), "gzip", "stuck", DEFAULT_LIMITS)
"""


@contextmanager
def under_way(script: str, *arguments: int, tmp: Path | None = None) -> Iterator[Running]:
    """A process that has printed its first line, which comes with it."""
    with subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | ({"TMPDIR": str(tmp)} if tmp else {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline()


@pytest.mark.parametrize("sent", SIGNALS)
def test_nothing_under_way_is_waited_for(sent: signal.Signals) -> None:
    with under_way(UNDER_A_FLOW, 0, 90) as (process, child):
        process.send_signal(sent)
        rest, said = process.communicate(timeout=120)
    assert rest == ""
    assert process.returncode == 128 + sent
    assert said.strip() == SAID
    assert not psutil.pid_exists(int(child))


@pytest.mark.parametrize("sent", SIGNALS)
def test_an_ignored_signal_stays_ignored(sent: signal.Signals) -> None:
    with under_way(UNDER_A_FLOW, sent, 2) as (process, _):
        process.send_signal(sent)
        _, said = process.communicate(timeout=120)
    assert (process.returncode, said) == (0, "")


def test_no_standard_error_is_no_reason_to_stay() -> None:
    with under_way(f"import sys; sys.stderr = None\n{UNDER_A_FLOW}", 0, 90) as (process, _):
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 130


def test_an_archive_that_is_being_unpacked_is_removed(tmp_path: Path) -> None:
    with under_way(UNPACKING, tmp=tmp_path) as (process, _):
        assert len(list(tmp_path.iterdir())) == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 143
    assert not list(tmp_path.iterdir())


def test_what_is_ended_is_not_replaced() -> None:
    with under_way(REPLACING, (seconds := 100_000 + os.getpid())) as (process, _):
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 143
    every = psutil.process_iter(["cmdline"])  # of one that has just ended it is None
    left = [each for each in every if str(seconds) in (each.info["cmdline"] or ())]
    for each in left:
        each.kill()
    assert not left


@pytest.mark.parametrize("sent", SIGNALS)
def test_who_wants_to_know_is_told_before_the_batches_end(sent: signal.Signals) -> None:
    with under_way(TOLD) as (process, _):
        process.send_signal(sent)
        assert process.stdout is not None
        assert process.stdout.readline() == "told\n"
        process.kill()


def test_what_is_told_leaves_the_signal_its_usual_way() -> None:
    script = """
import time
from flows.stop import told_at_once
with told_at_once(lambda: print("told", flush=True)):
    print("under way", flush=True)
    time.sleep(90)
"""
    with under_way(script) as (process, _):
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == -signal.SIGTERM
