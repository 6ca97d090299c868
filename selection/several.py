"""The best hours of a contributor's voices over several scored submissions."""

import re
from collections.abc import Container, Sequence

import pandas as pd

from clips.errors import PolicyError
from clips.rules.base import SEVERITY
from selection.pick import PARKED, pick
from selection.policy import Policy
from selection.ranking import ranks

COPY = "a copy of it is in another submission"
HELD = "held back"
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


def select_over(
    tables: Sequence[pd.DataFrame], held: Sequence[Container[str]], policy: Policy, hours: float
) -> pd.DataFrame:
    """Choose from several submissions as from one.

    A voice is the same where its folder has the same name. Of the same bytes handed in twice, the
    clip with the better verdict stays, the first among equals.

    Args:
        tables: ``clips.parquet`` of each submission.
        held: per submission the voices that are held back as a whole, such as by stage.
        policy: how, and the least that a voice must have.
        hours: budget of each voice.

    Returns:
        The clips of all, in order, with ``submission`` (its number from 0), and ``selected``,
        ``pick``, ``gain``, ``not_selected`` and ``rank`` anew.
    """
    parts = [
        table.assign(submission=i, held=[voice in held[i] for voice in table["voice"]])
        for i, table in enumerate(tables)
    ]
    clips = pd.concat(parts, ignore_index=True)
    clips = clips.drop(
        columns=["selected", "pick", "gain", "not_selected", "rank"], errors="ignore"
    )
    clips["rank"] = ranks(clips)
    best = clips.assign(severity=clips["verdict"].map(SEVERITY)).sort_values(
        ["held", "severity"], kind="stable"
    )
    copies = best["audio_sha256"].ne("") & best.duplicated(["voice", "audio_sha256"])
    copy = copies.reindex(clips.index)
    free = clips[~copy & ~clips["held"]]
    hours_of_voice = (
        free["duration_s"].where(free["verdict"] == "accept", 0.0).groupby(free["voice"]).sum()
        / 3600
    )
    short = hours_of_voice[hours_of_voice < policy.budget.minimum_hours].index
    chosen = pick(free[~free["voice"].isin(short)], hours, policy.selection)
    clips = clips.join(chosen)
    clips["selected"] = clips["selected"].eq(True)
    why = clips["not_selected"].fillna("")
    why = why.mask(clips["held"] | clips["voice"].isin(short), PARKED).mask(copy, COPY)
    clips["not_selected"] = why.where(clips["verdict"] == "accept", "")
    return clips.drop(columns="held")
