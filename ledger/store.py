"""Where the ledger lies: an engine for SQLite or PostgreSQL, its migrations, and transactions."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from clips.errors import LedgerError
from ledger.places import VARIABLE

_WAIT_S = 60
_LOCK = 7_410_010  # of this ledger among the advisory locks of a PostgreSQL server
_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Ledger:
    """A ledger of the present form.

    Args:
        engine: its database.
    """

    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state and changes nothing."""
        with _told(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is alone in writing: others wait for their turn."""
        own = self.engine.execution_options(tenhours_writes=True)
        with _told(), own.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            yield connection

    def clean(self) -> None:
        """Take what was removed out of SQLite's file, where it lies until it is overwritten."""
        if _is_file(self.engine.url):
            with _told(), self.engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert raw is not None  # noqa: S101 - the connection is open
                connection.rollback()
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                raw.execute("VACUUM")
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def name(self) -> str:
        """Its place, without a password."""
        url = self.engine.url
        return url.database or "" if _is_file(url) else url.render_as_string(hide_password=True)


def now() -> str:
    """The time as the ledger keeps it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def add(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Add rows to a table; nothing where there are none."""
    if rows:
        connection.execute(insert(table), [dict(row) for row in rows])


def open_ledger(where: str) -> Ledger:
    """Open a ledger that is there.

    Args:
        where: a path of SQLite, or a URL that SQLAlchemy takes.

    Raises:
        LedgerError: there is none, or it is of another version.
    """
    ledger = Ledger(_engine(where))
    if _is_file(ledger.engine.url) and not Path(ledger.name).exists():
        raise LedgerError(f"{ledger.name}: there is no ledger; tenhours ledger init makes one")
    with _told(), ledger.engine.connect() as connection:
        found, newest = revision(connection), _newest()
    if found is None:
        raise LedgerError(f"{ledger.name} holds no ledger; tenhours ledger init makes one")
    if found != newest:
        raise LedgerError(
            f"{ledger.name} has the form {found}, and this version of tenhours wants {newest}:"
            " make a backup (tenhours ledger backup), then run tenhours ledger upgrade"
        )
    return ledger


def init(where: str) -> Ledger:
    """Make a ledger, or bring one to the present form; one that is in it is left as it is."""
    ledger = Ledger(_engine(where))
    if _is_file(ledger.engine.url):
        path = Path(ledger.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))  # it holds names
    migrate(ledger)
    return ledger


def migrate(ledger: Ledger, to: str = "head") -> None:
    """Bring a ledger to a form, one step after the other, all of them or none."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with ledger.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def revision(connection: Connection) -> str | None:
    """The form that a ledger has, ``None`` for none."""
    return MigrationContext.configure(connection).get_current_revision()


def _newest() -> str:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return str(ScriptDirectory.from_config(config).get_current_head())


def _engine(where: str) -> Engine:
    try:
        url = make_url(where) if "://" in where else URL.create("sqlite", database=where)
        if url.drivername in {"postgresql", "postgres"}:
            url = url.set(drivername="postgresql+psycopg")
        options = {"timeout": _WAIT_S} if _is_file(url) else {}
        engine = create_engine(url, connect_args=options, poolclass=NullPool)
    except ArgumentError:
        raise LedgerError(
            f"{VARIABLE} or --ledger: give a path, or a URL such as postgresql://user@host/database"
        ) from None
    except ModuleNotFoundError as error:
        raise LedgerError(
            f"the ledger's database needs a driver: pip install 'tenhours[postgres]' ({error})"
        ) from None
    if _is_file(url):
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _prepare(raw: object, record: object) -> None:
    """SQLite: its own driver begins nothing by itself; every commit is on the disk."""
    del record
    raw.isolation_level = None  # type: ignore[attr-defined]
    cursor = raw.cursor()  # type: ignore[attr-defined]
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("tenhours_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong in the database, as an error that says what to do."""
    try:
        yield
    except OperationalError as error:
        raise LedgerError(
            f"the ledger cannot be reached or is busy ({error.orig}); look at --ledger, try again"
        ) from None
    except DatabaseError as error:
        raise LedgerError(f"the ledger: {error.orig}") from None
