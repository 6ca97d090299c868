"""What a recogniser is asked about a clip, with all that each answer depends on."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scorers import vad
from scorers.asr.decodings import Decoding
from scorers.asr.models import Model

# No temperature fallback, no voice activity filter, no prompt from the text before: a clip's
# transcript depends on the clip alone. The no-speech threshold is off so that silence, too, has its
# probability.
PINNED: dict[str, Any] = {
    "task": "transcribe",
    "temperature": 0.0,
    "patience": 1.0,
    "length_penalty": 1.0,
    "repetition_penalty": 1.0,
    "no_repeat_ngram_size": 0,
    "compression_ratio_threshold": None,
    "log_prob_threshold": None,
    "no_speech_threshold": None,
    "condition_on_previous_text": False,
    "initial_prompt": None,
    "prefix": None,
    "hotwords": None,
    "suppress_blank": True,
    "suppress_tokens": [-1],
    "word_timestamps": False,
    "multilingual": False,
    "vad_filter": False,
}
TOO_LONG = "the label does not fit the recogniser's context"
EVERY_LABEL = "*"  # what a decoding is cut off for that never began
_PINNED = hashlib.sha256(json.dumps(PINNED, sort_keys=True).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A model and the numbers it computes in, which are part of every answer's version."""

    model: Model
    compute_type: str

    @property
    def name(self) -> str:
        return Path(self.model.name).name

    @property
    def shown(self) -> str:
        """Name and digest of the model, for people."""
        return f"{self.name} {self.model.digest[:8]}"

    @property
    def version(self) -> str:
        return f"{self.model.digest}-{self.compute_type}"


@dataclass(frozen=True, slots=True)
class Transcript:
    """What is said?

    Args:
        recogniser: who is asked.
        language: Whisper's code, which is forced.
        decoding: how.
        label: a short decoding is cut off where its text cannot become the label any more.
        anew: `digest` of the label where it is asked for that one alone, since what was cut off for
            another label is no answer.
    """

    recogniser: Recogniser
    language: str
    decoding: Decoding
    label: str = field(default="", compare=False)
    anew: str = ""

    table = "transcripts"

    @property
    def version(self) -> str:
        return f"1-{_PINNED}-{self.recogniser.version}"

    @property
    def text(self) -> str:
        return f"{self.language} {self.decoding!r} {self.anew}"


@dataclass(frozen=True, slots=True)
class LabelFit:
    """How well does the label fit, where are its words, and where does it leave speech over?

    Args:
        recogniser: who is asked.
        language: Whisper's code.
        label: as written.
        spaced: whether the recogniser begins a text with a blank.
        decoding: in whose window.
    """

    recogniser: Recogniser
    language: str
    label: str
    spaced: bool
    decoding: Decoding

    table = "label-fit"

    @property
    def version(self) -> str:
        return f"{vad.version(2)}-{self.recogniser.version}"

    @property
    def text(self) -> str:
        window = (self.decoding.margin_s, self.decoding.floor_s)
        return f"{self.language} {window} {self.spaced} {self.label}"


@dataclass(frozen=True, slots=True)
class TextLogprob:
    """How likely is a whole text, the label or a transcript? In the whole window."""

    recogniser: Recogniser
    language: str
    written: str
    spaced: bool

    table = "text-logprob"

    @property
    def version(self) -> str:
        return f"1-{self.recogniser.version}"

    @property
    def text(self) -> str:
        return f"{self.language} {self.spaced} {self.written}"


@dataclass(frozen=True, slots=True)
class Spoken:
    """Which language is spoken?"""

    recogniser: Recogniser
    decoding: Decoding

    table = "language"

    @property
    def version(self) -> str:
        return f"1-{self.recogniser.version}"

    @property
    def text(self) -> str:
        return f"{(self.decoding.margin_s, self.decoding.floor_s)}"


def digest(label: str) -> str:
    """Names a label where it would be too long."""
    return hashlib.sha256(label.encode("utf-8", "backslashreplace")).hexdigest()[:16]
