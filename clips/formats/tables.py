"""What formats of one record per line share: lines, CSV cells, JSON lines, bounds."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from clips.formats.base import LabelInput, LabelRow, Labels
from clips.formats.text import UnreadableLabelsError, parse_json, read_text
from clips.names import shown
from clips.rules import Fault

_CELL_CHARS = 1 << 20


def gather(source: LabelInput, rows: Callable[[str, str], Sequence[LabelRow]]) -> Labels:
    """Read each file of a format; what cannot be read is a fault.

    Args:
        source: the files.
        rows: content and shown path of one file -> its rows; may raise `UnreadableLabelsError`.
    """
    read: list[LabelRow] = []
    faults: list[Fault] = []
    for name in source.files:
        path = shown(source.path(name))
        try:
            text, found = read_text(source, name)
            faults += found
            _check_count(text.count("\n") / 4, source.limits.label_rows)
            listed = rows(text, path)
            _check_count(len(listed), source.limits.label_rows)
            read += listed
        except UnreadableLabelsError as error:
            faults.append(Fault("unreadable-labels", f"{path} cannot be read: {error}."))
    return Labels(tuple(read), tuple(faults))


def _check_count(count: float, most: int) -> None:
    if count > most:
        raise UnreadableLabelsError(f"it lists more than {most:,} clips; split the voice")


def csv_rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row that is not empty, the header among them.

    Raises:
        UnreadableLabelsError: no row at all, a quote that is never closed, a cell beyond bounds.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = csv.field_size_limit(_CELL_CHARS)
    empty = True
    try:
        for cells in reader:
            if cells and any(cell.strip() for cell in cells):
                empty = False
                yield reader.line_num, cells
    except csv.Error as error:
        raise UnreadableLabelsError(f"line {reader.line_num} is no CSV: {error}") from None
    finally:
        csv.field_size_limit(before)
    if empty:
        raise UnreadableLabelsError("it has no row")


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Line number and content of each line that is not empty; only newlines end a line."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.removesuffix("\r")


def json_lines(text: str, path: str) -> Iterator[tuple[int, Any]]:
    """Line number and value of each JSON line; a line that is no JSON gives its text."""
    for number, line in lines_of(text):
        try:
            value, _ = parse_json(line, path)
        except UnreadableLabelsError:
            value = line.strip()
        yield number, value
