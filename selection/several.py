"""The best hours of a contributor's voices over several scored submissions."""

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from clips.columns import Column
from clips.errors import PolicyError
from clips.rules.base import SEVERITY
from selection.pick import PARKED, pick
from selection.policy import Policy, Terms
from selection.ranking import ranks, scores
from selection.standing import primary_tags, voices_of
from selection.terms import LANGUAGE_HOURS, language_finding

COPY = "a copy of it is in another submission"
_BUDGET = re.compile(r"(\d+(?:\.\d+)?) ?(h|min|s)")
_HOURS = {"h": 1.0, "min": 1 / 60, "s": 1 / 3600}


def hours_of(budget: str) -> float:
    """A length of time in hours.

    >>> hours_of("10h"), hours_of("90 min")
    (10.0, 1.5)

    Raises:
        PolicyError: it is none, or nothing.
    """
    found = _BUDGET.fullmatch(budget.strip())
    hours = float(found[1]) * _HOURS[found[2]] if found else 0.0
    if hours <= 0.0:
        raise PolicyError(f"budget {budget!r}: give a length such as 10h, 90min or 45s")
    return hours


def together(tables: Sequence[pd.DataFrame], held: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    """The clips of several submissions as of one.

    A voice is the same where its folder has the same name. Of the same bytes handed in twice, the
    clip with the better verdict stays, the first among equals.

    Args:
        tables: ``clips.parquet`` of each submission.
        held: per submission voice -> rule by which it is held back as a whole, such as by its
            stage; ``""`` or no entry where none does.

    Returns:
        The clips of all, in order, with ``submission`` (its number from 0), ``held`` and ``copy``
        (of one that stays).
    """
    parts = [
        table.assign(submission=i, held=[bool(held[i].get(voice)) for voice in table["voice"]])
        for i, table in enumerate(tables)
    ]
    clips = pd.concat(parts, ignore_index=True)
    clips = clips.drop(
        columns=["selected", "pick", "gain", "not_selected", "rank"], errors="ignore"
    )
    return clips.assign(copy=copies(clips, "held"))


def copies(clips: pd.DataFrame, *before: str) -> pd.Series:
    """Which clips are the bytes of another one of their voice, which stays in their place.

    That is the one with the better verdict, the first among equals.

    Args:
        clips: ``voice, audio_sha256, verdict``; their index has no entry twice.
        before: columns whose lower value weighs more than the verdict.
    """
    order = clips.assign(severity=clips["verdict"].map(SEVERITY)).sort_values(
        [*before, "severity"], kind="stable"
    )
    same = order["audio_sha256"].ne("") & order.duplicated(["voice", "audio_sha256"])
    return same.reindex(clips.index)


def accepted_hours(clips: pd.DataFrame, by: str) -> pd.Series:
    """Accepted hours of what `together` gives, copies counted once and what is held back not."""
    counts = (clips["verdict"] == "accept") & ~clips["copy"] & ~clips["held"]
    hours: pd.Series = clips["duration_s"].where(counts, 0.0).groupby(clips[by]).sum() / 3600
    return hours


def settled(
    tables: Sequence[pd.DataFrame],
    held: Sequence[Mapping[str, str]],
    people: Sequence[str],
    terms: Terms,
) -> list[dict[str, str]]:
    """What holds voices back in several submissions, together.

    A new language wants its hours over all voices of everybody, which no submission can tell by
    itself: a voice is not held back any more for want of hours that the others bring.

    Args:
        tables: ``clips.parquet`` of each submission.
        held: per submission voice -> rule by which it is held back, ``""`` where none does.
        people: per submission its contributor.
        terms: say what a new language wants.
    """
    free = [{v: "" if rule == LANGUAGE_HOURS else rule for v, rule in of.items()} for of in held]
    hours = pd.Series(dtype=float)
    for person in dict.fromkeys(people):
        mine = [i for i, one in enumerate(people) if one == person]
        clips = together([tables[i] for i in mine], [free[i] for i in mine])
        of_person = accepted_hours(clips.assign(tag=primary_tags(clips)), "tag")
        hours = hours.add(of_person, fill_value=0.0)
    short = [str(tag) for tag, of in hours.items() if language_finding(str(tag), of, terms)]
    wanting = [set(voices_of(short, table)) for table in tables]
    return [
        {
            v: "" if rule == LANGUAGE_HOURS and v not in wanting[i] else rule
            for v, rule in of.items()
        }
        for i, of in enumerate(held)
    ]


def select_over(
    tables: Sequence[pd.DataFrame],
    held: Sequence[Mapping[str, str]],
    policy: Policy,
    hours: float,
    columns: Mapping[str, Column],
) -> pd.DataFrame:
    """Choose from several submissions as from one, see `together`, scored and ranked as one.

    A score is a place within the voice, so that those of two submissions cannot be compared.

    Args:
        tables: ``clips.parquet`` of each submission.
        held: per submission what is held back.
        policy: how, and the least that a voice must have.
        hours: budget of each voice.
        columns: declarations by name, of all that the policy weighs.

    Returns:
        The clips of all, in order, with ``submission`` (its number from 0), and ``selected``,
        ``pick``, ``gain``, ``not_selected``, ``score`` and ``rank`` anew.
    """
    clips = together(tables, held)
    if (score := scores(clips, policy, columns)).notna().any():
        clips["score"] = score
    clips["rank"] = ranks(clips)
    free = clips[~clips["copy"] & ~clips["held"]]
    of_voice = accepted_hours(clips, "voice")
    short = of_voice[of_voice < policy.budget.minimum_hours].index
    chosen = pick(free[~free["voice"].isin(short)], hours, policy.selection)
    clips = clips.join(chosen)
    clips["selected"] = clips["selected"].eq(True)
    why = clips["not_selected"].fillna("")
    why = why.mask(clips["held"] | clips["voice"].isin(short), PARKED).mask(clips["copy"], COPY)
    clips["not_selected"] = why.where(clips["verdict"] == "accept", "")
    return clips.drop(columns=["held", "copy"])
