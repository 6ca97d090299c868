"""One batch of clips: opened, measured and stored, wherever a runner takes it."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from clips.isolated import decode
from clips.limits import DEFAULT_LIMITS, Limits
from clips.table import Clip
from flows.answers import Answers, keep, known
from flows.plan import Todo
from flows.store import Store
from scorers.base import Measure, Scorer, Utterance
from scorers.run import Failed, Job, measure_batch

_loaded: dict[tuple[Scorer, str], Measure] = {}
_loading = threading.Lock()


@dataclass(frozen=True)
class Work:
    """What every batch of a run has in common; picklable, and small whatever the submission's size.

    Args:
        open: opens a clip's audio, as `Submission.open_audio`.
        scorers: what may measure.
        store: folder of the measurements.
        device: ``"cpu"`` or ``"cuda"``.
        limits: what decoding may cost.
    """

    open: Callable[[Clip], BinaryIO]
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
    names = {scorer.name for item in batch for scorer in item.scorers}
    scorers = [s for s in work.scorers if s.name in names]
    loaded = {s.name: load(s, work.device) for s in scorers}
    store = Store(work.store)
    answers = known([item.clip for item in batch], scorers, store)
    stored = {audio: set(found) for audio, found in answers.items()}
    jobs = [_job(work, item, answers) for item in batch]
    failed: dict[tuple[str, str], str] = {}
    for results in measure_batch(scorers, loaded, jobs):
        for scorer in scorers:
            rows = results[scorer.name]
            store.write(scorer, {k: r for k, r in rows.items() if not isinstance(r, Failed)})
            failed |= {(scorer.name, k): r.reason for k, r in rows.items() if isinstance(r, Failed)}
    keep(store, answers, stored)
    return Done(sum(t.duration_s for t in batch), failed)


def left(work: Work, batch: Sequence[Todo]) -> tuple[Todo, ...]:
    """What of a batch is not stored yet."""
    store = Store(work.store)
    stored: set[tuple[str, str]] = set()
    every = [(item, item.keys) for item in batch]
    for scorer in work.scorers:
        wanted = {keys[scorer.name] for _, keys in every if scorer.name in keys}
        stored |= {(scorer.name, key) for key in store.keys(scorer, wanted)}
    needed = (
        Todo(item.clip, tuple(s for s in item.scorers if (s.name, keys[s.name]) not in stored))
        for item, keys in every
    )
    return tuple(item for item in needed if item.scorers)


def lost(batch: Sequence[Todo], why: str) -> Done:
    """What a batch came to of which nothing is known: the next run tries again."""
    failed = {pair: why for item in batch for pair in item.keys.items()}
    return Done(sum(t.duration_s for t in batch), failed)


def _job(work: Work, item: Todo, answers: Answers) -> Job:
    audio = item.clip.audio.sha256 if item.clip.audio else ""

    def open_clip() -> Utterance:
        with work.open(item.clip) as file:
            decoded = decode(file, work.limits, audio)
        return Utterance(
            decoded.samples,
            decoded.rate_hz,
            item.clip.text,
            item.clip.language,
            decoded.faults,
            answers[audio],
        )

    return Job(open_clip, item.keys)
