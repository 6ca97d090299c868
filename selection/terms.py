"""What the collection takes, whatever it sounds like: rules over the description and the clips.

Nothing here needs a measurement, so that a contributor can be told before anything is scored.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import get_args

from clips.description import Description
from clips.languages import primary_tag
from clips.names import OUTSIDE
from clips.rules.base import Parks
from clips.submission_file import Stage
from clips.table import Clip, Finding
from selection.policy import Terms
from selection.priority import Priority, audio_s, prioritise
from selection.voice_terms import OWN, SHARED, Said, Voice, language_of, measured, said_of

LANGUAGE_HOURS = "language-hours"
_STAGES: tuple[Stage, ...] = get_args(Stage)


@dataclass(frozen=True)
class Circumstances:
    """What is known from elsewhere when a submission is considered.

    Args:
        approved: stages of this contributor's submission that the maintainer approved.
        now: when it arrived; a time without a zone is UTC.
        agreed_arrival: when the contributor was told that it may arrive.
        apart: voices that the maintainer said something of: what is wrong with every voice is then
            said of each, so that it holds back the others alone.
    """

    approved: frozenset[Stage] = frozenset()
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    agreed_arrival: datetime | None = None
    apart: frozenset[str] = frozenset()


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
    by_voice: dict[str, list[Said]] = {v.name: [] for v in voices}
    for check in SHARED:
        found = {v.name: tuple(check(v, terms)) for v in voices}
        alike = len(set(found.values())) == 1 and circumstances.apart.isdisjoint(found)
        for name, said in found.items():
            by_voice[name] += said
            findings += [] if alike else [one.about(name) for one in said]
        if alike:
            findings += [one.about("") for one in found[voices[0].name]]
    for voice in voices if description.voices or clips else ():
        own = [one for check in OWN for one in check(voice, terms)]
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


def _first(by_voice: Mapping[str, Sequence[Said]], parks: Sequence[Parks]) -> dict[str, Said]:
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
    return measured(LANGUAGE_HOURS, hours, wants, "h", language=language_of(tag)).about("")


def _voices(description: Description, clips: Sequence[Clip]) -> list[Voice]:
    mine: dict[str, list[Clip]] = {name: [] for name in description.voices}
    for clip in clips:
        mine.setdefault(clip.voice or OUTSIDE, []).append(clip)
    return [
        Voice(name, description.of(name), tuple(own), description.stage)
        for name, own in (mine or {"": []}).items()
    ]


def _stage_order(
    description: Description, terms: Terms, circumstances: Circumstances
) -> Iterator[Said]:
    place = _STAGES.index(description.stage)
    if not terms.require_stage_order or not place:
        return
    # an approved later stage had its own stages before it
    if circumstances.approved.isdisjoint(_STAGES[place - 1 :]):
        before = _STAGES[place - 1]
        yield said_of("stage-order", stage=description.stage, before=before)


def _pause(terms: Terms, circumstances: Circumstances) -> Iterator[Said]:
    start, agreed = terms.paused_from, circumstances.agreed_arrival
    if not isinstance(start, date) or _day(circumstances.now) < start:
        return
    if agreed is None:
        yield said_of("collection-paused", start=str(start))
    elif _day(agreed) >= start:
        late = str(_day(agreed))
        yield said_of("collection-paused", "agreed late", start=str(start), agreed=late)


def _quantity(description: Description, clips: Sequence[Clip], terms: Terms) -> Iterator[Said]:
    if description.stage == "description" and not description.voices:
        yield said_of("no-voices-described")
    hours = audio_s(clips) / 3600
    if description.stage == "description" and hours:
        yield measured("description-with-audio", hours, 0.0, "h")
    if description.stage == "payload" and clips and hours < terms.small_hours:
        yield measured("small-offer", hours, terms.small_hours, "h")


def _day(moment: datetime) -> date:
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()
