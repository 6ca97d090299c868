"""The terms that a submission is held against before anyone listens."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from selection.policy.base import Names, Points, Positive, Share, Table


class Provider(Table):
    """One provider by every name it goes by, and what is known of its voices.

    Args:
        names: how contributors write it; case, blanks and signs do not count.
        unwanted: models that are turned away, each as words that stand in the name in this order.
        voices: its stock voices, ``[]`` where there is no list to hold a name against.
        child_voices: stock voices that sound like children.
    """

    names: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]
    unwanted: Names = ()
    voices: Names = ()
    child_voices: Names = ()


class Offer(Table):
    """Models that are wanted.

    Args:
        rank: place in the order of preference, 1 is the most wanted.
        about: name for people.
        provider: id of a provider.
        models: each as words that stand in the model's name in this order.
    """

    rank: Annotated[int, Field(ge=1)]
    about: str
    provider: str
    models: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]


class Languages(Table):
    """Primary BCP 47 tags of languages, and what a new one needs.

    Args:
        with_phonemes: languages whose text can be turned into phonemes.
        established: languages that the collection has already.
        new_language_hours: a language that is not established wants more approved hours than this.
    """

    with_phonemes: Names
    established: Names
    new_language_hours: Points


class PriorityTerms(Table):
    """Points of each part of a priority, and where the tiers begin.

    Args:
        provider: all for rank 1, half for the last rank, none outside the order.
        format: all for WAV, less for other lossless and for lossy audio.
        completeness: by the share of wanted fields and of labelled audio.
        publish: for the permission to publish a voicepack as it is.
        lossless: share of the format's points for lossless audio other than WAV.
        lossy: the same for MP3 and other lossy audio.
        high_from: points of 100 from which the tier is high.
        normal_from: the same for normal.
    """

    provider: Points
    format: Points
    completeness: Points
    publish: Points
    lossless: Share
    lossy: Share
    high_from: Annotated[float, Field(ge=0.0, le=100.0)]
    normal_from: Annotated[float, Field(ge=0.0, le=100.0)]


class Terms(Table):
    """What the collection takes, whatever the audio sounds like.

    Args:
        paused_from: the day (UTC) from which nothing new is accepted, or ``"never"``.
        require_stage_order: samples need an approved description, a payload approved samples.
        samples_per_voice: fewest clips of a voice at the stage of samples.
        samples_most_minutes: most audio of a voice at that stage.
        licence: the one licence that is taken.
        licence_spellings: further ways to write it; case, blanks and signs do not count.
        preferred_rate_hz: audio below this sample rate is flagged.
        line_of_speech_s: a clip beyond this is no line of speech.
        unsegmented_share: a voice with this share of its audio in such clips is unsegmented.
        labelled_share: a voice with less of its audio labelled is unlabelled material.
        small_hours: a payload with less audio is low priority.
        clone_words: words in the name of a voice or model that give away a clone.
        child_words: the same for a child's voice.
        human_words: phrases in a provider's or model's name that give away recordings of people.
    """

    paused_from: date | Literal["never"]
    require_stage_order: bool
    samples_per_voice: Annotated[int, Field(ge=0)]
    samples_most_minutes: Positive
    licence: str
    licence_spellings: Names
    preferred_rate_hz: Positive
    line_of_speech_s: Positive
    unsegmented_share: Annotated[float, Field(gt=0.0, le=1.0)]
    labelled_share: Share
    small_hours: Points
    clone_words: Names
    child_words: Names
    human_words: Names
    languages: Languages
    priority: PriorityTerms
    providers: dict[str, Provider]
    offers: dict[str, Offer]

    @model_validator(mode="after")
    def _offers_name_providers(self) -> "Terms":
        for offer_id, offer in self.offers.items():
            if offer.provider not in self.providers:
                raise ValueError(f"offers.{offer_id}.provider: no provider {offer.provider!r}")
        if self.priority.normal_from > self.priority.high_from:
            raise ValueError("priority.normal_from must not be above priority.high_from")
        return self
