"""Clip, Finding and the clips table: one row per label row and per unlabelled audio file."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from clips.columns import Column
from clips.numbers import duration, with_unit
from clips.words import Name, Param, Path, Phrase, told

Level = Literal["submission", "voice", "clip"]
UNLABELLED_ROW = -1

FACTS: tuple[Column, ...] = (
    Column(
        *("duration_s", "s", "neither", 0.0, None),
        "Length of the clip: of the decoded audio, or by header and size where it was not decoded.",
        "decoder",
    ),
    Column(
        *("sample_rate_hz", "Hz", "higher", 0.0, None),
        "Sample rate by the header of the file.",
        "header",
    ),
    Column(*("channels", "", "neither", 1, None), "Channels by the header of the file.", "header"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found wrong, or worth saying, with the measured value and the bound it broke.

    Args:
        rule: rule id, listed in `docs/policy.md`.
        words: what it is and what to do, to be told to somebody by `clips.words.told`.
        level: what it is about.
        voice: voice folder name, ``""`` at the level of the submission.
        clip_id: the clip's id, ``""`` above the level of a clip.
        audio_file: as written in the label file, ``""`` above the level of a clip.
        value: measured value, ``None`` where nothing is measured.
        bound: the bound that the value broke, ``None`` where there is none.
        unit: unit of value and bound.
    """

    rule: str
    words: Phrase
    level: Level = "clip"
    voice: str = ""
    clip_id: str = ""
    audio_file: str = ""
    value: float | None = None
    bound: float | None = None
    unit: str = ""

    @property
    def about(self) -> Mapping[str, Param]:
        """What its words may speak of: file, voice, value and bound."""
        return about(self.voice, self.audio_file, self.value, self.bound, self.unit)

    @property
    def told(self) -> Phrase:
        """Its words with all that they speak of, to be part of others."""
        return replace(self.words, params=(*self.about.items(), *self.words.params))

    @property
    def sentence(self) -> str:
        """The words as the maintainer and the contributor read them."""
        return told(self.words, about=self.about)


def about(
    voice: str, audio_file: str, value: float | None, bound: float | None, unit: str
) -> Mapping[str, Param]:
    """What the words of a finding may speak of beside their own parameters."""
    return {
        "voice": Name(voice),
        "file": Path(audio_file),
        "value": _amount(value, unit),
        "bound": _amount(bound, unit),
    }


def _amount(value: float | None, unit: str) -> str:
    """A value with its unit; hours as people say them."""
    return duration(value) if value is not None and unit == "h" else with_unit(value, unit)


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What an audio file's header and size say, and the digest of its bytes.

    Args:
        sha256: digest of the whole file.
        duration_s: length in seconds, by the header as far as the file bears it out.
        sample_rate_hz: by the header.
        channels: by the header.
        codec: lower-case container and coding, such as ``"wav/pcm_16"`` or ``"mp3"``.
        faults: where the header and the file part.
    """

    sha256: str
    duration_s: float
    sample_rate_hz: int
    channels: int
    codec: str
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clip:
    """One label row, or one audio file without a label.

    Args:
        voice: voice folder name.
        audio_file: as written in the label file; for a file without a label its path in the folder.
        path: path of the audio below the submission's root, ``""`` where it is missing or unsafe.
        row: position in the label file from 0; -1 for a file without a label.
        text: the label as written.
        language: BCP 47 tag.
        turn: name of the turn, ``""`` where there are none.
        turn_index: position in the turn from 0, ``None`` outside a turn.
        audio: header facts; ``None`` where the audio is missing or unreadable.
    """

    voice: str
    audio_file: str
    path: str
    row: int
    text: str
    language: str
    turn: str = ""
    turn_index: int | None = None
    audio: AudioInfo | None = None
    clip_id: str = field(init=False)

    def __post_init__(self) -> None:
        identity = "\0".join((self.voice, self.path or self.audio_file, str(self.row)))
        digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        object.__setattr__(self, "clip_id", digest)

    @property
    def key(self) -> str:
        """The clip itself, whatever its file is called: digest of its audio, label and voice."""
        audio = self.audio.sha256 if self.audio else ""
        identity = "\0".join((audio, self.text_sha256, self.voice))
        return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def text_sha256(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()
