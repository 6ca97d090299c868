"""What formats of one record per line share: lines, CSV cells, JSON lines, bounds."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from clips.formats.base import LabelInput, LabelRow, Labels
from clips.formats.columns import names_audio
from clips.formats.text import UnreadableLabelsError, parse_json, read_text
from clips.rules import Fault, fault
from clips.words import Name, Path, Phrase, say

_CELL_CHARS = 1 << 20
_MOST_LINES = 500  # of one row
_MANY_STRAYS = 100  # after so many stray quotes no row has several lines


def gather(source: LabelInput, rows: Callable[[str, str], Sequence[LabelRow]]) -> Labels:
    """Read each file of a format; what cannot be read is a fault.

    Args:
        source: the files.
        rows: content and path of one file -> its rows; may raise `UnreadableLabelsError`.
    """
    read: list[LabelRow] = []
    faults: list[Fault] = []
    for name in source.files:
        path = source.path(name)
        try:
            text, found = read_text(source, name)
            faults += found
            _check_count(text.count("\n") / 4, source.limits.label_rows)
            listed = rows(text, path)
            _check_count(len(listed), source.limits.label_rows)
            read += listed
        except UnreadableLabelsError as error:
            faults.append(unreadable(path, error))
    return Labels(tuple(read), tuple(faults))


def unreadable(path: str, error: UnreadableLabelsError) -> Fault:
    """That a label file cannot be read, and why; a library's message may quote the file."""
    return fault("unreadable-labels", path=Path(path), why=Name(str(error), 200))


def at_line(path: str, line: int) -> Phrase:
    """Where a row of a table is."""
    return say("{path}, line {line}", path=Path(path), line=line)


def _check_count(count: float, most: int) -> None:
    if count > most:
        raise UnreadableLabelsError(f"it lists more than {most:,} clips; split the voice")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table.

    Args:
        line: number of its last line, from 1.
        cells: its cells.
        is_stray: whether a quote in it is not closed in its row, so that its line was read alone.
    """

    line: int
    cells: Sequence[str]
    is_stray: bool = False

    def faults(self, path: str) -> tuple[Fault, ...]:
        """What is to be said of the row itself."""
        if not self.is_stray:
            return ()
        return (fault("stray-quote", path=Path(path), line=self.line),)


def csv_rows(text: str, delimiter: str) -> Iterator[TableRow]:
    """Each row that is not empty, the header among them.

    A cell in quotes may hold line breaks. Where a quote is never closed, or what lies up to its
    close are rows of their own, each line is a row and the quote a character like others.

    Raises:
        UnreadableLabelsError: no row at all, or a cell beyond bounds.
    """
    lines = text.split("\n")
    at, width, strays = 0, 0, 0
    while at < len(lines):
        line = lines[at].removesuffix("\r")
        if not line.strip() or not line.strip(delimiter + " "):
            at += 1
            continue
        most = _MOST_LINES if strays < _MANY_STRAYS else 1
        cells, count = _record(lines, at, delimiter, most) if '"' in line else (None, 1)
        inner = lines[at + 1 : at + count]
        is_stray = '"' in line and (
            cells is None or any(_is_row(one, delimiter, width) for one in inner)
        )
        if cells is None or is_stray:
            most_cells = width if is_stray else 0  # of a line with a stray quote the rest is text
            cells, count = line.split(delimiter, most_cells - 1), 1
            strays += is_stray
        if max(map(len, cells)) > _CELL_CHARS:
            raise UnreadableLabelsError(f"line {at + 1} has a cell of over {_CELL_CHARS:,} letters")
        at += count
        width = width or len(cells)
        yield TableRow(at, cells, is_stray)
    if not width:
        raise UnreadableLabelsError("it has no row")


def _record(
    lines: Sequence[str], at: int, delimiter: str, most: int
) -> tuple[list[str] | None, int]:
    """The cells of the row that begins in a line, and of how many lines it is."""
    content = (f"{line}\n" for line in lines[at : at + most])
    reader = csv.reader(content, delimiter=delimiter, strict=True)
    before = csv.field_size_limit(_CELL_CHARS)
    try:
        return next(reader), reader.line_num
    except (csv.Error, StopIteration):
        return None, 1
    finally:
        csv.field_size_limit(before)


def _is_row(line: str, delimiter: str, width: int) -> bool:
    """Whether a line looks like a row of its own: it names an audio file, or has all the tabs."""
    cells = line.removesuffix("\r").split(delimiter)
    if len(cells) < 2:
        return False
    return any(map(names_audio, (cells[0], cells[-1]))) or (
        delimiter == "\t" and len(cells) == width
    )


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
