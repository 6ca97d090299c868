"""What was agreed with contributors, and what a gate elsewhere has to know of them."""

from datetime import UTC, datetime
from typing import get_args

from sqlalchemy import Connection, func, insert, select

from clips.submission_file import Stage
from ledger.decide import in_force
from ledger.store import now
from ledger.tables import arrivals, contributors


def agree(connection: Connection, contributor: int, arrival: datetime, why: str) -> None:
    """Keep an arrival that was agreed; the latest day counts. A time without a zone is UTC."""
    day = arrival if arrival.tzinfo else arrival.replace(tzinfo=UTC)
    connection.execute(
        insert(arrivals).values(
            contributor=contributor,
            agreed=day.astimezone(UTC).isoformat(timespec="seconds"),
            why=why,
            at=now(),
        )
    )


def agreed_arrival(connection: Connection, contributor: int) -> datetime | None:
    """The latest day that was agreed."""
    day = connection.scalar(
        select(func.max(arrivals.c.agreed)).where(arrivals.c.contributor == contributor)
    )
    return datetime.fromisoformat(day) if day else None


def approved_stages(connection: Connection, contributor: int) -> list[Stage]:
    """Stages of any submission of theirs that are approved, in order."""
    approved = {
        subject.name.partition("/")[0]
        for subject, row in in_force(connection, contributor, "stage").items()
        if row.verdict == "approve"
    }
    stages: tuple[Stage, ...] = get_args(Stage)
    return [stage for stage in stages if stage in approved]


def approvals_toml(connection: Connection) -> str:
    """A table for each contributor of whom something was approved or agreed."""
    parts = ["# Written by `tenhours ledger export --for-ci`: pseudonyms, and no names."]
    everyone = select(contributors.c.id, contributors.c.pseudonym).order_by(
        contributors.c.pseudonym
    )
    for who, pseudonym in connection.execute(everyone).all():
        stages, day = approved_stages(connection, who), agreed_arrival(connection, who)
        if not stages and day is None:
            continue
        listed = ", ".join(f'"{stage}"' for stage in stages)
        parts += ["", f"[contributors.{pseudonym}]", f"stages = [{listed}]"]
        parts += [f"agreed_arrival = {day.isoformat()}"] if day else []
    return "\n".join(parts) + "\n"
