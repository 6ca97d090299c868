"""Putting the maintainer's word into the ledger."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, select

from clips.errors import LedgerError
from clips.numbers import count
from clips.privacy import redactor
from clips.submission_file import Stage
from flows.say import say
from ledger.decide import Decision, Subject, Verdict, decide, in_force
from ledger.lookup import Sent, everyone, submission
from ledger.places import required
from ledger.store import Ledger, open_ledger
from ledger.tables import clips
from selection.decisions import Word
from selection.exit_codes import PASS

_OF_A_CLIP: dict[Verdict, Verdict] = {"approve": "accept", "decline": "reject"}


@dataclass(frozen=True)
class About:
    """What a decision is about, as a person names it.

    Args:
        submission: output folder, or first digits of a digest.
        stage: of it; its own where nothing is named.
        voice: of the contributor.
        clip: ``VOICE/FILE``, or a key.
        listed: CSV of decisions about clips.
    """

    submission: str
    stage: Stage | None = None
    voice: str | None = None
    clip: str | None = None
    listed: Path | None = None


def say_of(verdict: Verdict, about: About, why: str, revoke: bool, where: str | None) -> int:
    """Add decisions to the ledger and say what was added."""
    if sum(one is not None for one in (about.stage, about.voice, about.clip, about.listed)) > 1:
        raise LedgerError("give one of --stage, --voice, --clip and --from")
    if not why and about.listed is None:
        raise LedgerError('give the reason, which is kept: --why "..."')
    ledger = the_ledger(where)
    with ledger.reading() as connection:  # nobody waits while files are read
        sent = named_submission(connection, about.submission)
        hide = hider(connection, sent.pseudonym)
        if about.listed is not None:
            decisions = _listed(sent, about.listed, revoke)
        else:
            subject = _subject(
                connection, sent, replace(about, voice=about.voice and hide(about.voice))
            )
            mine = _OF_A_CLIP[verdict] if subject.kind == "clip" else verdict
            decisions = [Decision(subject, "revoke" if revoke else mine, why)]
        decisions = [Decision(one.subject, one.verdict, hide(one.why)) for one in decisions]
    with ledger.writing() as connection:
        added = decide(connection, sent.contributor, decisions, submission=sent.id, run=sent.run)
    if decisions[:1] and decisions[0].subject.kind == "stage" and not revoke:
        _tell_prefect(sent, decisions[0])
    say(f"{count(added, 'decision')} kept about {sent.pseudonym}, submission {sent.digest[:12]}.")
    if len(decisions) > added:
        say(f"{count(len(decisions) - added, 'decision')} said what is in force already.")
    return PASS


def _tell_prefect(sent: Sent, said: Decision) -> None:
    """Resume what waits for this word, where a server is named and this is no run of its own."""
    if "PREFECT_API_URL" not in os.environ or "PREFECT__FLOW_RUN_ID" in os.environ:
        return
    from flows.resume import resume

    verdict: Literal["approve", "decline"] = "approve" if said.verdict == "approve" else "decline"
    if runs := resume(sent.digest, verdict, said.why):
        say(f"{count(runs, 'flow run')} that waited for it resumed.")


def decided_already(named: str, where: str | None) -> bool:
    """Whether a word on a submission's stage is in force."""
    with the_ledger(where).reading() as connection:
        sent = submission(connection, named)
        stage = Subject("stage", f"{sent.stage}/{sent.id}")
        return stage in in_force(connection, sent.contributor, "stage")


def the_ledger(where: str | None) -> Ledger:
    """The ledger that a command is about.

    Raises:
        LedgerError: there is none.
    """
    return open_ledger(required(where))


def named_submission(connection: Connection, named: str) -> Sent:
    """The submission of an output folder, or of the first digits of a digest."""
    summary = Path(named, "summary.json")
    if summary.is_file():
        digest = json.loads(summary.read_text(encoding="utf-8")).get("submission", "")
        try:
            return submission(connection, digest)
        except LedgerError:
            raise LedgerError(
                f"{named} was scored without this ledger: score it again with --ledger"
            ) from None
    return submission(connection, named)


def hider(connection: Connection, about: str) -> Callable[[str], str]:
    """Takes names out of what is said of a contributor: theirs, in parts too, and all others'.

    Args:
        connection: of `Ledger.reading`.
        about: pseudonym.
    """
    known = everyone(connection)
    own = redactor([known[about]] if about in known else [])
    others = replace(redactor(known.values()), whole=True)
    return lambda text: others(own(text))


def _subject(connection: Connection, sent: Sent, about: About) -> Subject:
    if about.clip is not None:
        return Subject("clip", _key(connection, sent, about.clip))
    if about.voice is None:
        return Subject("stage", f"{about.stage or sent.stage}/{sent.id}")
    own = select(clips.c.voice).where(clips.c.contributor == sent.contributor).distinct()
    known = sorted(connection.scalars(own))
    if about.voice not in known:
        raise LedgerError(
            f"{sent.pseudonym} sent no voice {about.voice}; there are {', '.join(known)}"
        )
    return Subject("voice", about.voice)


def _key(connection: Connection, sent: Sent, named: str) -> str:
    """A clip's key, by itself or by voice and file."""
    voice, _, file = named.partition("/")
    found = set(
        connection.scalars(
            select(clips.c.key).where(
                clips.c.contributor == sent.contributor,
                (clips.c.key == named) | ((clips.c.voice == voice) & (clips.c.file == file)),
            )
        )
    )
    if len(found) != 1:
        many = "several clips are" if found else "no clip is"
        raise LedgerError(f"{many} known as {named}: give VOICE/FILE, or the clip_key")
    return str(found.pop())


def _listed(sent: Sent, path: Path, revoke: bool) -> list[Decision]:
    """What a CSV says, by clip; of copies that it parts one is accepted, and so the clip is."""
    import pandas as pd

    from selection.decision_table import read_decisions, words_of

    table = Path(sent.out or "", "clips.parquet")
    if sent.out is None or not table.is_file():
        raise LedgerError(f"the report of {sent.digest[:12]} is gone: score it again, then --from")
    scored = pd.read_parquet(table)
    key = dict(zip(scored["clip_id"], scored["clip_key"], strict=True))
    said = of_clips(words_of(scored, read_decisions(path)), key)
    return [replace(one, verdict="revoke") for one in said] if revoke else said


def of_clips(words: Mapping[str, Word], key: Mapping[str, str]) -> list[Decision]:
    """What was said of clips, by what they are whatever their files are called.

    Args:
        words: by clip id.
        key: of each clip, by its id.
    """
    by_key: dict[str, Decision] = {}
    for clip_id, word in words.items():
        if word.accepts or key[clip_id] not in by_key:
            verdict: Verdict = "accept" if word.accepts else "reject"
            by_key[key[clip_id]] = Decision(Subject("clip", key[clip_id]), verdict, word.why)
    return list(by_key.values())
