"""Hugging Face `audiofolder`: `metadata.csv` or `metadata.jsonl` with a column `file_name`.

Columns `turn` and `turn_index` are read where there are any, so that turns survive a conversion.
"""

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from clips.formats.base import LabelInput, LabelRow, Labels, Out
from clips.formats.columns import AUDIO_HEADS, TEXT_HEADS, head_of
from clips.formats.fields import AUDIO_NAMES, record, row_from_fields
from clips.formats.tables import TableRow, at_line, csv_rows, gather, json_lines

_DELIMITERS = ",;\t"


def claims_csv(names: Sequence[str], head: Callable[[str], bytes]) -> tuple[str, ...]:
    """CSV files named metadata whose first line names an audio column."""
    return tuple(
        name for name in names if name.lower() == "metadata.csv" and _delimiter(head(name))
    )


def claims_jsonl(names: Sequence[str], head: Callable[[str], bytes]) -> tuple[str, ...]:
    """`metadata.jsonl`."""
    del head
    return tuple(name for name in names if name.lower() == "metadata.jsonl")


def _delimiter(head: bytes) -> str:
    """The character that splits the header into columns, ``""`` where this is no such table."""
    line = head.decode("utf-8-sig", "ignore").partition("\n")[0].strip()
    for delimiter in _DELIMITERS:
        heads = {head_of(part) for part in line.split(delimiter)}
        is_known = not heads.isdisjoint(AUDIO_HEADS) and not heads.isdisjoint(TEXT_HEADS)
        if is_known or not heads.isdisjoint(AUDIO_NAMES):
            return delimiter
    return ""


def read_csv(source: LabelInput) -> Labels:
    """Read CSV metadata; a row longer or shorter than the header is a bad row."""

    def rows(text: str, path: str) -> Sequence[LabelRow]:
        delimiter = _delimiter(text[:4096].encode("utf-8", "replace")) or ","
        lines = csv_rows(text, delimiter)
        names = [head_of(column) for column in next(lines).cells]
        return [_csv_row(row, names, path) for row in lines]

    return gather(source, rows)


def _csv_row(row: TableRow, names: Sequence[str], path: str) -> LabelRow:
    read = row_from_fields(
        dict(zip(names, row.cells, strict=False)),
        at_line(path, row.line),
        audio_names=AUDIO_HEADS,
        text_names=TEXT_HEADS,
        wrong_width=len(row.cells) != len(names),
    )
    return replace(read, faults=(*row.faults(path), *read.faults))


def read_jsonl(source: LabelInput) -> Labels:
    """Read JSON lines metadata."""

    def rows(text: str, path: str) -> Sequence[LabelRow]:
        return [
            row_from_fields(fields, at_line(path, line)) for line, fields in json_lines(text, path)
        ]

    return gather(source, rows)


def write_csv(folder: Path, rows: Sequence[Out]) -> None:
    """Write `metadata.csv`."""
    records = [record(row, "file_name", "text") for row in rows]
    names = list(dict.fromkeys(name for one in records for name in one)) or ["file_name", "text"]
    with (folder / "metadata.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(records)


def write_jsonl(folder: Path, rows: Sequence[Out]) -> None:
    """Write `metadata.jsonl`."""
    with (folder / "metadata.jsonl").open("w", encoding="utf-8") as file:
        for row in rows:
            one = record(row, "file_name", "text")
            file.write(json.dumps(one, ensure_ascii=False) + "\n")
