"""A Dask worker killed at any moment is replaced, and its batch alone is measured again."""

import os
import random
import signal
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pytest

from clips.errors import ScoringError
from clips.submission import AudioOpener, read_submission
from clips.table import Clip
from flows.measure import Work
from flows.plan import key, plan
from flows.runners import choose
from flows.runners.dask import Dask, Task
from flows.runners.local import Threads
from flows.store import Store
from scorers.decoding import Decoding
from scorers.loudness import Loudness
from tests.flows.test_watch import small

SCORERS = (Decoding(), Loudness())
FLAGS = ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK")


@dataclass(frozen=True)
class Noted:
    """Opens clips, slowly, and notes which, by which process, and who may be told of it."""

    audio: AudioOpener
    notes: Path

    def __call__(self, clip: Clip) -> BinaryIO:
        flags = "".join(os.environ.get(name, "-") for name in FLAGS)
        (self.notes / f"{clip.row} {os.getpid()} {flags} {uuid.uuid4()}").touch()
        time.sleep(0.2)
        return self.audio(clip)


def noted(notes: Path) -> list[list[str]]:
    newest_last = sorted(notes.iterdir(), key=lambda note: note.stat().st_mtime_ns)
    return [note.name.split() for note in newest_last]


def stored(work: Work, clips: tuple[Clip, ...]) -> dict[tuple[str, int], object]:
    store = Store(work.store)
    rows = {s: dict(store.rows(s, {key(s, clip) for clip in clips})) for s in work.scorers}
    return {
        (s.name, clip.row): rows[s][key(s, clip)]
        for s in work.scorers
        for clip in clips
        if key(s, clip) in rows[s]
    }


def test_a_worker_killed_at_a_random_moment_costs_its_batch_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in FLAGS:
        monkeypatch.delenv(name, raising=False)
    submission = read_submission(small(tmp_path / "sub", 12))
    notes = tmp_path / "notes"
    notes.mkdir()
    here, there = (Work(submission.audio, SCORERS, tmp_path / n, "cpu") for n in ("here", "there"))
    batches = plan(submission.clips, SCORERS, Store(here.store), batch_s=0.1).batches
    assert len(batches) > 6
    assert not any(done.failed for done in Threads().run(here, batches))
    moment = random.randint(2, 9)
    before: set[int] = set()

    def kill() -> None:
        while len(noted(notes)) < moment:
            time.sleep(0.02)
        time.sleep(random.random() / 4)
        os.kill(int(noted(notes)[-1][1]), signal.SIGKILL)
        rows = stored(there, submission.clips)
        before.update(
            c.row for c in submission.clips if all((s.name, c.row) in rows for s in SCORERS)
        )

    killer = threading.Thread(target=kill)
    killer.start()
    work = Work(Noted(submission.audio, notes), SCORERS, there.store, "cpu")
    done = list(Dask("", 2).run(work, batches))
    killer.join()
    assert not any(each.failed for each in done), f"killed after {moment} clips"
    assert stored(there, submission.clips) == stored(here, submission.clips)
    times = Counter(int(row) for row, *_ in noted(notes))
    assert set(times) == {clip.row for clip in submission.clips}
    assert {times[row] for row in before} <= {1}, f"killed after {moment} clips"
    assert sum(times.values()) <= len(submission.clips) + 1
    assert {flags for _, _, flags, _ in noted(notes)} == {"111"}
    assert not list((there.store / "begun").iterdir())


def test_what_a_worker_is_sent_is_small_and_its_repr_names_nobody(tmp_path: Path) -> None:
    import pickle

    submission = read_submission(small(tmp_path / "jane-doe", 12))
    work = Work(submission.audio, SCORERS, tmp_path / "store", "cpu")
    tasks = [Task(work, b) for b in plan(submission.clips, SCORERS, Store(work.store), 1).batches]
    assert all(len(pickle.dumps(task)) < 4096 for task in tasks)
    assert "jane" not in repr(tasks)


@pytest.mark.parametrize("name", ["dask://", "ray", "dask://127.0.0.1:1"])
def test_a_runner_that_is_not_there_is_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.runners.dask._PATIENCE_S", 1)
    with pytest.raises(ScoringError, match="dask"):
        choose(name)
