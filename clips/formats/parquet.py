"""Parquet with a text column and audio, embedded or as a path (Hugging Face datasets)."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from clips.formats.base import LabelInput, LabelRow, Labels, Out
from clips.formats.fields import AUDIO_NAMES, TEXT_NAMES, row_from_fields
from clips.formats.tables import unreadable
from clips.formats.text import UnreadableLabelsError
from clips.names import shown
from clips.rules import Fault
from clips.words import Path as Named
from clips.words import Phrase, say

SEPARATOR = "//"  # between a table's path and a row; no path in a source has it
_AUDIO_COLUMNS = ("audio", "speech", "wav", *AUDIO_NAMES)
_OTHERS = ("duration", "duration_s", "speaker_id", "speaker", "turn", "turn_index")
_ROWS_AT_ONCE = 256
_GROUP_BYTES = 1 << 29
_CELL_BYTES = 1 << 28
_GROUP_ROWS = 100


def claims(names: Sequence[str], head: Callable[[str], bytes]) -> tuple[str, ...]:
    """All Parquet files of a folder, the shards of one table."""
    del head
    return tuple(name for name in names if name.lower().endswith(".parquet"))


def read(source: LabelInput) -> Labels:
    """Read the text of every shard; embedded audio is opened later, row by row."""
    rows: list[LabelRow] = []
    faults: list[Fault] = []
    for name in source.files:
        path = source.path(name)
        try:
            rows += _read_shard(source, name)
        except UnreadableLabelsError as error:
            faults.append(unreadable(path, error))
    return Labels(tuple(rows), tuple(faults))


def _read_shard(source: LabelInput, name: str) -> list[LabelRow]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise UnreadableLabelsError(
            "Parquet needs pyarrow; install tenhours[parquet], or send labels.json"
        ) from None
    try:
        with source.open(source.path(name)) as file:
            texts = [n for n in TEXT_NAMES if n in parquet.ParquetFile(file).schema_arrow.names]
            file.seek(0)
            table = parquet.ParquetFile(file, read_dictionary=texts)
            return list(_rows(table, source, name))
    except (pa.ArrowException, OSError, ValueError, KeyError, UnicodeError) as error:
        raise UnreadableLabelsError(shown(" ".join(str(error).split()), 160)) from None


def _rows(table: Any, source: LabelInput, name: str) -> Iterator[LabelRow]:
    schema = table.schema_arrow
    audio = next((column for column in _AUDIO_COLUMNS if column in schema.names), None)
    if audio is None:
        raise UnreadableLabelsError(f"it has no column {' or '.join(_AUDIO_COLUMNS[:3])}")
    if table.metadata.num_rows > source.limits.label_rows:
        raise UnreadableLabelsError(f"it has more than {source.limits.label_rows:,} rows")
    kind = schema.field(audio).type
    inner = [kind.field(i).name for i in range(kind.num_fields)] if kind.num_fields else []
    embedded = "bytes" in inner
    columns = [n for n in (*TEXT_NAMES, *_OTHERS) if n in schema.names]
    columns += [f"{audio}.path"] if "path" in inner else [] if embedded else [audio]
    left = source.limits.label_file_bytes
    batches = table.iter_batches(_ROWS_AT_ONCE, columns=columns, use_threads=False)
    number = 0
    for batch in batches:
        left -= batch.nbytes
        if left < 0:
            raise UnreadableLabelsError("its texts are larger than the limit for label files")
        if not batch.num_columns:
            raise UnreadableLabelsError(f"it has no column {' or '.join(TEXT_NAMES[:2])}")
        for fields in batch.to_pylist():
            cell = fields.pop(audio, None)
            path = cell.get("path") if isinstance(cell, dict) else cell
            where = say("{path}, row {row}", path=Named(source.path(name)), row=number + 1)
            yield _row(fields, path, embedded, f"{name}{SEPARATOR}{number}", where)
            number += 1


def _row(
    fields: dict[str, Any], path: object, embedded: bool, inside: str, where: Phrase
) -> LabelRow:
    if embedded:
        own = path if isinstance(path, str) and path else inside
        row = row_from_fields({**fields, "audio_file": own}, where)
        return LabelRow(
            row.audio_file,
            row.text,
            row.duration_s,
            row.speaker,
            row.turn,
            row.turn_index,
            row.faults,
            embedded=inside,
        )
    return row_from_fields({**fields, "audio_file": path}, where)


class Cells:
    """The audio in a table's rows; the last group of rows is kept, as they are asked for in order.

    One is used by one thread.
    """

    def __init__(self) -> None:
        self._key = ""
        self._table: Any = None
        self._group: tuple[int, Any] = (-1, None)

    def read(self, key: str, file: BinaryIO, row: int) -> bytes:
        """The audio in a row.

        Args:
            key: tells the table from others.
            file: the Parquet file; not read where the last one asked for has the same key.
            row: number of the row in the whole table.

        Raises:
            OSError: the row holds no audio, or the table cannot be read.
        """
        import pyarrow as pa
        from pyarrow import parquet

        try:
            if key != self._key:
                self._key, self._group = "", (-1, None)
                file.seek(0)  # of a later file it is not moved: both share their position
                self._table = parquet.ParquetFile(os.fdopen(os.dup(file.fileno()), "rb"))
                self._key = key
            cell = self._cell(row)
        except (pa.ArrowException, ValueError, IndexError, KeyError) as error:
            raise OSError(shown(" ".join(str(error).split()), 160)) from None
        if not isinstance(cell, bytes):
            raise OSError("the row holds no audio")
        if len(cell) > _CELL_BYTES:
            raise OSError(f"its audio has {len(cell):,} bytes, the limit is {_CELL_BYTES:,}")
        return cell

    def _cell(self, row: int) -> object:
        names = [n for n in _AUDIO_COLUMNS if n in self._table.schema_arrow.names]
        first = 0
        for group in range(self._table.num_row_groups):
            meta = self._table.metadata.row_group(group)
            if row < first + meta.num_rows:
                values = self._values(group, f"{names[0]}.bytes", meta.total_byte_size)
                return values[row - first].as_py()["bytes"]
            first += meta.num_rows
        raise IndexError("there is no such row")

    def _values(self, group: int, column: str, size: int) -> Any:
        if size > _GROUP_BYTES:
            raise ValueError(f"a row group of {size:,} bytes is too large; write smaller ones")
        if self._group[0] != group:
            self._group = (-1, None)
            table = self._table.read_row_group(group, columns=[column], use_threads=False)
            self._group = (group, table[0])
        return self._group[1]


def write(folder: Path, rows: Sequence[Out]) -> None:
    """Write `train.parquet` with the audio inside; the audio files beside it are taken in."""
    import json

    import pyarrow as pa
    from pyarrow import parquet

    audio = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    names = [("audio", audio), ("text", pa.string()), ("duration", pa.float64())]
    names += [("speaker_id", pa.string()), ("turn", pa.string()), ("turn_index", pa.int64())]
    string, number = ({"dtype": d, "_type": "Value"} for d in ("string", "float64"))
    features = {"audio": {"_type": "Audio"}, "text": string, "duration": number}
    features |= {"speaker_id": string, "turn": string}
    features |= {"turn_index": {"dtype": "int64", "_type": "Value"}}
    info = json.dumps({"info": {"features": features}})
    schema = pa.schema(names, metadata={"huggingface": info})
    with parquet.ParquetWriter(folder / "train.parquet", schema) as writer:
        for start in range(0, len(rows), _GROUP_ROWS):
            chunk = [_record(folder, row) for row in rows[start : start + _GROUP_ROWS]]
            writer.write_table(pa.Table.from_pylist(chunk, schema=schema))
    for row in rows:
        (folder / row.audio_file).unlink(missing_ok=True)


def _record(folder: Path, row: Out) -> dict[str, Any]:
    path = folder / row.audio_file
    return {
        "audio": {"bytes": path.read_bytes() if path.is_file() else None, "path": row.audio_file},
        "text": row.text,
        "duration": row.duration_s,
        "speaker_id": row.speaker,
        "turn": row.turn,
        "turn_index": row.turn_index,
    }
