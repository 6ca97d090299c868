"""The `tenhours ledger` commands: making, checking and carrying the ledger elsewhere."""

from datetime import datetime
from pathlib import Path

from cyclopts import App

from clips.numbers import count
from flows.say import say
from selection.exit_codes import FAILED, PASS

app = App(name="ledger", help="Make, check, back up and restore what was decided.")


@app.command
def init(*, ledger: str | None = None) -> int:
    """Make a ledger, which every later run of score and gate reads and adds to.

    Names that were noted before (contributors.json beside the key) move into it.

    Args:
        ledger: A path, or a URL of PostgreSQL; your own data folder where not given.
    """
    from clips.privacy import forget_noted, known_contributors
    from ledger import places, store
    from ledger.record import contributor

    made = store.init(places.place(ledger) or str(places.default_path()))
    with made.writing() as connection:
        for pseudonym, name in known_contributors().items():
            contributor(connection, pseudonym, name)
    forget_noted()
    say(f"{made.name} is ready. It holds names: keep it where only you can read it.")
    return PASS


@app.command
def upgrade(*, ledger: str | None = None) -> int:
    """Bring a ledger of an earlier version of tenhours to the present form.

    Args:
        ledger: A path or URL; as for tenhours score where not given.
    """
    from ledger import places, store

    say(f"{store.init(places.required(ledger)).name} is in the present form.")
    return PASS


@app.command
def check(*, ledger: str | None = None) -> int:
    """Count what is kept, and look for gaps in the decisions. Exits 1 where there are any.

    Args:
        ledger: A path or URL; as for tenhours score where not given.
    """
    from flows.deciding import the_ledger
    from ledger.check import counts, faults

    with the_ledger(ledger).reading() as connection:
        for name, rows in counts(connection).items():
            say(f"{name:<14}{rows:>9,}")
        found = faults(connection)
    for fault in found:
        say(f"DAMAGED  {fault}", error=True)
    return FAILED if found else PASS


@app.command
def backup(to: Path, *, ledger: str | None = None) -> int:
    """Write all that is kept into one file, from which any ledger can be made.

    Args:
        to: File to write, such as ledger.jsonl.gz. It holds names: keep it as the ledger is.
        ledger: A path or URL; as for tenhours score where not given.
    """
    from clips.drafts import whole
    from flows.deciding import the_ledger
    from ledger.dump import write

    with the_ledger(ledger).reading() as connection, whole(to, owner_only=True) as unfinished:
        rows = write(connection, unfinished)
    say(f"{count(rows, 'row')} written to {to}.")
    return PASS


@app.command
def restore(backup: Path, *, ledger: str | None = None) -> int:
    """Make a ledger from a backup; one that holds something is refused.

    Args:
        backup: File of tenhours ledger backup.
        ledger: A path, or a URL of PostgreSQL; your own data folder where not given.
    """
    from ledger import places, store
    from ledger.dump import read

    made = store.init(places.place(ledger) or str(places.default_path()))
    with made.writing() as connection:
        rows = read(connection, backup)
    say(f"{count(rows, 'row')} restored into {made.name}.")
    return PASS


@app.command
def agree(
    contributor: str, arrival: datetime, *, why: str, new: bool = False, ledger: str | None = None
) -> int:
    """Keep the arrival that was agreed with a contributor, for while the collection is paused.

    Args:
        contributor: Pseudonym, or name.
        arrival: The day, such as 2026-01-31.
        why: The reason, which is kept without names.
        new: The name is of somebody who has sent nothing yet, as submission.toml will give it.
        ledger: A path or URL; as for tenhours score where not given.
    """
    from clips.pseudonym import load_key, pseudonym
    from flows.deciding import hider, the_ledger
    from ledger.arrivals import agree as keep
    from ledger.lookup import contributor as find
    from ledger.record import contributor as add

    with the_ledger(ledger).writing() as connection:
        if new:
            add(connection, pseudonym(contributor, load_key()), contributor)
        who, name = find(connection, contributor)
        keep(connection, who, arrival, hider(connection, name)(why))
    say(f"{name} may arrive on {arrival.date()}.")
    return PASS


@app.command
def export(to: Path, *, for_ci: bool = True, ledger: str | None = None) -> int:
    """Write what a gate in CI has to know, by pseudonym: approved stages and agreed arrivals.

    Args:
        to: File to commit to the base branch, such as approvals.toml.
        for_ci: Pseudonyms only; there is no other form.
        ledger: A path or URL; as for tenhours score where not given.
    """
    from clips.errors import LedgerError
    from flows.deciding import the_ledger
    from flows.files import write_text
    from ledger.arrivals import approvals_toml

    if not for_ci:
        raise LedgerError("with names there is tenhours ledger backup alone")
    with the_ledger(ledger).reading() as connection:
        write_text(approvals_toml(connection), to)
    say(f"Approvals by pseudonym: {to}")
    return PASS
