"""Measurements on disk: one folder per scorer and version, of Parquet parts, each written whole."""

import json
import os
import re
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from scorers.base import Measured, Row, Scorer, Unmeasurable

ALL = "*"


class Store:
    """Rows by key, where a key says what a result depends on: audio, label and language digests.

    Layout: ``ROOT/scores/SCORER@VERSION/PART.parquet`` with the columns ``key``, one float64 per
    declared column, ``reasons`` and ``details`` (JSON). A part is written under another name and
    renamed, so that a reader or a rerun after a crash sees whole parts only.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def keys(self, scorer: Scorer, wanted: Collection[str]) -> set[str]:
        """Those of the wanted keys that are stored."""
        table = self._read(scorer, wanted, ["key"])
        return set(table["key"].to_pylist())

    def rows(self, scorer: Scorer, wanted: Collection[str]) -> Iterator[tuple[str, Row]]:
        """The stored rows among the wanted keys, in no particular order, each key once."""
        seen: set[str] = set()
        for batch in self._read(scorer, wanted, None).to_batches():
            for record in batch.to_pylist():
                key = record.pop("key")
                if key in seen:
                    continue
                seen.add(key)
                reasons = json.loads(record.pop("reasons"))
                details = json.loads(record.pop("details"))
                if ALL in reasons:
                    yield key, Unmeasurable(reasons[ALL])
                else:
                    yield key, Measured(record, details, reasons)

    def write(self, scorer: Scorer, rows: Mapping[str, Row]) -> None:
        """Add one part."""
        if rows:
            self._write(scorer, pa.Table.from_pylist(list(_records(rows)), _schema(scorer)))

    def compact(self, scorer: Scorer, more_than: int = 64) -> None:
        """Merge a scorer's parts into one where there are many.

        A reader that listed the parts before reads again; a crash leaves rows twice, which reading
        takes once.
        """
        parts = self._parts(scorer)
        if len(parts) <= more_than:
            return
        try:
            rows = self._load(parts, None, scorer)
        except FileNotFoundError:  # another run is at it
            return
        first = {key: at for at, key in reversed(list(enumerate(rows["key"].to_pylist())))}
        self._write(scorer, rows.take(sorted(first.values())))
        for part in parts:
            part.unlink(missing_ok=True)

    def _folder(self, scorer: Scorer) -> Path:
        version = re.sub(r"[^A-Za-z0-9._-]", "_", scorer.version)
        return self.root / "scores" / f"{scorer.name}@{version}"

    def _parts(self, scorer: Scorer) -> list[Path]:
        return sorted(self._folder(scorer).glob("*.parquet"))

    def _read(
        self, scorer: Scorer, wanted: Collection[str], columns: Sequence[str] | None
    ) -> pa.Table:
        condition = pc.field("key").isin(pa.array(sorted(wanted), pa.string()))
        for attempt in range(3):
            try:
                return self._load(self._parts(scorer), columns, scorer, condition)
            except FileNotFoundError:  # another run compacted between listing and reading
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def _load(
        self,
        parts: Sequence[Path],
        columns: Sequence[str] | None,
        scorer: Scorer,
        condition: pc.Expression | None = None,
    ) -> pa.Table:
        data = ds.dataset([str(p) for p in parts], schema=_schema(scorer), format="parquet")
        return data.to_table(columns=None if columns is None else list(columns), filter=condition)

    def _write(self, scorer: Scorer, table: pa.Table) -> None:
        folder = self._folder(scorer)
        folder.mkdir(parents=True, exist_ok=True)
        name = uuid.uuid4().hex
        unfinished = folder / f".{name}.part"
        with unfinished.open("wb") as file:
            pq.write_table(table, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(folder / f"{name}.parquet")


def _schema(scorer: Scorer) -> pa.Schema:
    return pa.schema(
        [
            pa.field("key", pa.string(), nullable=False),
            *(pa.field(c.name, pa.float64()) for c in scorer.columns),
            pa.field("reasons", pa.string(), nullable=False),
            pa.field("details", pa.string(), nullable=False),
        ]
    )


def _records(rows: Mapping[str, Row]) -> Iterator[dict[str, object]]:
    for key, row in rows.items():
        if isinstance(row, Unmeasurable):
            yield {"key": key, "reasons": json.dumps({ALL: row.reason}), "details": "{}"}
        else:
            yield {
                "key": key,
                **row.values,
                "reasons": json.dumps(dict(row.reasons)),
                "details": json.dumps(dict(row.details), ensure_ascii=False),
            }
