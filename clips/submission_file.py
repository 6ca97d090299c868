"""The tables of submission.toml: what may stand in them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from clips.pcm import USUAL_RATE_HZ, Coding

FILE_NAME = "submission.toml"
Stage = Literal["description", "samples", "payload"]
NEEDED = ("contributor", "stage", "provider", "model", "license", "language")
NEEDED_OF_A_VOICE = ("voice", "adult", "stock")

Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Language = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$",
        max_length=35,
        description="BCP 47 tag, such as en, en-GB, pt-BR, zh-Hans",
    ),
]
Licence = Annotated[Line, Field(description="SPDX id; the collection takes Apache-2.0")]
Publish = Annotated[
    bool, Field(description="whether a voicepack of this data alone may be published as it is")
]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class PcmTable(_Table):
    """How samples without a header are stored, where the provider hands out such."""

    rate: Annotated[int, Field(ge=4_000, le=384_000, description="in Hz")] = USUAL_RATE_HZ
    coding: Annotated[Coding, Field(description="as FFmpeg calls it")] = "s16le"
    channels: Annotated[int, Field(ge=1, le=8)] = 1


class VoiceTable(_Table):
    """One voice in one tone; the table's name is the name of its folder."""

    voice: Annotated[Line | None, Field(description="the provider's name for the voice")] = None
    tone: Annotated[Line, Field(description="neutral, whispering, shouting, happy ...")] = "neutral"
    hours: Annotated[float | None, Field(ge=0, le=100_000, allow_inf_nan=False)] = None
    adult: Annotated[bool | None, Field(description="an adult's voice")] = None
    stock: Annotated[bool | None, Field(description="a stock voice, not a clone")] = None
    provider: Line | None = None
    model: Line | None = None
    license: Licence | None = None
    language: Language | None = None
    publish: Publish | None = None
    pcm: PcmTable | None = None


class SubmissionFile(_Table):
    """The content of submission.toml."""

    contributor: Annotated[
        Line | None, Field(description="who sends this; kept apart, shown as a pseudonym only")
    ] = None
    stage: Stage | None = None
    provider: Annotated[Line | None, Field(description="who made the speech")] = None
    model: Annotated[Line | None, Field(description="the provider's name for the model")] = None
    license: Licence | None = None
    language: Language | None = None
    publish: Publish = False
    pcm: PcmTable | None = None
    notes: Annotated[str, Field(max_length=20_000)] = ""
    voices: dict[str, VoiceTable] = {}
