"""Voicepacks: every voice that met its minimum under the policy of its day earns one (R18)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, union_all

from clips.errors import LedgerError
from ledger.lookup import id_of
from ledger.store import now
from ledger.tables import contributors, deliveries, earned, runs, standings, submissions


@dataclass(frozen=True)
class Voicepack:
    """One voicepack that is owed, or was delivered.

    Args:
        contributor: pseudonym.
        voice: as the contributor labelled it.
        tone: the same.
        earned: when its minimum was first found met, by a run or over several payloads together.
        policy: by which that was found.
        delivered: when, ``""`` where it is owed.
    """

    contributor: str
    voice: str
    tone: str
    earned: str
    policy: str
    delivered: str = ""


def owed(connection: Connection) -> list[Voicepack]:
    """All voicepacks, by contributor and voice; what is owed has no day of delivery."""
    who = (contributors.c.pseudonym, contributors.c.id)
    by_run = (
        select(*who, standings.c.voice, standings.c.tone, runs.c.at, runs.c.policy)
        .join(runs, runs.c.id == standings.c.run)
        .join(submissions, submissions.c.id == runs.c.submission)
        .join(contributors, contributors.c.id == submissions.c.contributor)
        .where(standings.c.status != "parked")
    )
    together = select(*who, earned.c.voice, earned.c.tone, earned.c.at, earned.c.policy).join(
        contributors, contributors.c.id == earned.c.contributor
    )
    rows = connection.execute(union_all(by_run, together).order_by("at"))
    given = {
        (row.contributor, row.voice, row.tone): row.at
        for row in connection.execute(
            select(
                deliveries.c.contributor,
                deliveries.c.voice,
                deliveries.c.tone,
                func.max(deliveries.c.at).label("at"),
            ).group_by(deliveries.c.contributor, deliveries.c.voice, deliveries.c.tone)
        )
    }
    packs: dict[tuple[int, str, str], Voicepack] = {}
    for row in rows:
        key = (row.id, row.voice, row.tone)
        when = given.get(key, "")
        packs.setdefault(
            key, Voicepack(row.pseudonym, row.voice, row.tone, row.at, row.policy, when)
        )
    return sorted(packs.values(), key=lambda pack: (pack.contributor, pack.voice, pack.tone))


def earn(connection: Connection, voices: Iterable[tuple[str, str, str]], policy: str) -> None:
    """Keep that voices met their minimum over several payloads; what is owed already stays.

    Args:
        connection: of `Ledger.writing`.
        voices: pseudonym of the contributor, voice and tone as the contributor labelled them.
        policy: by which they met it.
    """
    there = {(pack.contributor, pack.voice, pack.tone) for pack in owed(connection)}
    for name, voice, tone in voices:
        if (name, voice, tone) not in there and (who := id_of(connection, name)) is not None:
            values = {"contributor": who, "voice": voice, "tone": tone, "policy": policy}
            connection.execute(insert(earned).values(**values, at=now()))


def deliver(connection: Connection, contributor: int, voice: str, tone: str, note: str) -> None:
    """Note that a voicepack was delivered.

    Args:
        connection: of `Ledger.writing`.
        contributor: id.
        voice: as the contributor labelled it.
        tone: the same; ``""`` where the voice was labelled with one alone.
        note: such as where it lies.

    Raises:
        LedgerError: none is owed, or it is not clear which.
    """
    name = connection.scalar(
        select(contributors.c.pseudonym).where(contributors.c.id == contributor)
    )
    open_ones = [
        pack
        for pack in owed(connection)
        if pack.contributor == name and pack.voice == voice and tone in ("", pack.tone)
    ]
    due = [pack for pack in open_ones if not pack.delivered]
    if len(due) != 1:
        why = "several tones are owed; give --tone" if due else "tenhours owed lists what is"
        raise LedgerError(f"{name} is not owed one voicepack of {voice}: {why}")
    connection.execute(
        insert(deliveries).values(
            contributor=contributor, voice=voice, tone=due[0].tone, note=note, at=now()
        )
    )
