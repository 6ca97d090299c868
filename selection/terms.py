"""What the collection takes, whatever it sounds like: rules over the description and the clips.

Nothing here needs a measurement, so that a contributor can be told before anything is scored.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import get_args

from clips.description import Description, Stage, VoiceDescription
from clips.languages import find_language, primary_tag
from clips.names import OUTSIDE
from clips.numbers import count
from clips.rules.base import Parks
from clips.table import Clip, Finding, Level
from clips.words import Name, Param, Phrase, say
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
from selection.rules import RULES, words

LANGUAGE_HOURS = "language-hours"
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
    words: Phrase
    value: float | None = None
    bound: float | None = None
    unit: str = ""

    def about(self, voice: str) -> Finding:
        level: Level = "voice" if voice else "submission"
        return Finding(
            self.rule, self.words, level, voice, "", "", self.value, self.bound, self.unit
        )

    @property
    def parks(self) -> Parks:
        return RULES[self.rule].parks


def _said(rule: str, form: str = "", /, **params: Param) -> _Said:
    return _Said(rule, words(rule, form, **params))


def _measured(rule: str, value: float, bound: float, unit: str, **params: Param) -> _Said:
    return _Said(rule, words(rule, **params), value, bound, unit)


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
    low = _first(by_voice, ("low priority",))
    lowered = [one.about("") for one in of_all if one.parks == "low priority"]
    if len(low) == len(voices):
        named = {name: name if one.words.states("voice") else "" for name, one in low.items()}
        lowered += dict.fromkeys(one.about(named[name]) for name, one in low.items())
    priority = prioritise(
        {v.name: v.said for v in voices}, {v.name: v.clips for v in voices}, terms, lowered
    )
    parks: tuple[Parks, ...] = ("parked", "low priority")
    parked = {name: one.rule for name, one in _first(by_voice, parks).items()}
    if description.stage != "payload":
        parked = dict.fromkeys((v.name for v in voices), f"stage {description.stage}") | parked
    if priority.tier == "low":
        parked = dict.fromkeys((v.name for v in voices), "low priority") | parked
    return Ruling(tuple(findings), parked, priority)


def _first(by_voice: Mapping[str, Sequence[_Said]], parks: Sequence[Parks]) -> dict[str, _Said]:
    """Voice -> the first thing said that parks it so, for the voices that have one."""
    hits = {name: [one for one in said if one.parks in parks] for name, said in by_voice.items()}
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
    wants = of.new_language_hours
    return _measured(LANGUAGE_HOURS, hours, wants, "h", language=_language(tag)).about("")


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
        yield _said("stage-order", stage=description.stage, before=before)


def _pause(terms: Terms, circumstances: Circumstances) -> Iterator[_Said]:
    start, agreed = terms.paused_from, circumstances.agreed_arrival
    if not isinstance(start, date) or _day(circumstances.now) < start:
        return
    if agreed is None:
        yield _said("collection-paused", start=str(start))
    elif _day(agreed) >= start:
        late = str(_day(agreed))
        yield _said("collection-paused", "agreed late", start=str(start), agreed=late)


def _quantity(description: Description, clips: Sequence[Clip], terms: Terms) -> Iterator[_Said]:
    if description.stage == "description" and not description.voices:
        yield _said("no-voices-described")
    hours = audio_s(clips) / 3600
    if description.stage == "description" and hours:
        yield _measured("description-with-audio", hours, 0.0, "h")
    if description.stage == "payload" and clips and hours < terms.small_hours:
        yield _measured("small-offer", hours, terms.small_hours, "h")


def _licence(voice: _Voice, terms: Terms) -> Iterator[_Said]:
    licence = voice.said.license
    if licence and not is_licence(licence, terms):
        yield _said("licence-refused", licence=Name(licence), taken=terms.licence)


def _origin(voice: _Voice, terms: Terms) -> Iterator[_Said]:
    said = voice.said
    known = find_provider(said.provider, terms)
    if find_offer(known, said.model, terms):
        return
    provider, model, wanted = Name(said.provider), Name(said.model), _wanted(terms)
    for name in (said.provider, said.model):
        if word := gives_away(name, terms.human_words):
            yield _said("human-recording", name=Name(name), word=word)
            return
    if not said.provider:
        yield _said("unknown-provider", "unnamed", wanted=wanted)
    elif not known:
        yield _said("unknown-provider", provider=provider, wanted=wanted)
    elif not offers_of(known, terms):
        yield _said("other-provider", provider=provider, wanted=wanted)
    elif said.model and unwanted(said.model, terms.providers[known]):
        yield _said("unwanted-model", model=model, wanted=_wanted(terms, known))
    elif said.model:
        yield _said("unknown-model", model=model, wanted=_wanted(terms, known))
    else:
        yield _said("unknown-model", "unnamed", wanted=_wanted(terms, known))


def _phonemes(voice: _Voice, terms: Terms) -> Iterator[_Said]:
    tag = voice.said.language
    if tag and primary_tag(tag) not in set(map(primary_tag, terms.languages.with_phonemes)):
        yield _said("no-phonemes", language=_language(tag))


def _samples(voice: _Voice, terms: Terms) -> Iterator[_Said]:
    if voice.stage == "description" and voice.said.hours is None:
        yield _said("hours-not-given")
    n, least = len([c for c in voice.clips if c.audio]), terms.samples_per_voice
    if voice.stage == "samples" and n < least:
        yield _measured("few-samples", n, least, "clips", n=n, least=least)
    minutes, most = audio_s(voice.clips) / 60, terms.samples_most_minutes
    if voice.stage == "samples" and minutes > most:
        yield _measured("many-samples", minutes, most, "min")


def _stock(voice: _Voice, terms: Terms) -> Iterator[_Said]:
    said = voice.said
    listed = terms.providers.get(find_provider(said.provider, terms))
    word = _found((said.voice, said.model, voice.name), terms.clone_words)
    if said.stock is False or word:
        why = "stock = false" if said.stock is False else f"its name says {word!r}"
        yield _said("cloned-voice", name=_who(voice), why=why)
    elif said.voice and listed and listed.voices and not is_listed(said.voice, listed.voices):
        yield _said("unlisted-voice", name=_who(voice), provider=Name(said.provider))
    word = _found((said.voice, said.tone, voice.name), terms.child_words)
    if said.adult is False:
        word = "adult = false"
    elif listed and is_listed(said.voice, listed.child_voices):
        word = "it is known as one"
    if word:
        yield _said("child-voice", name=_who(voice), why=word)


def _formats(voice: _Voice, terms: Terms) -> Iterator[_Said]:
    audio = [c.audio for c in voice.clips if c.audio]
    low = [a.sample_rate_hz for a in audio if a.sample_rate_hz < terms.preferred_rate_hz]
    if low:
        least = terms.preferred_rate_hz
        yield _measured("low-rate", min(low), least, "Hz", files=_of(low, audio))
    lossy = [a.codec for a in audio if not is_lossless(a.codec)]
    if lossy:
        codecs = tuple(sorted(set(lossy)))
        yield _said("lossy-audio", files=_of(lossy, audio), codecs=codecs)


def _segments(voice: _Voice, terms: Terms) -> Iterator[_Said]:
    total = audio_s(voice.clips)
    bound = terms.line_of_speech_s
    long = [c for c in voice.clips if c.audio and c.audio.duration_s > bound]
    if long and audio_s(long) >= terms.unsegmented_share * total:
        longest = max(c.audio.duration_s for c in long if c.audio)
        yield _measured("unsegmented", longest, bound, "s", files=_of(long, voice.clips))
    share = labelled_share(voice.clips)
    if share < terms.labelled_share:
        told = {"share": f"{share:.0%}", "least": f"{terms.labelled_share:.0%}"}
        yield _measured("mostly-unlabelled", share, terms.labelled_share, "", **told)


_SHARED: tuple[_Check, ...] = (_licence, _origin, _phonemes)
_OWN: tuple[_Check, ...] = (_samples, _stock, _formats, _segments)


def _found(names: Iterable[str], words: Sequence[str]) -> str:
    return next((word for name in names if (word := gives_away(name, words))), "")


def _of(some: Sequence[object], every: Sequence[object]) -> str:
    return f"{len(some):,} of {count(len(every), 'file')}"


def _who(voice: _Voice) -> Name:
    return Name(voice.said.voice or voice.name)


def _wanted(terms: Terms, provider: str = "") -> str:
    offers = sorted(terms.offers.values(), key=lambda offer: offer.rank)
    return "; ".join(o.about for o in offers if provider in ("", o.provider))


def _language(tag: str) -> Param:
    language = find_language(tag)
    if language is None:
        return Name(tag)
    return say("{language} ({tag})", language=language.name, tag=Name(tag))


def _day(moment: datetime) -> date:
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()
