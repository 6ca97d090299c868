"""What is still to be measured: clips without a stored result, in batches of even work."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from clips.cpus import CPUS
from clips.table import Clip
from flows.store import Store, key_of
from scorers.base import Part, Scorer
from scorers.catalog import refusal

BATCH_S = 120.0
MAX_BATCHES = 300
MAX_BATCH_S = 900.0
LAST_BATCH_S = 10.0  # smaller ones cost more than they even out
SAMPLE = 10  # clips of a voice that are measured where the terms refuse the submission
MIN_CLIP_S = 0.1  # what a clip costs at least, whatever its header says
UNKNOWN_CLIP_S = 60.0  # what one counts for whose header gives no length


@dataclass(frozen=True, slots=True)
class Todo:
    """One clip and the scorers that still need it: little, as there is one for each clip."""

    clip: Clip
    scorers: tuple[Scorer, ...]

    @property
    def keys(self) -> dict[str, str]:
        """Scorer name -> key of its result."""
        return {scorer.name: key(scorer, self.clip) for scorer in self.scorers}

    @property
    def duration_s(self) -> float:
        return self.clip.audio.duration_s if self.clip.audio else 0.0

    @property
    def cost_s(self) -> float:
        """Seconds of audio that it counts for where work is shared out."""
        return max(self.duration_s, MIN_CLIP_S) if self.duration_s > 0 else UNKNOWN_CLIP_S


Batch = tuple[Todo, ...]


@dataclass(frozen=True)
class Plan:
    """What a run has to do.

    Args:
        batches: the longest clips first.
        measured: distinct clips that something is to be measured of.
        reused: clips whose every result is stored, or comes with another clip's.
    """

    batches: tuple[Batch, ...]
    measured: int
    reused: int

    def __add__(self, other: "Plan") -> "Plan":
        """The work of both, of other clips."""
        return Plan(
            self.batches + other.batches,
            self.measured + other.measured,
            self.reused + other.reused,
        )


def key(scorer: Scorer, clip: Clip) -> str:
    """Digest of what a scorer's result depends on; clips alike in it share one result."""
    parts = {
        "audio": clip.audio.sha256 if clip.audio else "",
        "text": clip.text_sha256,
        "language": clip.language,
    }
    return key_of({name: parts[name] for name in scorer.depends_on})


def keyed(
    clips: Iterable[Clip], scorers: Iterable[Scorer]
) -> Iterator[tuple[Scorer, dict[str, str], dict[str, str]]]:
    """What each scorer would measure of the clips with readable audio.

    Yields:
        A scorer, clip id -> key of its result, and clip id -> why it refuses the clip's language.
    """
    audible = [c for c in clips if c.audio is not None]
    spoken = {c.language for c in audible}
    made: dict[frozenset[Part], dict[str, str]] = {}
    for scorer in scorers:
        parts = frozenset(scorer.depends_on)
        if parts not in made:
            made[parts] = {c.clip_id: key(scorer, c) for c in audible}
        mine, refused = made[parts], {language: refusal(scorer, language) for language in spoken}
        yield (
            scorer,
            {c.clip_id: mine[c.clip_id] for c in audible if not refused[c.language]},
            {c.clip_id: why for c in audible if (why := refused[c.language])},
        )


def sample(clips: Iterable[Clip], per_voice: int = SAMPLE) -> list[Clip]:
    """So many clips of each voice, spread over its rows; all where it has no more."""
    by_voice: dict[str, list[Clip]] = {}
    for clip in clips:
        by_voice.setdefault(clip.voice, []).append(clip)
    return [
        own[at * len(own) // count]
        for own in by_voice.values()
        for count in [min(per_voice, len(own))]
        for at in range(count)
    ]


def plan(
    clips: Sequence[Clip],
    scorers: Sequence[Scorer],
    store: Store,
    batch_s: float = BATCH_S,
    workers: int = CPUS,
) -> Plan:
    """Find what is missing in the store.

    A clip without readable audio is not measured, nor by a scorer that refuses its language.
    Batches hold ``batch_s`` seconds of audio and grow with the submission, so that a run has about
    `MAX_BATCHES` of them, up to `MAX_BATCH_S`, which is what a run that is killed may lose. The
    longest clips come first and the last batches are small, so that all workers end together.
    """
    audible = [c for c in clips if c.audio is not None]
    needed: dict[str, list[Scorer]] = {c.clip_id: [] for c in audible}
    for scorer, keys, _ in keyed(audible, scorers):
        done = store.keys(scorer, set(keys.values()))
        for clip_id, wanted in keys.items():
            if wanted not in done:
                done.add(wanted)
                needed[clip_id].append(scorer)
    alike: dict[tuple[str, ...], tuple[Scorer, ...]] = {}
    todo = [
        Todo(c, alike.setdefault(tuple(s.name for s in mine), tuple(mine)))
        for c in audible
        if (mine := needed[c.clip_id])
    ]
    even = sum(t.cost_s for t in todo) / MAX_BATCHES
    size = max(batch_s, min(even, MAX_BATCH_S))
    return Plan(tuple(_batches(todo, size, workers)), len(todo), len(audible) - len(todo))


def _batches(todo: Iterable[Todo], size_s: float, workers: int) -> Iterator[Batch]:
    """Batches of clips of like length; each at most half of what is left for each worker."""
    order = sorted(todo, key=lambda item: -item.cost_s)
    left = sum(item.cost_s for item in order)
    batch: list[Todo] = []
    seconds = 0.0
    for item in order:
        batch.append(item)
        seconds += item.cost_s
        if seconds >= min(size_s, max(left / (2 * workers), LAST_BATCH_S)):
            yield tuple(batch)
            left -= seconds
            batch, seconds = [], 0.0
    if batch:
        yield tuple(batch)
