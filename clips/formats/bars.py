"""What LJSpeech's table and trainers' file lists share: cells without quotes -> label rows."""

from collections.abc import Callable, Sequence

from clips.formats.base import LabelRow
from clips.formats.columns import Columns, from_content, from_header
from clips.formats.tables import TableRow
from clips.names import shown, storable
from clips.rules import Fault

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
    where = f"{path}, line {row.line}"
    cells = [storable(cell) for cell in row.cells]
    name = cells[columns.audio].strip() if len(cells) > columns.audio else ""
    if len(cells) < 2 or not name:
        sentence = f"{where} has no name or no text; write name|text."
        return LabelRow(name, faults=(Fault("bad-row", sentence),))
    if columns.text >= len(cells):
        sentence = (
            f"{where} ({shown(name)}) has {len(cells)} columns, and the label is in column"
            f" {columns.text + 1} of the other rows. Write every row alike."
        )
        return LabelRow(name, faults=(Fault("bad-row", sentence),))
    speaker = cells[columns.speaker].strip() if 0 <= columns.speaker < len(cells) else ""
    return LabelRow(
        name,
        cells[columns.text],
        speaker=speaker,
        faults=row.faults(path),
        candidates=candidates(name),
    )
