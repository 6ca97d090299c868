"""Between a run and the ledger: what is known before it, and what is kept of it."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from clips.privacy import known_contributors
from clips.submission import Submission
from flows.redact import Hide
from flows.run import Run
from ledger.known import Known
from ledger.places import place
from selection.decisions import Decided, Word

if TYPE_CHECKING:
    from ledger.record import Recorded
    from ledger.store import Ledger

_APART = ("contributor", "notes")


def opened(given: str | None) -> "Ledger | None":
    """The ledger of a run: the one named, the setting's, or the user's own where there is one.

    Raises:
        LedgerError: the one that is named is not there, or of another version.
    """
    if (where := place(given)) is None:
        return None
    from ledger.store import open_ledger

    return open_ledger(where)


def names_known(given: str | None) -> dict[str, str]:
    """Pseudonym -> contributor: of the ledger, where there is one, and of the private map."""
    noted, ledger = known_contributors(), opened(given)
    if ledger is None:
        return noted
    from ledger.lookup import everyone

    with ledger.reading() as connection:
        return noted | everyone(connection)


def known_of(
    ledger: "Ledger | None", submission: Submission, pseudonym: str, digest: str, hide: Hide
) -> Known:
    """What the ledger knows of a submission and its contributor; nothing where there is none."""
    if ledger is None:
        return Known()
    from ledger.words import known

    voices = {clip.voice: hide(clip.voice) for clip in submission.clips}
    with ledger.reading() as connection:
        found = known(connection, pseudonym, digest, submission.clips, voices)
    of_payload = submission.description.stage == "payload"
    return replace(found, decided=replace(found.decided, of_payload=of_payload))


def words_now() -> dict[str, str]:
    """Pseudonym -> names the last word about each contributor; nothing without a ledger."""
    if (ledger := opened(None)) is None:
        return {}
    from ledger.words import latest_words

    with ledger.reading() as connection:
        return latest_words(connection)


def together(kept: Decided, given: Decided) -> Decided:
    """What is kept and what is given to this run, which stands before the former."""
    return replace(kept, clips={**kept.clips, **given.clips})


def keep(ledger: "Ledger", run: Run, out: Path, said: Mapping[str, Word]) -> None:
    """Add a finished run to the ledger, and what the maintainer said of its clips.

    Args:
        ledger: where to.
        run: finished.
        out: its folder.
        said: clip id -> the word that was given to the run, which every later one is to know.
    """
    from flows.deciding import hider, of_clips
    from ledger.decide import decide
    from ledger.lookup import submission
    from ledger.record import record

    kept = recorded(run, out)
    _ = kept.outcome  # made here, and not while others wait for the lock
    clips = run.decision.clips
    words = of_clips(said, dict(zip(clips["clip_id"], clips["clip_key"], strict=True)))
    with ledger.writing() as connection:
        number = record(connection, kept)
        if words:
            sent, hide = submission(connection, run.digest), hider(connection, run.pseudonym)
            words = [replace(word, why=hide(word.why)) for word in words]
            decide(connection, sent.contributor, words, submission=sent.id, run=number)


def kept_decisions(ledger: "Ledger | None", contributor: str, keys: set[str]) -> pd.DataFrame:
    """What the ledger holds about clips of a contributor: ``clip_key, decision``.

    A word on a clip counts, an approval of all that was accepted does not. Empty where there is no
    ledger, or nothing was decided.
    """
    said: dict[str, str] = {}
    if ledger is not None:
        from ledger.words import clip_words

        with ledger.reading() as connection:
            said = clip_words(connection, contributor)
    rows = [(key, decision) for key, decision in said.items() if key in keys]
    return pd.DataFrame(rows, columns=["clip_key", "decision"])


def digest_of(submission: Submission, pseudonym: str) -> str:
    """Names what was handed in, whatever it is called: digest of its description and clips."""
    said = asdict(submission.description)
    about = {name: value for name, value in said.items() if name not in _APART}
    keys = sorted(clip.key for clip in submission.clips)
    content = json.dumps([pseudonym, about, keys], sort_keys=True, default=str)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def recorded(run: Run, out: Path) -> "Recorded":
    """What the ledger keeps of a run, without names and texts."""
    from ledger.record import Recorded

    decision, described, hide = run.decision, run.submission.description, cache(run.hide)
    clips = decision.clips
    places = {clip_id: place for place, clip_id in enumerate(clips["clip_id"])}
    seen = clips.drop_duplicates("clip_key")
    return Recorded(
        pseudonym=run.pseudonym,
        name=described.contributor,
        digest=run.digest,
        stage=described.stage,
        policy=run.policy.name,
        policy_sha256=run.policy.sha256,
        scorers=run.versions,
        version=version("tenhours"),
        out=str(out.resolve()),
        clips=[
            {
                "key": key,
                "voice": hide(voice),
                "seconds": _number(seconds),
                "audio_sha256": audio,
                "text_sha256": text,
                "language": language,
                "file": hide(file),
            }
            for key, voice, seconds, audio, text, language, file in _rows(
                seen, "clip_key voice duration_s audio_sha256 text_sha256 language audio_file"
            )
        ],
        verdicts=[
            {
                "place": place,
                "key": key,
                "verdict": verdict,
                "decided_by": by,
                "selected": bool(selected),
                "score": _number(score),
            }
            for place, (key, verdict, by, selected, score) in enumerate(
                _rows(clips, "clip_key verdict decided_by selected score")
            )
        ],
        findings=[
            {
                "level": level,
                "voice": hide(voice),
                "place": places.get(clip_id),
                "rule": rule,
                "verdict": verdict,
                "value": _number(value),
                "bound": _number(bound),
                "unit": unit,
            }
            for level, voice, clip_id, rule, verdict, value, bound, unit in _rows(
                decision.findings, "level voice clip_id rule verdict value bound unit"
            )
        ],
        standings=[
            {
                "voice": name,
                "tone": hide(described.of(v.voice).tone),
                "language": described.of(v.voice).language,
                "hours_offered": v.hours_offered,
                "hours_accepted": v.hours_accepted,
                "hours_selected": v.hours_selected,
                "status": v.status,
            }
            for name, v in {hide(v.voice): v for v in decision.voices}.items()
        ],
    )


def _rows(table: pd.DataFrame, columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name].tolist() for name in columns.split()), strict=True)


def _number(value: object) -> float | None:
    if value is None or not isinstance(value, int | float) or math.isnan(value):
        return None
    return float(value)
