"""`tenhours up` at work on an inbox, a part of it killed (SIGKILL) at a random moment, and again.

What lies there when all entries are scored is held against what nobody disturbed.
"""

import itertools
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.cluster import free_port
from benchmarks.hardening.kills import Round
from flows.inbox import entries
from flows.job import job_name
from ledger.store import init
from tests.conftest import POLICY
from tests.flows.test_up import UNFINISHED
from tests.flows.test_watch import small, wait

ENTRIES, CLIPS = 3, 3
PARTS = {
    "command": "flows up",
    "server": "prefect server start",
    "schedules": "flows.serving",
    "run": "prefect.engine",
}
PATIENCE_S, GONE_S = 900, 90


@dataclass(frozen=True)
class Up:
    """The command, with a ledger, a Prefect and outputs of its own."""

    inbox: Path
    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "prefect" / "prefect.db"

    @property
    def outputs(self) -> Round:
        return Round("watch", self.inbox, self.folder, "")

    def start(self) -> psutil.Popen:
        """Begin it."""
        ledger = self.folder / "ledger.db"
        if not ledger.exists():
            self.folder.mkdir()
            self.outputs.drafts.mkdir()
            init(str(ledger))
        options = {
            "--reports": self.outputs.out,
            "--every": "10s",
            "--policy": POLICY,
            "--store": self.outputs.store,
            "--ledger": ledger,
            "--selection": self.folder / "selection",
            "--port": free_port(),
        }
        told = {
            "PREFECT_HOME": str(self.folder / "prefect"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "TMPDIR": str(self.outputs.drafts),
        }
        with (self.folder / "up.log").open("ab") as log:
            return psutil.Popen(
                [
                    *(sys.executable, "-m", "flows", "up", str(self.inbox)),
                    *(str(word) for pair in options.items() for word in pair),
                ],
                env={k: v for k, v in os.environ.items() if not k.startswith("PREFECT")} | told,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def is_done(self) -> bool:
        """Whether each entry is scored."""
        names = [job_name(entry) for entry in entries(self.inbox)]
        return all((self.outputs.out / name / "watch.json").exists() for name in names)

    def finish(self, up: psutil.Popen) -> float:
        """Let it score all entries, then stop it; how long that took."""
        begun = time.monotonic()
        wait(lambda: self.is_done() or up.poll() is not None, PATIENCE_S, "the last report")
        took_s = time.monotonic() - begun
        up.send_signal(signal.SIGTERM)
        code = up.wait(PATIENCE_S)
        if code not in (0, -signal.SIGTERM):  # the second where it had just begun
            raise SystemExit(f"tenhours up ended with {code}; {self.folder / 'up.log'} says why")
        return took_s

    def running(self) -> int:
        """Flow runs that Prefect's database holds for unfinished."""
        marks = ",".join("?" for _ in UNFINISHED)
        with sqlite3.connect(self.database) as database:
            (found,) = database.execute(
                f"SELECT count(*) FROM flow_run WHERE state_type IN ({marks})",
                UNFINISHED,
            ).fetchone()
        return int(found)


def kill(up: psutil.Popen, part: str) -> list[psutil.Process]:
    """Kill one part, the command where that part is not there; all that were running then."""
    every = [up, *up.children(recursive=True)]
    shown = {process.pid: " ".join(process.cmdline()) for process in every if process.is_running()}
    mine = [process for process in every if PARTS[part] in shown.get(process.pid, "")]
    (mine or [up])[-1].kill()
    return every


def unattended(folder: Path, count: int, chance: random.Random) -> Iterator[tuple[str, object]]:
    """So many rounds, in turn of each part."""
    inbox = folder / "inbox"
    for number in range(ENTRIES):
        small(inbox / f"entry-{number}", CLIPS + number)
    alone = Up(inbox, folder / "alone")
    took_s = alone.finish(alone.start())
    found: Counter[str] = Counter()
    for number, part in zip(range(count), itertools.cycle(PARTS), strict=False):
        one = Up(inbox, folder / f"{number}")
        up, moment = one.start(), chance.uniform(0.0, took_s)
        time.sleep(moment)
        reported = len(list(one.outputs.out.glob("*/watch.json")))
        every = kill(up, part)
        if part != "run":
            _, alive = psutil.wait_procs(every, timeout=GONE_S)
            found["processes_left"] += len(alive)
            up = one.start()
        elif up.poll() is not None:  # there was no run, so that the command was killed
            psutil.wait_procs(every, timeout=GONE_S)
            up = one.start()
        one.finish(up)
        differ, twice = one.outputs.unlike(alone.outputs), one.outputs.measured_twice()
        found[f"{part}_rounds"] += 1
        found[f"{part}_equal"] += not differ
        found["measured_again"] += twice
        found["still_running"] += (running := one.running())
        print(
            f"# {part} killed at {moment:.1f} of {took_s:.1f} s, {reported} of {ENTRIES} reports;"
            f" {twice} measured again, {running} still running",
            *differ,
            flush=True,
        )
        shutil.rmtree(one.folder)
    for key in sorted(found):
        yield key, found[key]
