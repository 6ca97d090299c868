"""Finding what a person names: a submission, a contributor, a run's verdicts."""

from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from clips.errors import LedgerError
from clips.pseudonym import load_key, pseudonym
from ledger.tables import contributors, names, runs, submissions

_SHORTEST = 4


@dataclass(frozen=True)
class Sent:
    """A submission that the ledger knows.

    Args:
        id: in the ledger.
        digest: of its content.
        stage: of the collection.
        contributor: id of who sent it.
        pseudonym: of the same.
        run: id of its last run, ``None`` where it has none.
        out: folder of that run's report, ``None`` where it is gone.
    """

    id: int
    digest: str
    stage: str
    contributor: int
    pseudonym: str
    run: int | None
    out: str | None


def submission(connection: Connection, named: str) -> Sent:
    """The submission that a digest, or the beginning of one, names.

    Raises:
        LedgerError: none or several begin so.
    """
    if len(named) < _SHORTEST or not set(named) <= set("0123456789abcdef"):
        raise LedgerError(
            f"{named!r} is no submission: give the output folder of tenhours score, or the first"
            f" digits, {_SHORTEST} or more, of a digest that tenhours history shows"
        )
    found = connection.execute(
        select(submissions, contributors.c.pseudonym)
        .join(contributors, contributors.c.id == submissions.c.contributor)
        .where(submissions.c.digest.startswith(named))
        .limit(2)
    ).all()
    if len(found) != 1:
        many = "several submissions begin" if found else "no submission begins"
        raise LedgerError(f"{many} with {named}; tenhours history lists them")
    row = found[0]
    run = last_run(connection, row.id)
    return Sent(
        row.id,
        row.digest,
        row.stage,
        row.contributor,
        row.pseudonym,
        run.id if run else None,
        run.out if run else None,
    )


def last_run(connection: Connection, submission: int) -> Row[tuple[object, ...]] | None:
    """The last run of a submission: all columns of ``runs``."""
    return connection.execute(
        select(runs).where(runs.c.submission == submission).order_by(runs.c.id.desc()).limit(1)
    ).first()


def id_of(connection: Connection, pseudonym: str) -> int | None:
    """The id of a contributor by pseudonym."""
    query = select(contributors.c.id).where(contributors.c.pseudonym == pseudonym)
    who = connection.scalar(query)
    return None if who is None else int(who)


def contributor(connection: Connection, named: str) -> tuple[int, str]:
    """Id and pseudonym of a contributor, by pseudonym or by name.

    Raises:
        LedgerError: nobody, or several are called so.
    """
    by_name = select(names.c.pseudonym).where(names.c.name == named)
    alike = [named, pseudonym(named, load_key())]
    found = connection.execute(
        select(contributors.c.id, contributors.c.pseudonym).where(
            contributors.c.pseudonym.in_(alike) | contributors.c.pseudonym.in_(by_name)
        )
    ).all()
    if len(found) != 1:
        raise LedgerError(
            f"{len(found) or 'no'} contributors are known as {named!r}; tenhours history lists them"
            " by pseudonym"
        )
    return int(found[0].id), str(found[0].pseudonym)


def everyone(connection: Connection) -> dict[str, str]:
    """Pseudonym -> name of all whose name is kept."""
    return {row.pseudonym: row.name for row in connection.execute(select(names))}
