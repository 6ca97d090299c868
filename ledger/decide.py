"""What the maintainer decides: kept for ever, superseded, never edited."""

import getpass
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, Row, and_, func, insert, select

from clips.errors import LedgerError
from ledger.store import now
from ledger.tables import decisions

Verdict = Literal["approve", "decline", "accept", "reject", "revoke"]
Kind = Literal["stage", "voice", "clip"]


@dataclass(frozen=True)
class Subject:
    """What is decided about.

    Args:
        kind: ``"stage"``, ``"voice"`` or ``"clip"``.
        name: a submission's id with its stage, a voice, or a clip's key.
    """

    kind: Kind
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"

    @classmethod
    def read(cls, text: str) -> "Subject":
        kind, _, name = text.partition("/")
        if kind not in ("stage", "voice", "clip"):
            raise LedgerError(f"a decision is about {text!r}, which this version does not know")
        return cls(kind, name)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Decision:
    """One decision.

    Args:
        subject: what it is about.
        verdict: of a stage or voice approve or decline, of a clip accept or reject; revoke takes
            back whatever was said before.
        why: the reason, without names.
    """

    subject: Subject
    verdict: Verdict
    why: str = ""


def decide(
    connection: Connection,
    contributor: int,
    said: Iterable[Decision],
    *,
    submission: int | None = None,
    run: int | None = None,
    by: str | None = None,
) -> int:
    """Add decisions about what one contributor sent, and return how many.

    Args:
        connection: of `Ledger.writing`.
        contributor: id.
        said: in order; one that says what is in force already, for the same reason, adds nothing,
            unless it approves what a later run accepted.
        submission: that it was said about.
        run: whose verdicts were seen; what it accepted is what an approval approves.
        by: who decided; the user of this machine where not given.
    """
    said = list(said)
    before = _last(connection, contributor, {str(one.subject) for one in said})
    rows = []
    for one in said:
        subject = str(one.subject)
        number, verdict, why, seen = before.get(subject, (0, "revoke", "", None))
        same = seen == run or verdict != "approve"
        if verdict == one.verdict and (verdict == "revoke" or (why == one.why and same)):
            continue
        before[subject] = (number + 1, one.verdict, one.why, run)
        rows.append(
            {
                "contributor": contributor,
                "subject": subject,
                "number": number + 1,
                "verdict": one.verdict,
                "why": one.why,
                "by": getpass.getuser() if by is None else by,
                "at": now(),
                "submission": submission,
                "run": run,
            }
        )
    if rows:
        connection.execute(insert(decisions), rows)
    return len(rows)


def _last(
    connection: Connection, contributor: int, subjects: set[str]
) -> dict[str, tuple[int, str, str, int | None]]:
    """Subject -> number, verdict and reason of its last decision, and the run that was seen."""
    of = decisions.c
    query = select(of.subject, of.number, of.verdict, of.why, of.run)
    query = query.where(decisions.c.contributor == contributor)
    if len(subjects) == 1:  # as most often, by the index
        only = query.where(decisions.c.subject == next(iter(subjects)))
        query = only.order_by(decisions.c.number.desc()).limit(1)
    else:
        query = query.order_by(decisions.c.number)
    return {
        subject: (number, verdict, why, run)
        for subject, number, verdict, why, run in connection.execute(query)
        if subject in subjects
    }


def in_force(
    connection: Connection, contributor: int, kind: Kind | None = None
) -> Mapping[Subject, Row[tuple[object, ...]]]:
    """What holds now of a contributor's: subject -> its last decision, unless that revokes.

    Args:
        connection: of `Ledger.reading`.
        contributor: id.
        kind: of subject; all of them where ``None``.
    """
    last = (
        select(decisions.c.subject, func.max(decisions.c.number).label("number"))
        .where(
            decisions.c.contributor == contributor,
            decisions.c.subject.startswith(f"{kind}/" if kind else ""),
        )
        .group_by(decisions.c.subject)
        .subquery()
    )
    rows = connection.execute(
        select(decisions)
        .join(
            last,
            and_(decisions.c.subject == last.c.subject, decisions.c.number == last.c.number),
        )
        .where(decisions.c.contributor == contributor)
        .order_by(decisions.c.id)
    )
    return {Subject.read(row.subject): row for row in rows if row.verdict != "revoke"}
