"""One score per clip: its place within its voice, less for what lies beyond the bounds."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from clips.columns import Column
from clips.rules.base import SEVERITY
from selection.judge import judged_by
from selection.policy import MeasuredRule, Policy

UNKNOWN = 10.0


def scores(
    table: pd.DataFrame, policy: Policy, columns: Mapping[str, Column]
) -> "pd.Series[float]":
    """Place within the voice over one plus what lies beyond the bounds, 0 (worst) to 100 (best).

    A place says who is better and nothing of how bad the worst is; among clips without a fault it
    is all there is.
    """
    place = places(table, policy.weights, policy.enough, columns)
    return place / (1.0 + beyond_bounds(table, policy.rules))


def places(
    table: pd.DataFrame,
    weights: Mapping[str, float],
    enough: Mapping[str, float],
    columns: Mapping[str, Column],
) -> "pd.Series[float]":
    """Weighted mean of percentile ranks within the voice, 0 (worst) to 100 (best).

    Each weighted column gives a clip the share of its voice's measured clips that it is better
    than, ties counted half. Values at ``enough`` and better are all as good: nobody hears 50 dB of
    SNR from 60. A column that a clip lacks while others of its voice have it counts as the worst;
    where more than half of the measured clips with a label lack it, as in a whispered voice the
    harmonics, it says nothing of any of them. A column that no clip of the table has does not
    count. A clip with no measured column has no score.
    """
    weighted = [name for name, weight in weights.items() if weight and name in table]
    used = [name for name in weighted if table[name].notna().any()]
    if not used:
        return pd.Series(float("nan"), index=table.index)
    some = table[used].notna().any(axis=1)
    comparable = some & (table["row"] >= 0)
    voice = pd.factorize(table["voice"])[0]
    most = comparable.groupby(voice).transform("sum") / 2
    total = pd.Series(0.0, index=table.index)
    for name in used:
        column = columns[name]
        values = _no_better_than(table[name], enough.get(name), column)
        groups = values.groupby(voice)
        place = groups.rank(ascending=column.better == "higher") - 0.5
        lacking = (values.isna() & comparable).groupby(voice).transform("sum")
        share = (place / groups.transform("count")).fillna(0.0)
        total += weights[name] * share.mask(lacking > most, 0.5)
    return (100 * total / sum(weights[name] for name in used)).where(some)


def _no_better_than(
    values: "pd.Series[float]", enough: float | None, column: Column
) -> "pd.Series[float]":
    if enough is None:
        return values
    return values.clip(upper=enough) if column.better == "higher" else values.clip(lower=enough)


def beyond_bounds(table: pd.DataFrame, rules: Mapping[str, MeasuredRule]) -> "pd.Series[float]":
    """How far each clip lies beyond the policy's bounds, summed over the rules.

    For each rule, 0 up to the review bound and 1 at the reject bound, and on from there in a
    straight line; of a rule that is not graded 1 beyond the first bound. Of a rule with one bound
    the scale is the bound itself (1 where it is 0). What cannot be measured and yet should be
    counts 10: most such clips are too far gone.
    """
    total = np.zeros(len(table))
    for rule in rules.values():
        if rule.column not in table:
            continue
        (mine,) = np.nonzero(judged_by(table, rule))
        value = table[rule.column].to_numpy(np.float64)[mine]
        if rule.unknown != "skip":
            total[mine] += np.isnan(value) * UNKNOWN
        for side in rule.sides:
            bounds = rule.at(side)
            first = bounds.get("review", bounds.get("reject", 0.0))
            scale = abs(bounds.get("reject", first) - first)
            off = value - first if side == "above" else first - value
            with np.errstate(over="ignore"):  # beyond a bound as narrow as a number can be
                over = np.fmax(off / (scale or abs(first) or 1.0), 0.0)
            total[mine] += over if rule.graded else over > 0.0
    return pd.Series(total, table.index)


def ranks(table: pd.DataFrame) -> "pd.Series[int]":
    """1 is the best of its voice: by verdict, then score, then file and row for a stable order.

    Args:
        table: ``voice, verdict, score, audio_file, row``.
    """
    order = table.assign(_severity=table["verdict"].map(SEVERITY), _score=-table["score"])
    order = order.sort_values(
        ["voice", "_severity", "_score", "audio_file", "row"], na_position="last", kind="stable"
    )
    return (order.groupby("voice").cumcount() + 1).reindex(table.index)
