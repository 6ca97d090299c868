"""What happened, in order: runs and decisions of everybody, a contributor or a submission."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select

from ledger.tables import arrivals, contributors, decisions, deliveries, runs, submissions, verdicts


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    Args:
        at: when, ISO 8601 in UTC.
        contributor: pseudonym.
        submission: first digits of its digest, ``""`` where it is about none.
        what: such as ``"scored"`` or ``"approve stage samples"``.
        details: such as the policy, or the reason.
        by: who, ``""`` for the machine.
    """

    at: str
    contributor: str
    submission: str
    what: str
    details: str
    by: str = ""


def history(
    connection: Connection, contributor: int | None = None, submission: int | None = None
) -> list[Event]:
    """What is kept, from the first to the last.

    Args:
        connection: of `Ledger.reading`.
        contributor: only theirs.
        submission: only of this one, and what was decided of its contributor's voices and clips.
    """
    events = [*_runs(connection, contributor, submission), *_decisions(connection, contributor)]
    if submission is None:
        events += [*_arrivals(connection, contributor), *_deliveries(connection, contributor)]
    return sorted(events, key=lambda event: event.at)


def _runs(
    connection: Connection, contributor: int | None, submission: int | None
) -> Iterator[Event]:
    of = [submissions.c.contributor == contributor] if contributor is not None else []
    of += [submissions.c.id == submission] if submission is not None else []
    counts = dict[int, dict[str, int]]()
    count = (
        select(verdicts.c.run, verdicts.c.verdict, func.count())
        .join(runs, runs.c.id == verdicts.c.run)
        .join(submissions, submissions.c.id == runs.c.submission)
        .where(*of)
        .group_by(verdicts.c.run, verdicts.c.verdict)
    )
    for run, verdict, number in connection.execute(count):
        counts.setdefault(run, {})[verdict] = number
    query = (
        select(runs, submissions.c.digest, submissions.c.stage, contributors.c.pseudonym)
        .join(submissions, submissions.c.id == runs.c.submission)
        .join(contributors, contributors.c.id == submissions.c.contributor)
        .where(*of)
    )
    for row in connection.execute(query):
        came = counts.get(row.same_as or row.id, {})
        told = ", ".join(
            f"{came[one]} {one}" for one in ("accept", "review", "reject") if one in came
        )
        same = " (as before)" if row.same_as else ""
        policy = f"policy {row.policy} {row.policy_sha256[:8]}"
        details = f"{policy}: {told or 'no clips'}{same}"
        yield Event(row.at, row.pseudonym, row.digest[:12], f"scored {row.stage}", details)


def _decisions(connection: Connection, contributor: int | None) -> Iterator[Event]:
    query = _of(decisions, contributor).add_columns(submissions.c.digest)
    query = query.outerjoin(submissions, submissions.c.id == decisions.c.submission)
    for row in connection.execute(query):
        kind, _, name = row.subject.partition("/")
        about = name.partition("/")[0] if kind == "stage" else name
        what = f"{row.verdict} {kind} {about}"
        yield Event(row.at, row.pseudonym, (row.digest or "")[:12], what, row.why, row.by)


def _arrivals(connection: Connection, contributor: int | None) -> Iterator[Event]:
    for row in connection.execute(_of(arrivals, contributor)):
        yield Event(row.at, row.pseudonym, "", f"arrival agreed {row.agreed[:10]}", row.why)


def _deliveries(connection: Connection, contributor: int | None) -> Iterator[Event]:
    for row in connection.execute(_of(deliveries, contributor)):
        yield Event(row.at, row.pseudonym, "", f"delivered {row.voice} ({row.tone})", row.note)


def _of(table: Table, contributor: int | None) -> Select[tuple[Any, ...]]:
    """The rows of a table with the pseudonym of each, of everybody or of one contributor."""
    query = select(table, contributors.c.pseudonym).join(
        contributors, contributors.c.id == table.c.contributor
    )
    return query if contributor is None else query.where(contributors.c.id == contributor)
