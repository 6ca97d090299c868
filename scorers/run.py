"""Runs scorers over a batch: decodes each clip once, turns every fault of a clip into a value."""

import logging
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from clips.errors import DecodeError, DecoderLost
from scorers.base import Measure, Measured, Row, Scorer, Unmeasurable, Utterance

log = logging.getLogger(__name__)
LOWEST_RATE_HZ = 4_000  # below, no speech to judge is left, and short windows hold no sample
MOST_VALUES = 32_000_000  # samples times channels that are held at once: 122 MiB of float32


@dataclass(frozen=True, slots=True)
class Failed:
    """A passing fault (out of memory, a bug): not stored, so that the next run tries again."""

    reason: str


@dataclass(frozen=True)
class Job:
    """One clip to measure.

    Args:
        open: decodes the clip; raises `DecodeError` where it cannot be decoded. One below
            `LOWEST_RATE_HZ` is unmeasurable by every scorer.
        keys: scorer name -> key of the result, for the scorers that are to measure this clip.
    """

    open: Callable[[], Utterance]
    keys: Mapping[str, str]


Results = dict[str, dict[str, Row | Failed]]


Decoded = Utterance | Unmeasurable | Failed


def measure_batch(
    scorers: Sequence[Scorer], loaded: Mapping[str, Measure], jobs: Iterable[Job]
) -> Iterator[Results]:
    """Measure a batch, in parts of as many clips as may be held in memory, whatever headers say.

    Args:
        scorers: what may measure.
        loaded: scorer name -> what its ``load`` returned.
        jobs: clips, each with the scorers that it still needs.

    Yields:
        scorer name -> key -> row. Every key of every job is in one of the parts.
    """
    part: list[tuple[Job, Decoded]] = []
    held = 0
    for job in jobs:
        found = _decode(job)
        part.append((job, found))
        held += found.samples.size if isinstance(found, Utterance) else 0
        if held >= MOST_VALUES:
            yield _measure(scorers, loaded, part)
            part, held = [], 0
    if part:
        yield _measure(scorers, loaded, part)


def _measure(
    scorers: Sequence[Scorer],
    loaded: Mapping[str, Measure],
    part: Sequence[tuple[Job, Decoded]],
) -> Results:
    results: Results = {}
    for scorer in scorers:
        todo = [(j.keys[scorer.name], u) for j, u in part if scorer.name in j.keys]
        good = [(key, u) for key, u in todo if isinstance(u, Utterance)]
        rows: dict[str, Row | Failed] = {key: u for key, u in todo if not isinstance(u, Utterance)}
        measured = _run(scorer, loaded[scorer.name], [u for _, u in good])
        rows |= {key: row for (key, _), row in zip(good, measured, strict=True)}
        results[scorer.name] = rows
    return results


def _decode(job: Job) -> Decoded:
    try:
        utterance = job.open()
    except DecoderLost as error:
        return Failed(f"cannot be decoded: {error}")
    except DecodeError as error:
        return Unmeasurable(f"cannot be decoded: {error}")
    except MemoryError:
        return Failed("out of memory while decoding")
    except OSError as error:
        return Failed(f"could not be read: {error.strerror or type(error).__name__}")
    refusal = _refusal(utterance)
    return Unmeasurable(refusal) if refusal else utterance


def _refusal(utterance: Utterance) -> str:
    """Why no scorer is given a clip, ``""`` where each is."""
    if utterance.rate_hz < LOWEST_RATE_HZ:
        return (
            f"cannot be measured: its sample rate is {utterance.rate_hz} Hz, and speech takes"
            f" {LOWEST_RATE_HZ} Hz or more"
        )
    if not np.isfinite(utterance.samples).all():
        return "cannot be decoded: it holds samples that are not numbers"
    return ""


def _run(
    scorer: Scorer, measure: Measure, utterances: Sequence[Utterance]
) -> Sequence[Row | Failed]:
    if not utterances:
        return ()
    try:
        rows = measure(utterances)
        return [_checked(scorer, row) for row in rows]
    except Exception as error:  # the one place where a fault of unknown kind becomes a value
        if len(utterances) > 1:
            return [row for u in utterances for row in _run(scorer, measure, [u])]
        log.warning("%s failed on a clip", scorer.name, exc_info=error)
        return [Failed(f"{scorer.name} failed: {type(error).__name__}: {error}")]


def _checked(scorer: Scorer, row: Row) -> Row:
    """A row with a value for each declared column, inside its range, or null and why."""
    if isinstance(row, Unmeasurable):
        return row
    values: dict[str, float | None] = {}
    reasons = dict(row.reasons)
    for column in scorer.columns:
        value = row.values.get(column.name)
        if value is not None and not column.holds(float(value)):
            shown = "not a number" if math.isnan(value) else f"{value:g}"
            reasons[column.name] = f"measured {shown}, outside {column.low} to {column.high}"
            value = None
        if value is None:
            reasons.setdefault(column.name, "not measured")
        values[column.name] = None if value is None else float(value)
    return Measured(values, row.details, reasons)
