"""`score`, `gate` and the watcher are killed (SIGKILL) at a random moment, then run again.

What the second run leaves is held against that of a run that nobody disturbed.
"""

import atexit
import itertools
import multiprocessing
import os
import random
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.context import ForkProcess
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.hardening.watcher import prefect_server, watch
from flows.cli import main as tenhours
from tests.conftest import POLICY
from tests.flows.test_kill import group_is_alive
from tests.flows.test_watch import settle, small

CLIPS = 30
SCORERS = ("loudness", "pauses")
BATCH_S = 5
PATIENCE_S = 900
_FORK = multiprocessing.get_context("fork")
COMMANDS = ("score", "gate", "watch")
# when it ran and what it found in the store: all that may differ
_CLOCKS = re.compile(
    rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC|\d+ in this run, \d+ reused"
    rb'|\n *"(created|measured|reused)": [^\n]*'
)
_NOTES = re.compile(r"(watch|arrived)\.json|\.lock")  # of the watcher, and of the shelf


@dataclass(frozen=True)
class Round:
    """A folder with the outputs, store, shelf and temporary files of one round."""

    command: str
    submissions: Path
    folder: Path
    server: str

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @property
    def drafts(self) -> Path:
        return self.folder / "tmp"

    def start(self, runner: str = "threads") -> ForkProcess:
        """Begin a run, in a process and session of its own that has all modules already."""
        process = _FORK.Process(target=self._run, args=(runner,))
        process.start()
        return process

    def _run(self, runner: str) -> None:
        os.setsid()
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        self.drafts.mkdir(parents=True, exist_ok=True)
        os.environ["XDG_CONFIG_HOME"] = str(self.folder / "config")
        tempfile.tempdir = str(self.drafts)
        try:
            self._command(runner)
        finally:
            atexit._run_exitfuncs()  # which a fork leaves out

    def _command(self, runner: str) -> None:
        if self.command == "watch":
            folders = (self.submissions, self.out, self.store)
            watch(*folders, self.server, runner=runner, scorers=SCORERS, batch_s=BATCH_S)
            return
        submission = self.submissions / ("sub.tar.gz" if self.command == "score" else "sub")
        kept = ("--out", self.out, "--store", self.store, "--shelf", self.folder / "shelf")
        how = ("--policy", POLICY, "--scorers", ",".join(SCORERS), "--batch-s", BATCH_S)
        more = ("--runner", runner, "--no-prefect")
        tenhours([str(each) for each in (self.command, submission, *how, *more, *kept)])

    def finish(self) -> tuple[int | None, bool]:
        """Run it to its end: the exit code, and whether a process of it is left."""
        process = self.start()
        process.join(PATIENCE_S)
        return process.exitcode, group_is_alive(process.pid or 0)

    def parts(self) -> dict[Path, tuple[int, int]]:
        """The whole parts of the store, each with what tells whether it was written anew."""
        return {
            part: (part.stat().st_ino, part.stat().st_mtime_ns)
            for part in self.store.glob("scores/*/*.parquet")
        }

    def stored(self) -> Counter[tuple[str, str]]:
        """How often each measurement is in the store."""
        return Counter(
            (part.parent.name, key)
            for part in self.parts()
            for key in pq.read_table(part, columns=["key"])["key"].to_pylist()
        )

    def outputs(self) -> dict[str, bytes]:
        """All that a run leaves in its outputs, but for clocks and counts of what was measured."""
        return {
            str(file.relative_to(self.out)): _CLOCKS.sub(b"", file.read_bytes())
            for file in self.out.rglob("*")
            if file.is_file() and not _NOTES.fullmatch(file.name) and ".shelf" not in file.parts
        }

    def unlike(self, other: "Round") -> list[str]:
        """Names of the outputs that are not what another round's are."""
        mine, others = self.outputs(), other.outputs()
        return sorted(n for n in {*mine, *others} if mine.get(n) != others.get(n))

    def measured_twice(self) -> int:
        """Measurements that the store has more often than once."""
        return sum(times - 1 for times in self.stored().values())

    def left_over(self) -> list[Path]:
        """Unfinished files, and whatever is in the folder for temporary ones."""
        ours = re.compile(
            r"\.tenhours-.*|contributors\.json\.\w+|\.ready|\.gone|attempts\.json|.*\.(part|damaged)"
        )
        found = [path for path in self.folder.rglob("*") if ours.fullmatch(path.name)]
        return [*found, *self.drafts.iterdir()]


def killed(one: Round, runner: str, within_s: float, chance: random.Random) -> tuple[float, bool]:
    """Kill a run at a random moment: when, and whether a process that it started is left."""
    while True:
        moment = chance.uniform(0.0, within_s)
        process = one.start(runner)
        process.join(moment)
        if process.exitcode is None:
            process.kill()  # it alone: its children must see to themselves
            process.join()
            return moment, group_is_alive(process.pid or 0)
        shutil.rmtree(one.folder)  # it ended before


def kills(folder: Path, count: int, chance: random.Random) -> Iterator[tuple[str, object]]:
    """So many rounds, in turn of each command."""
    submissions = folder / "submissions"
    small(submissions / "sub", CLIPS)
    shutil.make_archive(str(submissions / "sub"), "gztar", submissions, "sub")
    settle(submissions)
    found: Counter[str] = Counter()
    with prefect_server(folder / "prefect") as server:
        alone, took_s = {}, {}
        for command in COMMANDS:
            alone[command] = Round(command, submissions, folder / command, server)
            begun = time.monotonic()
            code, _ = alone[command].finish()
            took_s[command] = time.monotonic() - begun
            expected = {"score": 0, "gate": 1, "watch": 0}[command]
            if code != expected:
                raise SystemExit(f"{command} ended with {code} undisturbed")
        for number, command in zip(range(count), itertools.cycle(COMMANDS), strict=False):
            one = Round(command, submissions, folder / f"{number}", server)
            # every other run of `score` has processes of its own
            runner = "processes" if number % (2 * len(COMMANDS)) == 0 else "threads"
            moment, alive = killed(one, runner, took_s[command], chance)
            before = one.parts()
            code, also = one.finish()
            after = one.parts()
            differ = one.unlike(alone[command])
            again = sum(after.get(part) != told for part, told in before.items())
            twice = one.measured_twice()
            left = one.left_over()
            found[f"{command}_rounds"] += 1
            found[f"{command}_equal"] += not differ and code == {"gate": 1}.get(command, 0)
            found["whole_parts_at_the_kill"] += len(before)
            found["measured_again"] += again + twice
            found["files_left"] += len(left)
            found["processes_left"] += alive + also
            print(
                f"# {command} killed at {moment:.1f} of {took_s[command]:.1f} s, {len(before)}"
                f" parts; exit {code}, {len(after)} parts, {again + twice} measured again",
                *(differ, left) if differ or left else (),
                flush=True,
            )
            shutil.rmtree(one.folder)
    for key in sorted(found):
        yield key, found[key]
