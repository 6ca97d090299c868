"""What the collection takes, whatever it sounds like: rules over the description and the clips.

Nothing here needs a measurement, so that a contributor can be told before anything is scored.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import get_args

from clips.description import Description, Stage, VoiceDescription
from clips.languages import find_language, primary_tag
from clips.names import OUTSIDE, shown
from clips.table import Clip, Finding
from selection.offers import (
    find_offer,
    find_provider,
    gives_away,
    is_licence,
    is_listed,
    offers_of,
    unwanted,
)
from selection.policy import Terms
from selection.priority import Priority, audio_s, is_lossless, labelled_share, prioritise

LANGUAGE_HOURS = "language-hours"
TERMS_RULES: dict[str, str] = {
    # the submission
    "stage-order": "The stage before this one is not approved; nothing of it is selected.",
    "collection-paused": "The collection is paused, and no earlier arrival was agreed.",
    "no-voices-described": "A description that names no voice.",
    "description-with-audio": "A description brings audio; nothing of it is selected.",
    "hours-not-given": "A description does not say how many hours of a voice there will be.",
    "small-offer": "A payload holds little audio; low priority.",
    LANGUAGE_HOURS: "A new language has fewer approved hours than it wants over all its voices;"
    " scored and parked.",
    # the submission, or one voice that differs from the rest
    "licence-refused": "The licence is not the one that is taken.",
    "unknown-provider": "The provider is not named, or nobody knows it.",
    "other-provider": "The provider is known and not one of those that are wanted; low priority.",
    "human-recording": "The speech is of people, not synthetic; low priority.",
    "unwanted-model": "The model is one that is not taken, such as Flash or Turbo.",
    "unknown-model": "The provider is wanted, and the model is not one of those that are listed.",
    "no-phonemes": "The text of the language cannot be turned into phonemes; scored and parked.",
    # a voice
    "few-samples": "Fewer clips of a voice than a sample needs.",
    "many-samples": "More audio of a voice than samples are.",
    "cloned-voice": "The voice is a clone.",
    "child-voice": "The voice is a child's.",
    "unlisted-voice": "The voice is not on the list of the provider's stock voices.",
    "low-rate": "Audio has a sample rate below the preferred one.",
    "lossy-audio": "Audio is in a lossy format; WAV is preferred.",
    "unsegmented": "Most of a voice is files far longer than a line; never selected.",
    "mostly-unlabelled": "Most of a voice's audio has no label; low priority.",
}
# Material that is scored and kept, with nothing of it selected and nothing promised.
_LOWERS = frozenset(
    {
        *("unknown-provider", "other-provider", "human-recording", "unwanted-model"),
        *("unknown-model", "unsegmented", "mostly-unlabelled"),
    }
)
_PARKS = _LOWERS | {"no-phonemes"}
_STAGES: tuple[Stage, ...] = get_args(Stage)


@dataclass(frozen=True)
class Circumstances:
    """What is known from elsewhere when a submission is considered.

    Args:
        approved: stages of this contributor's submission that the maintainer approved.
        now: when it arrived; a time without a zone is UTC.
        agreed_arrival: when the contributor was told that it may arrive.
    """

    approved: frozenset[Stage] = frozenset()
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    agreed_arrival: datetime | None = None


@dataclass(frozen=True)
class Ruling:
    """What the terms come to.

    Args:
        findings: of the submission and of voices.
        parked: voice -> why nothing of it is selected, whatever its clips are worth: the rule of a
            finding, or ``"low priority"``.
        priority: how much the submission is wanted.
    """

    findings: tuple[Finding, ...]
    parked: Mapping[str, str]
    priority: Priority


@dataclass(frozen=True)
class _Said:
    rule: str
    sentence: str
    value: float | None = None
    bound: float | None = None
    unit: str = ""

    def about(self, voice: str) -> Finding:
        return Finding(
            self.rule,
            self.sentence,
            "voice" if voice else "submission",
            voice,
            value=self.value,
            bound=self.bound,
            unit=self.unit,
        )


@dataclass(frozen=True)
class _Voice:
    name: str
    said: VoiceDescription
    clips: tuple[Clip, ...]
    stage: Stage


_Check = Callable[[_Voice, Terms], Iterator[_Said]]


def consider(
    description: Description, clips: Sequence[Clip], terms: Terms, circumstances: Circumstances
) -> Ruling:
    """Hold a submission against the terms of a policy.

    What is wrong with every voice in the same words is said once, of the submission.
    """
    voices = _voices(description, clips)
    of_all = [*_stage_order(description, terms, circumstances), *_pause(terms, circumstances)]
    of_all += _quantity(description, clips, terms)
    findings = [said.about("") for said in of_all]
    by_voice: dict[str, list[_Said]] = {v.name: [] for v in voices}
    for check in _SHARED:
        found = {v.name: tuple(check(v, terms)) for v in voices}
        alike = len(set(found.values())) == 1
        for name, said in found.items():
            by_voice[name] += said
            findings += [] if alike else [one.about(name) for one in said]
        if alike:
            findings += [one.about("") for one in found[voices[0].name]]
    for voice in voices if description.voices or clips else ():
        own = [one for check in _OWN for one in check(voice, terms)]
        by_voice[voice.name] += own
        findings += [one.about(voice.name) for one in own]
    low = _first(by_voice, _LOWERS)
    lowered = [one.sentence for one in of_all if one.rule == "small-offer"]
    if len(low) == len(voices):
        lowered += dict.fromkeys(one.sentence for one in low.values())
    priority = prioritise(
        {v.name: v.said for v in voices}, {v.name: v.clips for v in voices}, terms, lowered
    )
    parked = {name: one.rule for name, one in _first(by_voice, _PARKS).items()}
    if description.stage != "payload":
        parked = dict.fromkeys((v.name for v in voices), f"stage {description.stage}") | parked
    if priority.tier == "low":
        parked = dict.fromkeys((v.name for v in voices), "low priority") | parked
    return Ruling(tuple(findings), parked, priority)


def _first(by_voice: Mapping[str, Sequence[_Said]], rules: frozenset[str]) -> dict[str, _Said]:
    """Voice -> the first thing said by one of some rules, for the voices that have one."""
    hits = {name: [one for one in said if one.rule in rules] for name, said in by_voice.items()}
    return {name: found[0] for name, found in hits.items() if found}


def language_finding(tag: str, hours: float, terms: Terms) -> Finding | None:
    """What a language still wants, ``None`` where it is established or has enough.

    Args:
        tag: BCP 47 tag.
        hours: approved hours over all of its voices.
        terms: the policy's.
    """
    of, primary = terms.languages, primary_tag(tag)
    established = set(map(primary_tag, of.established))
    if not primary or primary in established or hours > of.new_language_hours:
        return None
    sentence = (
        f"{_language(tag)} is a new language: {hours:.3g} h are approved over all of its voices,"
        f" and it wants more than {of.new_language_hours:g} h. It is scored and kept, and none of"
        " it is selected until then. Send more, of any voice."
    )
    return _Said(LANGUAGE_HOURS, sentence, hours, of.new_language_hours, "h").about("")


def _voices(description: Description, clips: Sequence[Clip]) -> list[_Voice]:
    mine: dict[str, list[Clip]] = {name: [] for name in description.voices}
    for clip in clips:
        mine.setdefault(clip.voice or OUTSIDE, []).append(clip)
    return [
        _Voice(name, description.of(name), tuple(own), description.stage)
        for name, own in (mine or {"": []}).items()
    ]


def _stage_order(
    description: Description, terms: Terms, circumstances: Circumstances
) -> Iterator[_Said]:
    place = _STAGES.index(description.stage)
    if not terms.require_stage_order or not place:
        return
    # an approved later stage had its own stages before it
    if circumstances.approved.isdisjoint(_STAGES[place - 1 :]):
        before = _STAGES[place - 1]
        yield _Said(
            "stage-order",
            f"This is the stage {description.stage!r}, and {before!r} before it is not approved."
            f" Nothing of it is selected until then: hand in {before} first, or wait for the"
            " answer.",
        )


def _pause(terms: Terms, circumstances: Circumstances) -> Iterator[_Said]:
    start, agreed = terms.paused_from, circumstances.agreed_arrival
    if not isinstance(start, date) or _day(circumstances.now) < start:
        return
    if agreed is None:
        yield _Said(
            "collection-paused",
            f"The collection is paused from {start} on and takes nothing new. Agree on an arrival"
            " time, or wait until it opens again.",
        )
    elif _day(agreed) >= start:
        yield _Said(
            "collection-paused",
            f"The collection is paused from {start} on, and the agreed arrival, {_day(agreed)}, is"
            " not before that day. Wait until it opens again.",
        )


def _quantity(description: Description, clips: Sequence[Clip], terms: Terms) -> Iterator[_Said]:
    if description.stage == "description" and not description.voices:
        yield _Said(
            "no-voices-described",
            "The description names no voice. Add a table [voices.NAME] for each voice and tone.",
        )
    hours = audio_s(clips) / 3600
    if description.stage == "description" and hours:
        yield _Said(
            "description-with-audio",
            f"The description brings {hours:.3g} h of audio. It is scored, and nothing of it is"
            " selected: hand in a few clips of each voice as samples once the description is"
            " approved.",
            hours,
            0.0,
            "h",
        )
    if description.stage == "payload" and clips and hours < terms.small_hours:
        yield _Said(
            "small-offer",
            f"The payload holds {hours:.3g} h of audio, and less than {terms.small_hours:g} h is a"
            " small offer. It is scored and kept; send more to raise its priority.",
            hours,
            terms.small_hours,
            "h",
        )


def _licence(voice: _Voice, terms: Terms) -> Iterator[_Said]:
    licence = voice.said.license
    if licence and not is_licence(licence, terms):
        yield _Said(
            "licence-refused",
            f"The licence {shown(licence)} is not taken, only {terms.licence} is. State"
            f' license = "{terms.licence}" if you may give the data under it.',
        )


def _origin(voice: _Voice, terms: Terms) -> Iterator[_Said]:
    said = voice.said
    known = find_provider(said.provider, terms)
    if find_offer(known, said.model, terms):
        return
    model = shown(said.model)
    for name in (said.provider, said.model):
        if word := gives_away(name, terms.human_words):
            yield _Said(
                "human-recording",
                f"{shown(name)} says {word!r}: recordings of people are scored and kept as low"
                " priority, with nothing promised. Synthetic speech is wanted.",
            )
            return
    if not said.provider:
        yield _Said("unknown-provider", f"No provider is named. Name one of {_wanted(terms)}.")
    elif not known:
        yield _Said(
            "unknown-provider",
            f"The provider {shown(said.provider)} is not known here. Wanted are {_wanted(terms)};"
            " a maintainer looks at others.",
        )
    elif not offers_of(known, terms):
        yield _Said(
            "other-provider",
            f"{shown(said.provider)} is not one of the wanted providers ({_wanted(terms)}). What"
            " comes from it is scored and kept as low priority, with nothing promised.",
        )
    elif said.model and unwanted(said.model, terms.providers[known]):
        yield _Said(
            "unwanted-model",
            f"The model {model} is not taken. Of this provider are wanted:"
            f" {_wanted(terms, known)}.",
        )
    else:
        what = f"The model {model} is not on the list" if said.model else "No model is named"
        yield _Said(
            "unknown-model", f"{what}. Of this provider are wanted: {_wanted(terms, known)}."
        )


def _phonemes(voice: _Voice, terms: Terms) -> Iterator[_Said]:
    tag = voice.said.language
    if tag and primary_tag(tag) not in set(map(primary_tag, terms.languages.with_phonemes)):
        yield _Said(
            "no-phonemes",
            f"There is no way yet to turn {_language(tag)} text into phonemes. It is scored and"
            " kept, and nothing of it is selected until there is one.",
        )


def _samples(voice: _Voice, terms: Terms) -> Iterator[_Said]:
    if voice.stage == "description" and voice.said.hours is None:
        yield _Said(
            "hours-not-given",
            f"The description does not say how many hours of {shown(voice.name)} there will be."
            " Add a line hours = ...",
        )
    count = len([c for c in voice.clips if c.audio])
    if voice.stage == "samples" and count < terms.samples_per_voice:
        yield _Said(
            "few-samples",
            f"{shown(voice.name)} has {count} samples, and at least {terms.samples_per_voice} are"
            " needed to judge a voice. Send more.",
            count,
            terms.samples_per_voice,
            "clips",
        )
    minutes, most = audio_s(voice.clips) / 60, terms.samples_most_minutes
    if voice.stage == "samples" and minutes > most:
        yield _Said(
            "many-samples",
            f"{shown(voice.name)} has {minutes:.3g} minutes of samples, and up to {most:g} are"
            " taken to judge a voice. Send a few clips, and the rest as payload once these are"
            " approved.",
            minutes,
            most,
            "min",
        )


def _stock(voice: _Voice, terms: Terms) -> Iterator[_Said]:
    said = voice.said
    listed = terms.providers.get(find_provider(said.provider, terms))
    word = _found((said.voice, said.model, voice.name), terms.clone_words)
    if said.stock is False or word:
        why = "stock = false" if said.stock is False else f"its name says {word!r}"
        yield _Said(
            "cloned-voice",
            f"{_who(voice)} is a clone or no stock voice ({why}). Only stock voices that can be"
            " identified are taken; use one of them.",
        )
    elif said.voice and listed and listed.voices and not is_listed(said.voice, listed.voices):
        yield _Said(
            "unlisted-voice",
            f"{_who(voice)} is not on the list of stock voices of {shown(said.provider)}. Check"
            " the name; a maintainer looks at it.",
        )
    word = _found((said.voice, said.tone, voice.name), terms.child_words)
    if said.adult is False:
        word = "adult = false"
    elif listed and is_listed(said.voice, listed.child_voices):
        word = "it is known as one"
    if word:
        yield _Said(
            "child-voice",
            f"{_who(voice)} is a child's voice ({word}). Only adult voices are taken; use another.",
        )


def _formats(voice: _Voice, terms: Terms) -> Iterator[_Said]:
    audio = [c.audio for c in voice.clips if c.audio]
    low = [a.sample_rate_hz for a in audio if a.sample_rate_hz < terms.preferred_rate_hz]
    if low:
        bound = terms.preferred_rate_hz
        yield _Said(
            "low-rate",
            f"{len(low)} of {len(audio)} files of {shown(voice.name)} have a sample rate below"
            f" {bound:g} Hz, down to {min(low)} Hz. Send the rate that the provider gives, never"
            " one that was brought up.",
            min(low),
            bound,
            "Hz",
        )
    lossy = [a.codec for a in audio if not is_lossless(a.codec)]
    if lossy:
        yield _Said(
            "lossy-audio",
            f"{len(lossy)} of {len(audio)} files of {shown(voice.name)} are in a lossy format"
            f" ({', '.join(sorted(set(lossy)))}). They are taken at lower priority; ask the"
            " provider for WAV.",
        )


def _segments(voice: _Voice, terms: Terms) -> Iterator[_Said]:
    total = audio_s(voice.clips)
    bound = terms.line_of_speech_s
    long = [c for c in voice.clips if c.audio and c.audio.duration_s > bound]
    if long and audio_s(long) >= terms.unsegmented_share * total:
        longest = max(c.audio.duration_s for c in long if c.audio)
        yield _Said(
            "unsegmented",
            f"{len(long)} of {len(voice.clips)} files of {shown(voice.name)} are longer than"
            f" {bound:g} s, the longest {longest:.0f} s: most of its audio is not cut into lines."
            " It is scored and kept and never selected; send one line of an answer, or one call,"
            " per file.",
            longest,
            bound,
            "s",
        )
    share = labelled_share(voice.clips)
    if share < terms.labelled_share:
        yield _Said(
            "mostly-unlabelled",
            f"{share:.0%} of the audio of {shown(voice.name)} has a label, and from"
            f" {terms.labelled_share:.0%} on it is more than low priority. Send the text of each"
            " file.",
            share,
            terms.labelled_share,
        )


_SHARED: tuple[_Check, ...] = (_licence, _origin, _phonemes)
_OWN: tuple[_Check, ...] = (_samples, _stock, _formats, _segments)


def _found(names: Iterable[str], words: Sequence[str]) -> str:
    return next((word for name in names if (word := gives_away(name, words))), "")


def _who(voice: _Voice) -> str:
    return f"The voice {shown(voice.said.voice or voice.name)}"


def _wanted(terms: Terms, provider: str = "") -> str:
    offers = sorted(terms.offers.values(), key=lambda offer: offer.rank)
    return "; ".join(o.about for o in offers if provider in ("", o.provider))


def _language(tag: str) -> str:
    language = find_language(tag)
    return f"{language.name} ({shown(tag)})" if language else shown(tag)


def _day(moment: datetime) -> date:
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()
