"""What the ledger says of a submission that is scored now."""

from collections.abc import Iterable
from typing import get_args

from sqlalchemy import Connection, func, select

from clips.submission_file import Stage
from clips.table import Clip
from ledger.arrivals import agreed_arrival
from ledger.decide import in_force
from ledger.known import Known
from ledger.lookup import id_of
from ledger.tables import arrivals, contributors, decisions, runs, submissions, verdicts
from ledger.tables import clips as clips_table
from selection.decisions import Decided, Word, words_by_key

_STAGES: tuple[Stage, ...] = get_args(Stage)


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
    by_key: dict[str, Word] = {}
    stages: set[Stage] = set()
    whole: Word | None = None
    of_voice: dict[str, Word] = {}
    sent = connection.scalar(select(submissions.c.id).where(submissions.c.digest == digest))
    for subject, row in said.items():
        word = Word(row.verdict in ("approve", "accept"), str(row.why))
        if subject.kind == "clip":
            continue
        stage, _, number = subject.name.partition("/")
        if subject.kind == "stage":
            stages |= {one for one in _STAGES if one == stage and word.accepts}
            whole = word if number == str(sent) else whole
        else:
            of_voice[subject.name] = word
        if word.accepts and row.run is not None:
            voice = subject.name if subject.kind == "voice" else None
            earlier = Word(True, word.why, earlier=True)
            by_key |= dict.fromkeys(accepted_by(connection, row.run, voice), earlier)
    for subject, row in said.items():
        if subject.kind == "clip":
            by_key[subject.name] = Word(row.verdict == "accept", str(row.why))
    decided = Decided(
        clips=words_by_key(clips, by_key),
        voices={voice: of_voice[name] for voice, name in voices.items() if name in of_voice},
        whole=whole,
    )
    return Known(frozenset(stages), agreed_arrival(connection, who), decided)


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


def accepted_by(connection: Connection, run: int, voice: str | None = None) -> list[str]:
    """Keys of the clips that a run accepted, of all voices or of one."""
    origin = func.coalesce(runs.c.same_as, runs.c.id)
    query = (
        select(verdicts.c.key)
        .join(runs, origin == verdicts.c.run)
        .where(runs.c.id == run, verdicts.c.verdict == "accept")
    )
    if voice is not None:
        query = query.join(
            clips_table,
            (clips_table.c.contributor == verdicts.c.contributor)
            & (clips_table.c.key == verdicts.c.key),
        ).where(clips_table.c.voice == voice)
    return [str(key) for key in connection.scalars(query)]
