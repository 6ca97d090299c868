"""The best hours per voice: which accepted clips are selected, and why the others are not."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from clips.columns import Column
from selection.choose import Choice, Floats, Ints, Mask, Pool, Share, choose
from selection.floor import Least, choose_above, lightest
from selection.policy import Choosing, Floor
from selection.pool import POOL_COLUMNS, build_pool

PICK_COLUMNS: tuple[Column, ...] = (
    Column(
        *("pick", "", "neither", 1.0, None),
        "Place in the order in which the selected clips of a voice were taken; by score that of the"
        " rank.",
        "selection/choose.py",
    ),
    Column(
        *("gain", "%", "neither", 0.0, 100.0),
        "What the clip added when it was taken, of all that the selection of its voice came to;"
        " where the floor asks for it, what its column counts too.",
        "selection/choose.py",
    ),
)
BEYOND, NOTHING_NEW = "beyond the budget", "adds nothing new"
SAID, PARKED = "its text is in already", "its voice is parked"
_MS_PER_HOUR = 3_600_000
_SOME = 1 << 10  # clips that say what quality has to weigh
_USED = (
    *("voice", "audio_file", "row", "clip_id", "verdict", "rank", "duration_s", "phoneme_tokens"),
)


def pick(table: pd.DataFrame, hours_per_voice: float, chosen_by: Choosing) -> pd.DataFrame:
    """Which accepted clips are selected: whole clips, never over the budget of their voice.

    Lengths are counted in whole milliseconds, rounded up. By ``score`` the best rank comes first,
    and a clip that does not fit in what is left is skipped and the next one tried. By ``coverage``
    the clip comes first that adds the most per second to what is in (`selection.pool`).

    Args:
        table: ``voice, audio_file, row, clip_id, verdict, rank, duration_s``; by coverage also what
            `selection.pool.build_pool` needs, and ``phoneme_tokens``. Its order does not matter.
        hours_per_voice: budget of each voice in hours.
        chosen_by: how.

    Returns:
        On the same index ``selected``; ``pick`` and ``gain``, missing where not selected; and
        ``not_selected``, why an accepted clip is not, ``""`` elsewhere.
    """
    selected, why = np.zeros(len(table), bool), np.full(len(table), "", object)
    place, gain = np.full(len(table), np.nan), np.full(len(table), np.nan)
    budget = math.floor(hours_per_voice * _MS_PER_HOUR)
    floor = chosen_by.floor.column if chosen_by.floor else ""
    used = [name for name in (*_USED, *POOL_COLUMNS, *chosen_by.columns, floor) if name in table]
    placed = table[list(dict.fromkeys(used))].reset_index(drop=True)
    accepted = placed[(placed["verdict"] == "accept") & placed["duration_s"].notna()]
    by = _by_score if chosen_by.strategy == "score" else _by_coverage
    for _, voice in accepted.groupby("voice", sort=False):
        rows = voice.sort_values(["audio_file", "row", "clip_id"], kind="stable")
        order, gains, reasons = by(rows, budget, chosen_by)
        why[rows.index] = reasons
        taken = rows.index[order]
        selected[taken], why[taken] = True, ""
        place[taken] = np.arange(1.0, len(order) + 1)
        gain[taken] = 100.0 * np.asarray(gains) / max(sum(gains), 1e-300)
    found = {"selected": selected, "pick": place, "gain": gain}
    return pd.DataFrame(found, table.index).assign(not_selected=pd.Series(why, table.index, str))


def without(parked: Sequence[str], table: pd.DataFrame) -> pd.DataFrame:
    """The table with what `pick` gave, where nothing of some voices is selected."""
    of_them = table["voice"].isin(parked)
    return table.assign(
        selected=table["selected"] & ~of_them,
        pick=table["pick"].mask(of_them),
        gain=table["gain"].mask(of_them),
        not_selected=table["not_selected"].mask(of_them & (table["verdict"] == "accept"), PARKED),
    )


def _by_score(
    rows: pd.DataFrame, budget: int, chosen_by: Choosing
) -> tuple[list[int], Sequence[float], list[str]]:
    del chosen_by
    order = _best_ranks(rows, budget)
    return order, [float("nan")] * len(order), [BEYOND] * len(rows)


def _best_ranks(rows: pd.DataFrame, budget: int) -> list[int]:
    lengths = length_ms(rows).tolist()
    left, order = budget, []
    for i in np.argsort(rows["rank"].to_numpy(), kind="stable").tolist():
        if lengths[i] <= left:
            left -= lengths[i]
            order.append(i)
    return order


def _by_coverage(
    rows: pd.DataFrame, budget: int, chosen_by: Choosing
) -> tuple[list[int], Sequence[float], list[str]]:
    tokens = rows["phoneme_tokens"].to_numpy(np.float64)
    limit = chosen_by.most_tokens or math.inf
    too_long = tokens > limit
    (kept,) = np.nonzero(~too_long)
    rows = rows.iloc[kept]
    pool, chosen = _chosen(rows, budget, chosen_by)
    why = np.full(len(tokens), f"longer than {limit:g} phoneme tokens", dtype=object)
    why[kept] = BEYOND
    news = chosen.seen[pool.unit] == 0
    new = np.append(0, np.cumsum(news))
    why[kept[new[pool.start[1:]] == new[pool.start[:-1]]]] = NOTHING_NEW
    said = np.isin(pool.text, pool.text[list(chosen.order)])
    why[kept[said]] = SAID
    return kept[list(chosen.order)].tolist(), chosen.gain, why.tolist()


def _chosen(rows: pd.DataFrame, budget: int, chosen_by: Choosing) -> tuple[Pool, Choice]:
    """What is chosen, above the floor if there is one.

    Of few clips it is seen first whether the choice comes to it by itself, of many some tell. Where
    all of them fit there is none to leave out.
    """
    pool, shares = _pool(rows, budget, chosen_by)
    floor = chosen_by.floor
    if not floor or floor.column not in rows or pool.length_ms.sum() <= budget:
        return pool, choose(pool, budget, shares)
    least = _least(rows, budget, floor)
    if len(rows) <= _SOME:
        chosen = choose(pool, budget, shares)
        if least.is_reached(chosen.order):
            return pool, chosen
    weight = _weight(rows, budget, chosen_by, floor)
    return pool, choose_above(pool, budget, shares, least, weight)


def _pool(rows: pd.DataFrame, budget: int, chosen_by: Choosing) -> tuple[Pool, list[Share]]:
    lengths, tokens = length_ms(rows), rows["phoneme_tokens"].to_numpy(np.float64)
    goal = min(budget, int(lengths.sum()))
    shares = [
        Share(_between(tokens, s.from_tokens, s.below_tokens), math.floor(s.share * goal))
        for s in chosen_by.shares.values()
    ]
    return build_pool(rows, lengths, chosen_by, budget), shares


def _weight(rows: pd.DataFrame, budget: int, chosen_by: Choosing, floor: Floor) -> float:
    """What the floor's column has to weigh, found among some of the clips."""
    chance = np.random.default_rng(0)
    at = np.sort(chance.choice(len(rows), min(len(rows), _SOME), replace=False))
    some = rows.iloc[at]
    part = budget * int(length_ms(some).sum()) // int(length_ms(rows).sum())
    pool, shares = _pool(some, part, chosen_by)
    return lightest(pool, part, shares, _least(some, part, floor))


def _least(rows: pd.DataFrame, budget: int, floor: Floor) -> Least:
    values = rows[floor.column].to_numpy(np.float64)
    by_score = pd.Series(values[_best_ranks(rows, budget)]).mean()
    return Least(float(by_score) - floor.below_score, values)


def _between(tokens: Floats, low: int, high: int | None) -> Mask:
    return np.asarray((tokens >= low) & (tokens < (math.inf if high is None else high)))


def length_ms(rows: pd.DataFrame) -> Ints:
    """Lengths in whole milliseconds, rounded up."""
    return np.asarray(np.ceil((rows["duration_s"] * 1000).round(3)), np.int64)
