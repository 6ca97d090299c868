"""A CSV table that is safe to open in a spreadsheet program: no cell is a formula."""

import csv
import sys
from pathlib import Path

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def for_spreadsheets(cell: str) -> str:
    """The cell as text that no spreadsheet program computes; numbers stay as they are.

    Example:
        >>> for_spreadsheets("=1+1"), for_spreadsheets("-0.5"), for_spreadsheets("Hello")
        ("'=1+1", '-0.5', 'Hello')
    """
    return f"'{cell}" if cell.startswith(_STARTS) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    if not cell.isascii() or cell != cell.strip():
        return False
    try:
        float(cell)
    except ValueError:
        return False
    return True


def write_twin(table: Path) -> Path:
    """Write `NAME-for-spreadsheets.csv` beside `NAME.csv` and return its path."""
    twin = table.with_name(f"{table.stem}-for-spreadsheets.csv")
    with (
        table.open(encoding="utf-8", newline="") as source,
        twin.open("w", encoding="utf-8-sig", newline="") as out,
    ):
        # quoted, so that no program takes another sign for the end of a cell
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        usual = csv.field_size_limit(sys.maxsize)  # a label may be longer
        try:
            for row in csv.reader(source):
                writer.writerow([for_spreadsheets(cell) for cell in row])
        finally:
            csv.field_size_limit(usual)
    return twin
