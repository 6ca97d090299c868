"""Rows of a scorer as a table, as the store keeps them, and back."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from scorers.base import Kept, Measured, Row, Unmeasurable

KEY, REASONS, DETAILS = "key", "reasons", "details"
ALL = "*"  # of a row without numbers: the reason is that of each
_NOTHING = "{}"


@dataclass(frozen=True)
class Stored:
    """Rows of a scorer by key.

    Args:
        numbers: a float64 for each declared column.
        reasons: key -> column -> why it has no number, where there is one that has none.
        refused: keys of what the scorer could not measure at all.
        details: key -> details, where there are any.
    """

    numbers: pd.DataFrame
    reasons: Mapping[str, Mapping[str, str]]
    refused: frozenset[str]
    details: Mapping[str, Mapping[str, Any]]


def stored(table: pa.Table) -> Stored:
    """A table of rows, column by column; a key counts once."""
    rows = table.to_pandas().drop_duplicates(KEY).set_index(KEY)
    numbers = rows.drop(columns=[REASONS, DETAILS], errors="ignore")
    reasons = _said(rows, REASONS)
    refused = {key: found[ALL] for key, found in reasons.items() if ALL in found}
    each = {key: dict.fromkeys(map(str, numbers), why) for key, why in refused.items()}
    details = _said(rows, DETAILS) if DETAILS in rows else {}
    return Stored(numbers, {**reasons, **each}, frozenset(refused), details)


def _said(rows: pd.DataFrame, column: str) -> dict[str, dict[str, Any]]:
    there = rows[column][rows[column] != _NOTHING]
    return {str(key): json.loads(text) for key, text in there.items()}


def rows_of(table: pa.Table) -> Iterator[tuple[str, Row]]:
    """Rows by key, as they come."""
    for record in table.to_pylist():
        key, reasons = record.pop(KEY), json.loads(record.pop(REASONS))
        details = json.loads(record.pop(DETAILS))
        if ALL in reasons:
            yield key, Unmeasurable(reasons[ALL])
        else:
            yield key, Measured(record, details, reasons)


def schema(scorer: Kept) -> pa.Schema:
    return pa.schema(
        [
            pa.field(KEY, pa.string(), nullable=False),
            *(pa.field(c.name, pa.float64()) for c in scorer.columns),
            pa.field(REASONS, pa.string(), nullable=False),
            pa.field(DETAILS, pa.string(), nullable=False),
        ]
    )


def records(rows: Mapping[str, Row]) -> Iterator[dict[str, object]]:
    for key, row in rows.items():
        if isinstance(row, Unmeasurable):
            yield {KEY: key, REASONS: json.dumps({ALL: row.reason}), DETAILS: _NOTHING}
        else:
            yield {
                KEY: key,
                **row.values,
                REASONS: json.dumps(dict(row.reasons)),
                DETAILS: json.dumps(dict(row.details), ensure_ascii=False),
            }
