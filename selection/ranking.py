"""One score per clip, from percentiles within its voice."""

from collections.abc import Mapping

import pandas as pd

from clips.columns import Column
from clips.errors import PolicyError
from selection.verdicts import SEVERITY


def scores(
    table: pd.DataFrame, weights: Mapping[str, float], columns: Mapping[str, Column]
) -> "pd.Series[float]":
    """Weighted mean of percentile ranks within the voice, 0 (worst) to 100 (best).

    Each weighted column gives a clip the share of its voice's measured clips that it is better
    than, ties counted half. A column that a clip lacks while others of its voice have it counts as
    the worst; a column that no clip of the table has does not count. A clip with no measured column
    has no score.

    Raises:
        PolicyError: a weight on a column that does not exist or has no better direction.
    """
    total = pd.Series(0.0, index=table.index)
    weight_sum = 0.0
    some = pd.Series(data=False, index=table.index)
    for name, weight in weights.items():
        column = columns.get(name)
        if column is None or column.better == "neither":
            what = "is no column" if column is None else "has no better direction"
            raise PolicyError(f"weights.{name}: {name} {what}; see docs/columns.md")
        if weight == 0 or name not in table or table[name].isna().all():
            continue
        groups = table.groupby("voice")[name]
        place = groups.rank(method="average", ascending=column.better == "higher")
        count = groups.transform("count")
        total += weight * ((place - 0.5) / count).fillna(0.0)
        weight_sum += weight
        some |= table[name].notna()
    if not weight_sum:
        return pd.Series(float("nan"), index=table.index)
    return (100 * total / weight_sum).where(some)


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
