"""The contract of a scorer: what it declares, what it is given and what it answers."""

from collections.abc import Callable, Generator, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from clips.columns import Column
from scorers.vad import speech_segments

Samples = npt.NDArray[np.float32]
Part = Literal["audio", "text", "language"]
Answer = Mapping[str, Any]  # JSON-ready


class Question(Hashable, Protocol):
    """What a model is asked about a clip's audio; its answer is stored for itself."""

    @property
    def table(self) -> str:
        """Kind of answer: those of one kind and version lie together."""
        ...

    @property
    def version(self) -> str:
        """Of what answers: code, weights and options. A change means asking again."""
        ...

    @property
    def text(self) -> str:
        """All else that the answer depends on, beside the audio."""
        ...


@dataclass(frozen=True)
class Utterance:
    """One decoded clip as a scorer sees it.

    Args:
        samples: shape ``(channels, n_samples)``, float32, finite, nominally in [-1, 1] (a lossy or
            float file may go beyond).
        rate_hz: sample rate of ``samples``.
        text: the label as written, ``""`` where there is none.
        language: BCP 47 tag, ``""`` where unknown.
        faults: what decoding found on the way, such as a header that promises more than there is.
        answers: what is known of its audio; a scorer that asks more adds the answer.
    """

    samples: Samples
    rate_hz: int
    text: str
    language: str
    faults: tuple[str, ...] = ()
    answers: dict[Question, Answer] = field(default_factory=dict, repr=False, compare=False)
    _resampled: dict[int, Samples] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def mono(self) -> Samples:
        """Mean over channels, shape ``(n_samples,)``."""
        return np.asarray(self.samples.mean(axis=0), dtype=np.float32)

    @property
    def duration_s(self) -> float:
        return float(self.samples.shape[1] / self.rate_hz)

    def at(self, rate_hz: int) -> Samples:
        """The mono view at another rate (soxr, high quality), kept for the next scorer."""
        if rate_hz not in self._resampled:
            import soxr

            self._resampled[rate_hz] = (
                self.mono
                if rate_hz == self.rate_hz
                else np.asarray(soxr.resample(self.mono, self.rate_hz, rate_hz), dtype=np.float32)
            )
        return self._resampled[rate_hz]

    @cached_property
    def speech(self) -> tuple[tuple[float, float], ...]:
        """Stretches of speech in seconds, found by Silero VAD; empty where there is none."""
        return speech_segments(self.at(16_000))


@dataclass(frozen=True, slots=True)
class Measured:
    """What a scorer found in one clip.

    Args:
        values: one number per declared column; ``None`` where this number alone cannot be had, with
            its reason in ``reasons``.
        details: JSON-ready records for people and later stages (word alignment, defect regions).
        reasons: column name -> why its value is ``None``.
    """

    values: Mapping[str, float | None]
    details: Mapping[str, Any] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unmeasurable:
    """Why a clip has no numbers from a scorer at all; the reason is shown to people."""

    reason: str


Row = Measured | Unmeasurable
Measure = Callable[[Sequence[Utterance]], Sequence[Row]]
Inquiry = Generator[Question, Answer, Row]


class Kept(Protocol):
    """What has rows in the store."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str:
        """Code revision, model digest and options: a change means measuring again."""
        ...

    @property
    def columns(self) -> tuple[Column, ...]: ...


class Scorer(Kept, Protocol):
    """A frozen dataclass: cheap to build, hashable, picklable; weights exist only behind `load`."""

    @property
    def depends_on(self) -> frozenset[Part]:
        """What of a clip the result depends on; clips alike in these are measured once."""
        ...

    def load(self, device: str) -> Measure:
        """Load weights onto ``"cpu"`` or ``"cuda"`` and return the measuring function.

        Raises:
            ScoringError: a model is missing or cannot be loaded here.
        """
        ...


@runtime_checkable
class Inquirer(Protocol):
    """A scorer whose rows follow from answers that are stored for themselves.

    What `load` returns takes the answers that an utterance has and adds what it had to ask, so that
    another label or another way to compare asks a model only what was never asked of that audio.
    """

    def inquire(self, text: str, language: str) -> Inquiry:
        """Yields questions and is sent their answers; returns the row. Loads and opens nothing.

        Args:
            text: the label, ``""`` where there is none.
            language: BCP 47 tag, ``""`` where unknown.
        """
        ...
