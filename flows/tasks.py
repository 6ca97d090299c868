"""Prefect tasks: thin shells around plain functions. They return counts and reasons, no scores."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from clips.isolated import decode
from clips.limits import DEFAULT_LIMITS, Limits
from clips.submission import Submission
from flows.plan import Todo
from flows.store import Store
from scorers.base import Measure, Scorer, Utterance
from scorers.run import Failed, Job, measure_batch

_loaded: dict[tuple[Scorer, str], Measure] = {}
_loading = threading.Lock()


@dataclass(frozen=True)
class Work:
    """What every batch of a run has in common."""

    submission: Submission
    scorers: tuple[Scorer, ...]
    store: Path
    device: str
    limits: Limits = DEFAULT_LIMITS


@dataclass(frozen=True)
class Done:
    """What a batch came to.

    Args:
        seconds: of audio in the batch.
        failed: scorer name and key -> why it could not be measured this time.
    """

    seconds: float
    failed: dict[tuple[str, str], str]


def load(scorer: Scorer, device: str) -> Measure:
    """A scorer's measuring function, loaded once per process."""
    with _loading:
        if (scorer, device) not in _loaded:
            _loaded[scorer, device] = scorer.load(device)
        return _loaded[scorer, device]


def run_batch(work: Work, batch: Sequence[Todo]) -> Done:
    """Measure one batch and store what was found."""
    names = {name for item in batch for name in item.keys}
    scorers = [s for s in work.scorers if s.name in names]
    loaded = {s.name: load(s, work.device) for s in scorers}
    jobs = [_job(work.submission, item, work.limits) for item in batch]
    store = Store(work.store)
    failed: dict[tuple[str, str], str] = {}
    for results in measure_batch(scorers, loaded, jobs):
        for scorer in scorers:
            rows = results[scorer.name]
            store.write(scorer, {k: r for k, r in rows.items() if not isinstance(r, Failed)})
            failed |= {(scorer.name, k): r.reason for k, r in rows.items() if isinstance(r, Failed)}
    return Done(sum(t.duration_s for t in batch), failed)


measure = task(name="measure", cache_policy=NO_CACHE, persist_result=False)(run_batch)


def _job(submission: Submission, item: Todo, limits: Limits) -> Job:
    def open_clip() -> Utterance:
        with submission.open_audio(item.clip) as file:
            decoded = decode(file, limits, item.clip.audio.sha256 if item.clip.audio else "")
        return Utterance(
            decoded.samples,
            decoded.rate_hz,
            item.clip.text,
            item.clip.language,
            decoded.faults,
        )

    return Job(open_clip, item.keys)
