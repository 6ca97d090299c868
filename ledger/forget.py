"""A contributor is forgotten: what names them and what they wrote goes, what was decided stays."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from ledger.store import now
from ledger.tables import clips, contributors, names, runs, submissions


@dataclass(frozen=True)
class Forgotten:
    """What has to go beside the ledger's own rows.

    Args:
        outs: folders of their reports, audio and tables.
        clips: digest of the audio, digest of the label and language of each, where nobody else
            sent the same audio.
    """

    outs: tuple[str, ...]
    clips: tuple[tuple[str, str, str], ...]


def belongings(connection: Connection, contributor: int) -> Forgotten:
    """What there is of a contributor outside of the ledger."""
    outs = connection.scalars(
        select(runs.c.out)
        .join(submissions, submissions.c.id == runs.c.submission)
        .where(submissions.c.contributor == contributor, runs.c.out.is_not(None))
        .distinct()
    ).all()
    others = select(clips.c.audio_sha256).where(clips.c.contributor != contributor)
    own = connection.execute(
        select(clips.c.audio_sha256, clips.c.text_sha256, clips.c.language).where(
            clips.c.contributor == contributor, clips.c.audio_sha256.not_in(others)
        )
    )
    digests = tuple((row.audio_sha256, row.text_sha256 or "", row.language) for row in own)
    return Forgotten(tuple(map(str, outs)), digests)


def forget(connection: Connection, contributor: int) -> None:
    """Remove the name, the digests of texts, names of files and places of reports."""
    pseudonym = select(contributors.c.pseudonym).where(contributors.c.id == contributor)
    connection.execute(delete(names).where(names.c.pseudonym.in_(pseudonym)))
    connection.execute(
        update(clips).where(clips.c.contributor == contributor).values(file=None, text_sha256=None)
    )
    sent = select(submissions.c.id).where(submissions.c.contributor == contributor)
    connection.execute(update(runs).where(runs.c.submission.in_(sent)).values(out=None))
    connection.execute(
        update(contributors).where(contributors.c.id == contributor).values(forgotten=now())
    )
