"""Rows of a scorer as a table, as the store keeps them, and back."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from scorers.base import Kept, Measured, Row, Unmeasurable

KEY, REASONS, DETAILS = "key", "reasons", "details"
_ALL = "*"  # of a row without numbers: the reason is that of each
_NOTHING = "{}"


@dataclass(frozen=True)
class Stored:
    """Rows of a scorer by key.

    Args:
        numbers: a float64 for each declared column.
        reasons: key -> column -> why it has no number, where there is one that has none.
        refused: keys of what the scorer could not measure at all.
        details: key -> details, where they say anything.
    """

    numbers: pd.DataFrame
    reasons: Mapping[str, Mapping[str, str]]
    refused: frozenset[str]
    details: Mapping[str, Mapping[str, Any]]


def by_column(table: pa.Table) -> Stored:
    """A table of rows, with or without details, column by column; a key counts once."""
    rows = table.to_pandas().drop_duplicates(KEY).set_index(KEY)
    reasons = _said(rows, REASONS)
    details = _said(rows, DETAILS) if DETAILS in rows else {}
    numbers = rows[[name for name in rows if name not in (REASONS, DETAILS)]]
    refused = {key: found[_ALL] for key, found in reasons.items() if _ALL in found}
    each = {key: dict.fromkeys(map(str, numbers), why) for key, why in refused.items()}
    there = {key: found for key, found in details.items() if any(found.values())}
    return Stored(numbers, {**reasons, **each}, frozenset(refused), there)


def _said(rows: pd.DataFrame, column: str) -> dict[str, dict[str, Any]]:
    there = rows[column][rows[column] != _NOTHING]
    return {str(key): json.loads(text) for key, text in there.items()}


def rows_of(table: pa.Table) -> Iterator[tuple[str, Row]]:
    """Rows by key, as they come."""
    for record in table.to_pylist():
        key, reasons = record.pop(KEY), json.loads(record.pop(REASONS))
        details = json.loads(record.pop(DETAILS))
        if _ALL in reasons:
            yield key, Unmeasurable(reasons[_ALL])
        else:
            yield key, Measured(record, details, reasons)


def schema(scorer: Kept) -> pa.Schema:
    """The columns of a scorer's tables."""
    return pa.schema(
        [
            pa.field(KEY, pa.string(), nullable=False),
            *(pa.field(c.name, pa.float64()) for c in scorer.columns),
            pa.field(REASONS, pa.string(), nullable=False),
            pa.field(DETAILS, pa.string(), nullable=False),
        ]
    )


def records(rows: Mapping[str, Row]) -> Iterator[dict[str, object]]:
    """Rows by key as the records of a table."""
    for key, row in rows.items():
        if isinstance(row, Unmeasurable):
            yield {KEY: key, REASONS: json.dumps({_ALL: row.reason}), DETAILS: _NOTHING}
        else:
            yield {
                KEY: key,
                **row.values,
                REASONS: json.dumps(dict(row.reasons)),
                DETAILS: json.dumps(dict(row.details), ensure_ascii=False),
            }
