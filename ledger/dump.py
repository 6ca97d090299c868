"""The ledger as a file: a backup that any ledger can be made from, on SQLite or PostgreSQL."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, func, select, text

from clips.errors import LedgerError
from ledger.store import add, revision
from ledger.tables import metadata

_FORMAT = "tenhours ledger 1"
_MANY = 1000


def lines(connection: Connection) -> Iterator[str]:
    """Everything that is kept: the form, then one JSON line for each row, table by table."""
    yield json.dumps({"format": _FORMAT, "revision": revision(connection)})
    for table in metadata.sorted_tables:
        for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
            yield json.dumps([table.name, list(row)], ensure_ascii=False)


def write(connection: Connection, path: Path) -> int:
    """Write a backup, compressed, and return its rows. It holds names: keep it as the ledger is."""
    rows = -1
    with gzip.GzipFile(path, "wb", mtime=0) as file:
        for line in lines(connection):
            file.write(f"{line}\n".encode("utf-8", "surrogatepass"))
            rows += 1
    return rows


def read(connection: Connection, path: Path) -> int:
    """Fill an empty ledger from a backup, and return the rows.

    Args:
        connection: of `Ledger.writing`.
        path: of the backup.

    Raises:
        LedgerError: the ledger is not empty, or the file is no backup of this form.
    """
    for table in metadata.sorted_tables:
        if connection.scalar(select(func.count()).select_from(table)):
            raise LedgerError("the ledger is not empty: restore into a new one")
    try:
        with gzip.open(path, "rt", encoding="utf-8", errors="surrogatepass") as file:
            rows = _fill(connection, file, path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LedgerError(f"{path} is no backup of a ledger ({error})") from None
    if connection.dialect.name == "postgresql":
        _go_on(connection)
    return rows


def _fill(connection: Connection, file: IO[str], path: Path) -> int:
    head, here = json.loads(file.readline()), revision(connection)
    if head.get("format") != _FORMAT or head.get("revision") != here:
        raise LedgerError(
            f"{path} is of the form {head.get('revision')}, the ledger of {here}: restore it with"
            " the version of tenhours that wrote it, then run tenhours ledger upgrade"
        )
    rows = 0
    waiting: list[dict[str, object]] = []
    of = metadata.sorted_tables[0]
    for line in file:
        name, values = json.loads(line)
        if name != of.name or len(waiting) >= _MANY:
            add(connection, of, waiting)
            of, waiting = metadata.tables[name], []
        waiting.append(dict(zip(of.c.keys(), values, strict=True)))
        rows += 1
    add(connection, of, waiting)
    return rows


def _go_on(connection: Connection) -> None:
    """PostgreSQL's counters go on behind what was put in."""
    for table in metadata.sorted_tables:
        if "id" in table.c and table.c.id.autoincrement:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"  # noqa: S608 - ours
                    f" COALESCE((SELECT MAX(id) FROM {table.name}), 0) + 1, false)"
                )
            )
