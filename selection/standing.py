"""Each voice against the minimum and the budget, each language against the hours that it wants."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from clips.languages import primary_tag
from clips.numbers import duration
from clips.table import Finding
from selection.policy import Policy
from selection.terms import language_finding


@dataclass(frozen=True)
class Standing:
    """One voice against the minimum and the budget, in hours and clips.

    Args:
        status: ``"complete"`` (budget reached), ``"growing"`` (from the minimum on) or ``"parked"``
            (below the minimum, or held back as a whole: scored, kept, not selected).
        missing: what is missing, in plain words; ``""`` where nothing is.
        held: rule by which all of it is held back, whatever its hours; ``""`` where none does.
    """

    voice: str
    clips: int
    accepted: int
    review: int
    rejected: int
    hours_offered: float
    hours_accepted: float
    hours_selected: float
    status: str
    missing: str
    held: str


@dataclass(frozen=True)
class LanguageHours:
    """One language over all of its voices, in hours.

    Args:
        language: primary BCP 47 tag.
        hours_accepted: whatever comes of it that they are too few.
        wants: what a new language still wants; ``None`` where it wants nothing.
    """

    language: str
    voices: int
    hours_offered: float
    hours_accepted: float
    wants: Finding | None

    @property
    def missing(self) -> str:
        """What it still wants, in plain words; ``""`` where that is nothing."""
        return self.wants.sentence if self.wants else ""


def primary_tags(clips: pd.DataFrame) -> "pd.Series[str]":
    """The primary language tag of each clip."""
    languages = clips["language"]
    return languages.map({tag: primary_tag(tag) for tag in languages.unique()})


def language_hours(clips: pd.DataFrame, policy: Policy) -> tuple[LanguageHours, ...]:
    """The hours of each language, in the order of the table.

    Args:
        clips: ``voice, language, verdict, duration_s``.
        policy: whose terms say what a new language wants.
    """
    languages = []
    for tag, rows in clips.groupby(primary_tags(clips), sort=False):
        hours = rows["duration_s"] / 3600
        accepted = float(hours[rows["verdict"] == "accept"].sum())
        languages.append(
            LanguageHours(
                language=str(tag),
                voices=rows["voice"].nunique(),
                hours_offered=float(hours.sum()),
                hours_accepted=accepted,
                wants=language_finding(str(tag), accepted, policy.terms),
            )
        )
    return tuple(languages)


def voices_of(languages: Sequence[str], clips: pd.DataFrame) -> list[str]:
    """The voices that have clips in one of some languages, by primary tag."""
    of_them = primary_tags(clips).isin(languages)
    return [str(voice) for voice in clips["voice"][of_them].unique()]


def wants_of(spoken: LanguageHours, clips: pd.DataFrame) -> list[Finding]:
    """What a language still wants: of the submission, or of its voices where there are others."""
    want = spoken.wants
    if want is None:
        return []
    if spoken.voices == clips["voice"].nunique():
        return [want]
    voices = voices_of([spoken.language], clips)
    return [replace(want, level="voice", voice=voice) for voice in voices]


def standing_of(voice: str, rows: pd.DataFrame, policy: Policy, held: str) -> Standing:
    """How a voice stands.

    Args:
        voice: its name.
        rows: its clips, ``verdict, duration_s, selected``.
        policy: whose budget counts.
        held: rule by which all of it is held back, ``""`` where none does.
    """
    count = rows["verdict"].value_counts()
    hours = rows["duration_s"] / 3600
    accepted = float(hours[rows["verdict"] == "accept"].sum())
    budget, minimum = policy.budget.hours_per_voice, policy.budget.minimum_hours
    parked = accepted < minimum or bool(held)
    selected = 0.0 if parked else float(hours[rows["selected"]].sum())
    status = "parked" if parked else "growing" if accepted < budget else "complete"
    missing = f"held back: {held}" if held else ""
    if parked and not held:
        missing = (
            f"{duration(minimum - accepted, up=True)} more of accepted audio to reach"
            f" {duration(minimum, up=True)}"
        )
    elif status == "growing":
        more = duration(budget - accepted, up=True)
        missing = f"up to {more} more is welcome, to {duration(budget, up=True)}"
    return Standing(
        voice=voice,
        clips=len(rows),
        accepted=int(count.get("accept", 0)),
        review=int(count.get("review", 0)),
        rejected=int(count.get("reject", 0)),
        hours_offered=float(hours.sum()),
        hours_accepted=accepted,
        hours_selected=selected,
        status=status,
        missing=missing,
        held=held,
    )
