"""Measurements on disk: one folder per scorer and version, of Parquet parts, each written whole."""

import contextlib
import errno
import hashlib
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clips.drafts import sweep, whole
from flows.say import aside
from flows.stored import DETAILS, KEY, Stored, by_column, records, rows_of, schema
from scorers.base import Kept, Row

PART, DAMAGED = ".parquet", ".damaged"
_PART_BYTES = 16 << 20  # a part of this size is merged with no other


class Store:
    """Rows by key, where a key says what a result depends on: audio, label and language digests.

    Layout: ``ROOT/scores/SCORER@VERSION/SHA256.parquet`` with the columns ``key``, one float64 per
    declared column, ``reasons`` and ``details`` (JSON). A part is named by the digest of its bytes,
    which is compared whenever it is read: one that differs, or is no table of this scorer, is
    renamed to ``.damaged``, said and not read, so that its rows are measured again. A part is
    written under another name and renamed, so that a reader or a rerun after a crash sees whole
    parts only.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def keys(self, scorer: Kept, wanted: Collection[str]) -> set[str]:
        """Those of the wanted keys that are stored."""
        tables = self._read(scorer, wanted, [KEY])
        return {key for table in tables for key in table[KEY].to_pylist()}

    def rows(self, scorer: Kept, wanted: Collection[str]) -> Iterator[tuple[str, Row]]:
        """The stored rows among the wanted keys, in no particular order, each key once."""
        seen: set[str] = set()
        for table in self._read(scorer, wanted, None):
            for key, row in rows_of(table):
                if key not in seen:
                    seen.add(key)
                    yield key, row

    def table(self, scorer: Kept, wanted: Collection[str], detailed: bool = True) -> Stored:
        """The stored rows among the wanted keys, each once, column by column.

        Args:
            scorer: whose.
            wanted: keys.
            detailed: whether the details are of use.
        """
        columns = [n for n in schema(scorer).names if detailed or n != DETAILS]
        empty = schema(scorer).empty_table().select(columns)
        return by_column(pa.concat_tables([empty, *self._read(scorer, wanted, columns)]))

    def write(self, scorer: Kept, rows: Mapping[str, Row]) -> None:
        """Add one part."""
        if rows:
            write_part(
                self._folder(scorer), pa.Table.from_pylist(list(records(rows)), schema(scorer))
            )

    def compact(self, scorer: Kept, more_than: int = 64) -> None:
        """Merge a scorer's small parts where there are many.

        A reader that listed the parts before lists them again; a crash leaves rows twice, which
        reading takes once.
        """
        sizes = {part: size for part in self._parts(scorer) if (size := _size(part)) < _PART_BYTES}
        if len(sizes) <= more_than:
            return
        for group in _groups(sizes):
            tables = [table for part in group if (table := self._load(part, scorer)) is not None]
            rows = pa.concat_tables([schema(scorer).empty_table(), *tables])
            first = {key: at for at, key in reversed(list(enumerate(rows[KEY].to_pylist())))}
            merged = write_part(self._folder(scorer), rows.take(sorted(first.values())))
            for part in group:
                if part != merged:
                    part.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove the parts that a killed run left unfinished."""
        for folder in self.folders() if self._is_local else ():
            sweep(folder)

    def folders(self) -> list[Path]:
        """The folder of each scorer and version, by name."""
        return sorted(path for path in (self.root / "scores").glob("*@*") if path.is_dir())

    @property
    def _is_local(self) -> bool:
        return isinstance(self.root, Path)

    def _folder(self, scorer: Kept) -> Path:
        version = re.sub(r"[^A-Za-z0-9._-]", "_", scorer.version)
        return self.root / "scores" / f"{scorer.name}@{version}"

    def _parts(self, scorer: Kept) -> list[Path]:
        return sorted(self._folder(scorer).glob(f"*{PART}"))

    def _read(
        self, scorer: Kept, wanted: Collection[str], columns: Sequence[str] | None
    ) -> Iterator[pa.Table]:
        if not wanted:
            return
        keys = pa.array(sorted(wanted), pa.string())
        if self._is_local and (folder := self._folder(scorer)).is_dir():
            os.utime(folder)  # when it was last of use, which pruning goes by
        read: set[Path] = set()
        # again until no part is new: another run may merge those that were listed
        while parts := [part for part in self._parts(scorer) if part not in read]:
            for part in parts:
                read.add(part)
                table = self._load(part, scorer, columns)
                if table is not None:
                    yield table.filter(pc.is_in(table[KEY], value_set=keys))

    def _load(
        self, part: Path, scorer: Kept, columns: Sequence[str] | None = None
    ) -> pa.Table | None:
        """A part's rows; ``None`` where it is gone or was set aside."""
        try:
            content = part.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            content = b""
        fault = "its bytes are not those that were written"
        if is_whole(part, content):
            table = pq.ParquetFile(pa.BufferReader(content))
            if table.schema_arrow.equals(schema(scorer)):
                return table.read(columns)
            fault = f"it is no table of {scorer.name}"
        with contextlib.suppress(FileNotFoundError):  # another run set it aside
            part.rename(part.with_suffix(DAMAGED))
            aside(
                f"The store is damaged in {part}: {fault}. It was set aside as"
                f" {part.stem[:8]}…{DAMAGED}, and what it held is measured again."
            )
        return None


def key_of(parts: Mapping[str, str]) -> str:
    """The key of what depends on these parts of a clip: the digest of each, or its language."""
    text = "\0".join(parts[name] for name in sorted(parts))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def write_part(folder: Path, table: pa.Table) -> Path:
    """Write rows as a part of a folder of the store."""
    buffer = pa.BufferOutputStream()
    pq.write_table(table, buffer, compression="zstd")
    content = buffer.getvalue().to_pybytes()
    part = folder / f"{hashlib.sha256(content).hexdigest()}{PART}"
    if not isinstance(folder, Path):
        part.write_bytes(content)
        return part
    folder.mkdir(parents=True, exist_ok=True)
    with whole(part) as unfinished:
        unfinished.write_bytes(content)
    return part


def is_whole(part: Path, content: bytes) -> bool:
    """Whether a part's bytes are those that it is named by."""
    return part.stem == hashlib.sha256(content).hexdigest()


def _size(part: Path) -> int:
    try:
        return part.stat().st_size
    except FileNotFoundError:  # another run merged it
        return _PART_BYTES


def _groups(sizes: Mapping[Path, int]) -> Iterator[list[Path]]:
    """Parts to merge with each other, so that each group fits in memory."""
    group: list[Path] = []
    held = 0
    for part, size in sizes.items():
        group.append(part)
        held += size
        if held >= _PART_BYTES:
            yield group
            group, held = [], 0
    if len(group) > 1:
        yield group
