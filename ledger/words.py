"""What the ledger says of a submission that is scored now."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Row, func, select

from clips.table import Clip
from ledger.arrivals import agreed_arrival, approved_stages
from ledger.decide import Subject, in_force
from ledger.known import Known
from ledger.lookup import id_of
from ledger.tables import arrivals, contributors, decisions, runs, submissions, verdicts
from ledger.tables import clips as clips_table
from selection.decisions import Decided, Word, words_by_key


def known(
    connection: Connection,
    pseudonym: str,
    digest: str,
    clips: Iterable[Clip],
    voices: dict[str, str],
) -> Known:
    """What counts for a submission.

    Args:
        connection: of `Ledger.reading`.
        pseudonym: of the contributor.
        digest: of the submission.
        clips: of the submission.
        voices: voice -> as the ledger has it.
    """
    who = id_of(connection, pseudonym)
    if who is None:
        return Known()
    said = in_force(connection, who)
    words = {
        subject: Word(row.verdict in ("approve", "accept"), str(row.why))
        for subject, row in said.items()
    }
    sent = connection.execute(select(submissions).where(submissions.c.digest == digest)).first()
    whole = words.get(Subject("stage", f"{sent.stage}/{sent.id}")) if sent else None
    of_voice = {
        voice: word
        for voice, name in voices.items()
        if (word := words.get(Subject("voice", name))) is not None
    }
    of_clip = {s.name: word for s, word in words.items() if s.kind == "clip"}
    earlier = {
        key: Word(True, why, earlier=True)
        for key, why in accepted_then(connection, who, said).items()
    }
    clips = list(clips)
    declined = {
        voice
        for voice in voices
        if (word := of_voice.get(voice, whole)) is not None and not word.accepts
    }
    of_clips = words_by_key((c for c in clips if c.voice not in declined), earlier | of_clip)
    of_clips |= words_by_key((c for c in clips if c.voice in declined), of_clip)
    return Known(
        frozenset(approved_stages(connection, who)),
        agreed_arrival(connection, who),
        Decided(of_clips, of_voice, whole),
    )


def accepted_then(
    connection: Connection, contributor: int, said: Mapping[Subject, Row[tuple[object, ...]]]
) -> dict[str, str]:
    """Key of each clip that was accepted where a payload, samples or a voice were approved -> why.

    A word on a stage that is not the submission's own opens the next one and is about nothing else.

    Args:
        connection: of `Ledger.reading`.
        contributor: id.
        said: what holds, as `ledger.decide.in_force` tells it.
    """
    mine = select(submissions.c.id, submissions.c.stage)
    mine = mine.where(submissions.c.contributor == contributor)
    own = {Subject("stage", f"{row.stage}/{row.id}") for row in connection.execute(mine)}
    keys: dict[str, str] = {}
    for subject, row in said.items():
        if row.verdict == "approve" and row.run and (subject.kind == "voice" or subject in own):
            voice = subject.name if subject.kind == "voice" else None
            keys |= dict.fromkeys(_accepted(connection, row.run, voice), str(row.why))
    return keys


def latest_words(connection: Connection) -> dict[str, str]:
    """Pseudonym -> names the last that was decided about, or agreed with, a contributor.

    Whoever has no word yet is not in it.
    """
    of = contributors.c.id
    query = (
        select(contributors.c.pseudonym, func.max(decisions.c.id), func.max(arrivals.c.id))
        .outerjoin(decisions, decisions.c.contributor == of)
        .outerjoin(arrivals, arrivals.c.contributor == of)
        .group_by(contributors.c.pseudonym)
    )
    return {
        str(pseudonym): f"{decided or 0}/{agreed or 0}"
        for pseudonym, decided, agreed in connection.execute(query)
        if decided or agreed
    }


def clip_words(connection: Connection, pseudonym: str) -> dict[str, str]:
    """Key of each clip of a contributor that was decided about -> accept or reject."""
    who = id_of(connection, pseudonym)
    if who is None:
        return {}
    said = in_force(connection, who, "clip")
    return {subject.name: str(row.verdict) for subject, row in said.items()}


def _accepted(connection: Connection, run: int, voice: str | None) -> list[str]:
    """Keys of the clips that a run accepted, of all voices or of one.

    Where it accepted none, as of what the terms refused as a whole, those of the first run since
    that accepted any: it took up what was said.
    """
    origin = func.coalesce(runs.c.same_as, runs.c.id)
    keys = (
        select(runs.c.id, verdicts.c.key)
        .join(verdicts, verdicts.c.run == origin)
        .where(verdicts.c.verdict == "accept")
    )
    if voice is not None:
        keys = keys.join(
            clips_table,
            (clips_table.c.contributor == verdicts.c.contributor)
            & (clips_table.c.key == verdicts.c.key),
        ).where(clips_table.c.voice == voice)
    sent = select(runs.c.submission).where(runs.c.id == run).scalar_subquery()
    since = keys.where(runs.c.submission == sent, runs.c.id >= run).subquery()
    first = select(func.min(since.c.id)).scalar_subquery()
    return [str(key) for key in connection.scalars(select(since.c.key).where(since.c.id == first))]
