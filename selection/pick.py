"""The best hours per voice."""

import math

import pandas as pd

_MS_PER_HOUR = 3_600_000


def pick(table: pd.DataFrame, hours_per_voice: float) -> "pd.Series[bool]":
    """Which accepted clips are selected: best rank first, whole clips, never over the budget.

    A clip that does not fit in what is left of its voice's budget is skipped and the next one
    tried. Lengths are counted in whole milliseconds, rounded up.

    Args:
        table: ``voice, verdict, rank, duration_s``.
        hours_per_voice: budget of each voice in hours.

    Returns:
        One truth value per row.
    """
    budget = math.floor(hours_per_voice * _MS_PER_HOUR)
    chosen: list[object] = []
    accepted = table[(table["verdict"] == "accept") & table["duration_s"].notna()]
    for _, voice in accepted.sort_values("rank").groupby("voice", sort=False):
        left = budget
        for index, seconds in voice["duration_s"].items():
            length = math.ceil(round(seconds * 1000, 3))
            if length <= left:
                left -= length
                chosen.append(index)
    return pd.Series(table.index.isin(chosen), index=table.index, dtype=bool)
