"""What LJSpeech's table and trainers' file lists share: cells without quotes -> label rows."""

from collections.abc import Callable, Sequence

from clips.formats.base import LabelRow
from clips.formats.columns import Columns, from_content, from_header
from clips.formats.tables import TableRow, at_line
from clips.names import storable
from clips.rules import fault
from clips.words import Path

Candidates = Callable[[str], tuple[str, ...]]


def label_rows(table: Sequence[TableRow], path: str, candidates: Candidates) -> list[LabelRow]:
    """The label rows of a table; a first row that names its columns is not one of them.

    Args:
        table: its rows.
        path: the file, for the sentences of faults.
        candidates: where to look for the audio that a cell names.
    """
    header = from_header(table[0].cells) if table else None
    rows = table[1:] if header else table
    columns = header or from_content([row.cells for row in rows])
    return [_row(row, columns, path, candidates) for row in rows]


def _row(row: TableRow, columns: Columns, path: str, candidates: Candidates) -> LabelRow:
    where = at_line(path, row.line)
    cells = [storable(cell) for cell in row.cells]
    name = cells[columns.audio].strip() if len(cells) > columns.audio else ""
    if len(cells) < 2 or not name:
        return LabelRow(name, faults=(fault("bad-row", "short", where=where),))
    if columns.text >= len(cells):
        at = {"cells": len(cells), "column": columns.text + 1}
        found = fault("bad-row", "column", where=where, file=Path(name), **at)
        return LabelRow(name, faults=(found,))
    speaker = cells[columns.speaker].strip() if 0 <= columns.speaker < len(cells) else ""
    return LabelRow(
        name,
        cells[columns.text],
        speaker=speaker,
        faults=row.faults(path),
        candidates=candidates(name),
    )
