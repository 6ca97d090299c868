"""What the terms of a policy hold against a voice: one check each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from clips.description import VoiceDescription
from clips.languages import find_language, primary_tag
from clips.numbers import count
from clips.rules.base import Parks
from clips.submission_file import Stage
from clips.table import Clip, Finding, Level
from clips.words import Name, Param, Phrase, say
from selection.policy import Terms
from selection.priority import audio_s, is_lossless, labelled_share
from selection.providers import (
    find_offer,
    find_provider,
    gives_away,
    is_licence,
    is_listed,
    offers_of,
    unwanted,
)
from selection.rules import RULES, words


@dataclass(frozen=True)
class Said:
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


def said_of(rule: str, form: str = "", /, **params: Param) -> Said:
    return Said(rule, words(rule, form, **params))


def measured(rule: str, value: float, bound: float, unit: str, **params: Param) -> Said:
    return Said(rule, words(rule, **params), value, bound, unit)


@dataclass(frozen=True)
class Voice:
    name: str
    said: VoiceDescription
    clips: tuple[Clip, ...]
    stage: Stage


_Check = Callable[[Voice, Terms], Iterator[Said]]


def _licence(voice: Voice, terms: Terms) -> Iterator[Said]:
    licence = voice.said.license
    if licence and not is_licence(licence, terms):
        yield said_of("licence-refused", licence=Name(licence), taken=terms.licence)


def _origin(voice: Voice, terms: Terms) -> Iterator[Said]:
    said = voice.said
    known = find_provider(said.provider, terms)
    if find_offer(known, said.model, terms):
        return
    provider, model, wanted = Name(said.provider), Name(said.model), _wanted(terms)
    for name in (said.provider, said.model):
        if word := gives_away(name, terms.human_words):
            yield said_of("human-recording", name=Name(name), word=word)
            return
    if not said.provider:
        yield said_of("unknown-provider", "unnamed", wanted=wanted)
    elif not known:
        yield said_of("unknown-provider", provider=provider, wanted=wanted)
    elif not offers_of(known, terms):
        yield said_of("other-provider", provider=provider, wanted=wanted)
    elif said.model and unwanted(said.model, terms.providers[known]):
        yield said_of("unwanted-model", model=model, wanted=_wanted(terms, known))
    elif said.model:
        yield said_of("unknown-model", model=model, wanted=_wanted(terms, known))
    else:
        yield said_of("unknown-model", "unnamed", wanted=_wanted(terms, known))


def _phonemes(voice: Voice, terms: Terms) -> Iterator[Said]:
    tag = voice.said.language
    if tag and primary_tag(tag) not in set(map(primary_tag, terms.languages.with_phonemes)):
        yield said_of("no-phonemes", language=language_of(tag))


def _samples(voice: Voice, terms: Terms) -> Iterator[Said]:
    if voice.stage == "description" and voice.said.hours is None:
        yield said_of("hours-not-given")
    n, least = len([c for c in voice.clips if c.audio]), terms.samples_per_voice
    if voice.stage == "samples" and n < least:
        yield measured("few-samples", n, least, "clips", n=n, least=least)
    minutes, most = audio_s(voice.clips) / 60, terms.samples_most_minutes
    if voice.stage == "samples" and minutes > most:
        yield measured("many-samples", minutes, most, "min")


def _stock(voice: Voice, terms: Terms) -> Iterator[Said]:
    said = voice.said
    listed = terms.providers.get(find_provider(said.provider, terms))
    word = _found((said.voice, said.model, voice.name), terms.clone_words)
    if said.stock is False or word:
        why = "stock = false" if said.stock is False else f"its name says {word!r}"
        yield said_of("cloned-voice", name=_who(voice), why=why)
    elif said.voice and listed and listed.voices and not is_listed(said.voice, listed.voices):
        yield said_of("unlisted-voice", name=_who(voice), provider=Name(said.provider))
    word = _found((said.voice, said.tone, voice.name), terms.child_words)
    if said.adult is False:
        word = "adult = false"
    elif listed and is_listed(said.voice, listed.child_voices):
        word = "it is known as one"
    if word:
        yield said_of("child-voice", name=_who(voice), why=word)


def _formats(voice: Voice, terms: Terms) -> Iterator[Said]:
    audio = [c.audio for c in voice.clips if c.audio]
    low = [a.sample_rate_hz for a in audio if a.sample_rate_hz < terms.preferred_rate_hz]
    if low:
        least = terms.preferred_rate_hz
        yield measured("low-rate", min(low), least, "Hz", files=_of(low, audio))
    lossy = [a.codec for a in audio if not is_lossless(a.codec)]
    if lossy:
        codecs = tuple(sorted(set(lossy)))
        yield said_of("lossy-audio", files=_of(lossy, audio), codecs=codecs)


def _segments(voice: Voice, terms: Terms) -> Iterator[Said]:
    total = audio_s(voice.clips)
    bound = terms.line_of_speech_s
    long = [c for c in voice.clips if c.audio and c.audio.duration_s > bound]
    if long and audio_s(long) >= terms.unsegmented_share * total:
        longest = max(c.audio.duration_s for c in long if c.audio)
        yield measured("unsegmented", longest, bound, "s", files=_of(long, voice.clips))
    share = labelled_share(voice.clips)
    if share < terms.labelled_share:
        told = {"share": f"{share:.0%}", "least": f"{terms.labelled_share:.0%}"}
        yield measured("mostly-unlabelled", share, terms.labelled_share, "", **told)


SHARED: tuple[_Check, ...] = (_licence, _origin, _phonemes)
OWN: tuple[_Check, ...] = (_samples, _stock, _formats, _segments)


def _found(names: Iterable[str], words: Sequence[str]) -> str:
    return next((word for name in names if (word := gives_away(name, words))), "")


def _of(some: Sequence[object], every: Sequence[object]) -> str:
    return f"{len(some):,} of {count(len(every), 'file')}"


def _who(voice: Voice) -> Name:
    return Name(voice.said.voice or voice.name)


def _wanted(terms: Terms, provider: str = "") -> str:
    offers = sorted(terms.offers.values(), key=lambda offer: offer.rank)
    return "; ".join(o.about for o in offers if provider in ("", o.provider))


def language_of(tag: str) -> Param:
    language = find_language(tag)
    if language is None:
        return Name(tag)
    return say("{language} ({tag})", language=language.name, tag=Name(tag))
