"""Clean and planted clips as a submission, measured by the project's own tasks into its store."""

import hashlib
import io
import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile

from benchmarks.defects.clean import Clean
from benchmarks.defects.kinds import Kind
from benchmarks.defects.labels import Around
from benchmarks.defects.plant import Plant
from clips.description import Description, VoiceDescription
from clips.sources import open_source
from clips.submission import Submission
from clips.table import AudioInfo, Clip
from flows.answers import recall
from flows.measure import Work
from flows.plan import plan
from flows.runners.local import Threads
from flows.store import Store
from scorers.base import Scorer

log = logging.getLogger(__name__)

BATCH_S = 60.0


@dataclass(frozen=True)
class Planted:
    """A clip of the benchmark.

    Args:
        clip: as the project sees it; its name is made of the recipe.
        source: the clean clip that it is made of.
        kind: name of the defect, ``""`` where it is clean.
        strength: of the defect.
    """

    clip: Clip
    source: Clean
    kind: str = ""
    strength: float = 0.0
    spoil: Plant | None = field(default=None, repr=False)

    def audio(self) -> bytes:
        """A 16-bit WAV file; what is over full scale is clipped, as any export does."""
        samples, rate = self.source.read()
        if self.spoil:
            samples = self.spoil(samples, rate, generator(f"{self.clip.audio_file} audio"))
        pcm = np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)
        file = io.BytesIO()
        soundfile.write(file, pcm, rate, format="WAV", subtype="PCM_16")
        return file.getvalue()


def generator(name: str) -> np.random.Generator:
    """A generator of its own for each name."""
    return np.random.default_rng(list(hashlib.sha256(name.encode()).digest()))


def as_clean(source: Clean, row: int) -> Planted:
    """The clip as it is. Only 24 kHz WAV is re-used as it lies; all others are written as WAV."""
    return _digested(_planted(source, row, source.text))


def as_edited(source: Clean, row: int, kind: Kind, around: Around, turn: int) -> Planted | None:
    """A clean clip with another label; ``None`` where the kind finds none for it.

    Args:
        source: the clean clip.
        row: its row among the voice's clips, which the planted clip takes.
        kind: a kind of the label.
        around: what the label can be exchanged with.
        turn: the how manyth edit of this kind of the clip.
    """
    assert kind.label
    rng = generator(f"{source.digest} {kind.name} {kind.revision} label {turn}")
    text = kind.label(source.text, around, rng)
    if text is None or text == source.text:
        return None
    made = _digested(_planted(source, row, text, kind.name))
    return replace(made, kind=kind.name, strength=1.0)


def as_spoilt(source: Clean, row: int, kind: Kind, strength: float) -> Planted:
    """A clean clip with a defect of the audio.

    Args:
        source: the clean clip.
        row: its row among the voice's clips, which the planted clip takes.
        kind: what to plant.
        strength: how strong.
    """
    text = source.text
    recipe = f"{kind.name} {strength:g} {kind.revision}"
    spoilt = _planted(source, row, text, kind.name, recipe)
    return _digested(replace(spoilt, kind=kind.name, strength=strength, spoil=kind.spoil(strength)))


def _digested(planted: Planted) -> Planted:
    """With the digest of the audio, which is held against what is measured."""
    clip = planted.clip
    assert clip.audio
    digest = hashlib.sha256(planted.audio()).hexdigest()
    return replace(planted, clip=replace(clip, audio=replace(clip.audio, sha256=digest)))


def _planted(source: Clean, row: int, text: str, kind: str = "", recipe: str = "") -> Planted:
    digest = hashlib.sha256(f"{source.digest} {recipe}".encode()).hexdigest()
    info = soundfile.info(source.path)
    audio = AudioInfo("", info.duration, info.samplerate, 1, "wav/pcm_16")
    name = f"{digest[:16]}-{hashlib.sha256(f'{kind}{text}'.encode()).hexdigest()[:8]}.wav"
    return Planted(Clip(source.voice, name, name, row, text, source.language, audio=audio), source)


@dataclass(frozen=True)
class Made(Submission):
    """A submission whose audio is made when it is opened."""

    planted: Mapping[str, Planted] = field(default_factory=dict, repr=False)

    def open_audio(self, clip: Clip) -> BinaryIO:
        """The clip's WAV file."""
        return io.BytesIO(self.planted[clip.clip_id].audio())


def submission(planted: Iterable[Planted], folder: Path) -> Made:
    """The clips as one submission."""
    by_id = {p.clip.clip_id: p for p in planted}
    clips = tuple(p.clip for p in by_id.values())
    voices = {p.clip.voice: VoiceDescription(tone=p.source.tone) for p in by_id.values()}
    described = Description(voices=voices)
    return Made(described, clips, (), open_source(folder), planted=by_id)


def measure(made: Submission, scorers: tuple[Scorer, ...], store: Path, what: str) -> None:
    """Measure what is not stored yet."""
    recall(made.clips, scorers, Store(store))
    todo = plan(made.clips, scorers, Store(store), BATCH_S)
    if not todo.batches:
        return
    work = Work(made.open_audio, scorers, store, "cpu")
    begun = time.monotonic()
    for number, done in enumerate(Threads().run(work, todo.batches), 1):
        for why in sorted(set(done.failed.values())):
            log.warning("%s: %s", what, why)
        log.info(
            *("%s: batch %d of %d (%d clips in all), %.0f s",),
            *(what, number, len(todo.batches), todo.measured, time.monotonic() - begun),
        )
    for scorer in scorers:
        Store(store).compact(scorer)
