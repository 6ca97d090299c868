"""Whoever measures, the same is stored; a process that dies costs its batch one more try."""

import os
import signal
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pytest

from clips.submission import AudioOpener, Submission, read_submission
from clips.table import Clip
from flows.measure import Done, Work
from flows.plan import LAST_BATCH_S, Plan, key, plan
from flows.runners.base import Runner
from flows.runners.local import Processes, Threads
from flows.store import Store
from scorers.decoding import Decoding
from scorers.loudness import Loudness
from tests.conftest import EXAMPLE
from tests.flows.test_watch import small

SCORERS = (Decoding(), Loudness())


@dataclass(frozen=True)
class Deadly:
    """Opens clips; so many times the process that opens the first one is killed."""

    audio: AudioOpener
    times: int
    killed: Path

    def __call__(self, clip: Clip) -> BinaryIO:
        if clip.row == 1 and len(list(self.killed.iterdir())) < self.times:
            (self.killed / str(os.getpid())).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.audio(clip)


@pytest.fixture(scope="module")
def submission(tmp_path_factory: pytest.TempPathFactory) -> Submission:
    return read_submission(small(tmp_path_factory.mktemp("runners") / "sub", 4))


def todo(submission: Submission, store: Store) -> Plan:
    return plan(submission.clips, SCORERS, store, batch_s=1)


def measured(submission: Submission, folder: Path, runner: Runner, times: int = 0) -> list[Done]:
    killed = folder / "killed"
    killed.mkdir(parents=True)
    audio = Deadly(submission.audio, times, killed) if times else submission.audio
    work = Work(audio, SCORERS, folder, "cpu")
    return list(runner.run(work, todo(submission, Store(folder)).batches))


def stored(submission: Submission, folder: Path) -> dict[tuple[str, str], object]:
    store = Store(folder)
    wanted = {s: {key(s, clip) for clip in submission.clips} for s in SCORERS}
    return {(s.name, k): row for s, keys in wanted.items() for k, row in store.rows(s, keys)}


def test_processes_store_what_threads_do(submission: Submission, tmp_path: Path) -> None:
    found = {}
    for name, runner in {"threads": Threads(2), "processes": Processes(2)}.items():
        done = measured(submission, tmp_path / name, runner)
        assert sum(d.seconds for d in done) == pytest.approx(
            sum(clip.audio.duration_s for clip in submission.clips if clip.audio)
        )
        assert not any(d.failed for d in done)
        found[name] = stored(submission, tmp_path / name)
    assert len(found["threads"]) == 8
    assert found["threads"] == found["processes"]


def test_a_batch_whose_process_died_is_done_again(submission: Submission, tmp_path: Path) -> None:
    done = measured(submission, tmp_path, Processes(2), times=1)
    assert len(list((tmp_path / "killed").iterdir())) == 1
    assert not any(d.failed for d in done)
    assert len(stored(submission, tmp_path)) == 8


def test_a_batch_that_kills_every_process_waits_for_the_next_run(
    submission: Submission, tmp_path: Path
) -> None:
    done = measured(submission, tmp_path, Processes(2), times=99)
    assert len(list((tmp_path / "killed").iterdir())) == 2
    (failed,) = [d.failed for d in done if d.failed]
    assert set(failed.values()) == {"the process that measured it ended, twice"}
    assert len(stored(submission, tmp_path)) == 6
    assert todo(submission, Store(tmp_path)).measured == 1


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_the_longest_come_first_and_all_workers_end_together(workers: int, tmp_path: Path) -> None:
    clips = [
        replace(
            clip,
            row=1_000 * copy + clip.row,
            audio=replace(clip.audio, sha256=f"{copy} {clip.audio.sha256}"),
        )
        for clip in read_submission(EXAMPLE).clips
        for copy in range(3)
        if clip.audio
    ]
    found = plan(clips, SCORERS, Store(tmp_path), workers=workers)
    assert {t.clip.clip_id for batch in found.batches for t in batch} <= {c.clip_id for c in clips}
    assert sum(map(len, found.batches)) == found.measured == len({c.audio.sha256 for c in clips})
    costs = [t.cost_s for batch in found.batches for t in batch]
    assert costs == sorted(costs, reverse=True)
    sizes = [sum(t.cost_s for t in batch) for batch in found.batches]
    longest = max(costs)
    assert all(size <= 120 + longest for size in sizes)
    for number, size in enumerate(sizes):
        left = sum(sizes[number:])
        assert size <= max(left / (2 * workers), LAST_BATCH_S) + longest
