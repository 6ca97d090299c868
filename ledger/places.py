"""Where the ledger is, which is asked before anything of a database is loaded."""

import os
from pathlib import Path

import platformdirs

from clips.errors import LedgerError

VARIABLE = "TENHOURS_LEDGER"


def default_path() -> Path:
    """The ledger of this user: among their data, never in a cache that may be emptied."""
    return platformdirs.user_data_path("tenhours", appauthor=False) / "ledger.db"


def place(given: str | None) -> str | None:
    """The ledger that is meant, as a path or URL: the one given, the setting's, or the user's own.

    Args:
        given: a path or URL, ``""`` for none, ``None`` where nothing was said.

    Returns:
        ``None`` where there is none: nothing was said, and the user's own was not made yet.
    """
    said = os.environ.get(VARIABLE) if given is None else given
    if said is not None:
        return said or None
    path = default_path()
    return str(path) if path.exists() else None


def required(given: str | None) -> str:
    """The same where there has to be one.

    Raises:
        LedgerError: there is none.
    """
    where = place(given)
    if where is None:
        raise LedgerError("there is no ledger; tenhours ledger init makes one")
    return where
