"""A run, kept: who sent what, what was found, and what came of it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from ledger.lookup import id_of, last_run
from ledger.store import add, now
from ledger.tables import (
    clips,
    contributors,
    findings,
    names,
    runs,
    standings,
    submissions,
    verdicts,
)

Values = Mapping[str, object]


@dataclass(frozen=True)
class Recorded:
    """A run as the ledger keeps it: pseudonyms, digests and numbers; no text of a label.

    Args:
        pseudonym: of the contributor.
        name: of the contributor, for the one table of names; ``""`` where it is not known.
        digest: of the submission's content.
        stage: of the submission.
        policy: name.
        policy_sha256: digest of all that it says.
        scorers: name -> version.
        version: of tenhours.
        out: folder of the report.
        clips: ``key, voice, seconds, audio_sha256, text_sha256, language, file``, each key once.
        verdicts: ``place, key, verdict, decided_by, selected, score`` of each clip in order.
        findings: ``level, voice, place, rule, verdict, value, bound, unit``.
        standings: ``voice, tone, language, hours_offered, hours_accepted, hours_selected, status``.
    """

    pseudonym: str
    name: str
    digest: str
    stage: str
    policy: str
    policy_sha256: str
    scorers: Mapping[str, str]
    version: str
    out: str
    clips: Sequence[Values] = field(default_factory=list)
    verdicts: Sequence[Values] = field(default_factory=list)
    findings: Sequence[Values] = field(default_factory=list)
    standings: Sequence[Values] = field(default_factory=list)

    @cached_property
    def outcome(self) -> str:
        """Digest of what came of it."""
        tables = (self.verdicts, self.findings, self.standings)
        rows = [[sorted(row.items()) for row in table] for table in tables]
        return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()


def record(connection: Connection, run: Recorded) -> int:
    """Add a run and return its id. One that came to the same as the last is a line, no more.

    Args:
        connection: of `Ledger.writing`.
        run: what is kept of it.
    """
    who = contributor(connection, run.pseudonym, run.name)
    sent = submission(connection, run.digest, who, run.stage)
    last = last_run(connection, sent)
    same = (last.same_as or last.id) if last and last.outcome == run.outcome else None
    key = connection.execute(
        insert(runs).values(
            submission=sent,
            at=now(),
            policy=run.policy,
            policy_sha256=run.policy_sha256,
            scorers=json.dumps(dict(run.scorers), sort_keys=True),
            version=run.version,
            outcome=run.outcome,
            same_as=same,
            out=run.out,
        )
    ).inserted_primary_key
    assert key is not None  # noqa: S101 - it has one
    run_id = int(key[0])
    if same is None:
        known = set(connection.scalars(select(clips.c.key).where(clips.c.contributor == who)))
        new = [row for row in run.clips if row["key"] not in known]
        add(connection, clips, [{"contributor": who, **row} for row in new])
        own = {"contributor": who, "run": run_id}
        add(connection, verdicts, [{**own, **row} for row in run.verdicts])
        add(
            connection,
            findings,
            [{"run": run_id, "number": i, **row} for i, row in enumerate(run.findings)],
        )
        add(connection, standings, [{"run": run_id, **row} for row in run.standings])
    return run_id


def contributor(connection: Connection, pseudonym: str, name: str = "") -> int:
    """The id of a contributor, who is added where they are new."""
    adding = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(
        adding(contributors).values(pseudonym=pseudonym, since=now()).on_conflict_do_nothing()
    )
    if name:
        connection.execute(
            adding(names).values(pseudonym=pseudonym, name=name).on_conflict_do_nothing()
        )
    who = id_of(connection, pseudonym)
    assert who is not None  # noqa: S101 - it was added where it was missing
    return who


def submission(connection: Connection, digest: str, who: int, stage: str) -> int:
    """The id of a submission, which is added where it is new."""
    adding = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(
        adding(submissions)
        .values(digest=digest, contributor=who, stage=stage, at=now())
        .on_conflict_do_nothing()
    )
    return int(
        connection.scalars(select(submissions.c.id).where(submissions.c.digest == digest)).one()
    )
