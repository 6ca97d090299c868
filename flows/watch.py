"""The scheduled flow: scores each new or changed submission of an inbox once."""

import json
import logging
import time
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from prefect import flow

from clips.errors import SubmissionError, TenhoursError, is_passing
from clips.submission_file import Stage
from flows.attempts import ATTEMPTS, attempts, begin, end, hinder, read_note
from flows.entry import REFUSED, STATE, alone, first_seen
from flows.files import refuse_link, write_text
from flows.inbox import Arrival, arrivals, entries, is_junk
from flows.job import job_name
from flows.ledgers import words_now
from flows.notify import notify
from flows.pipeline import Outcome
from flows.policies import checked_policy
from flows.prefect_run import score_as_flow, show_entries
from flows.redact import without_path
from flows.request import Request
from flows.runners import choose
from flows.shelf import SHELF
from flows.stop import told_at_once
from selection.policy import DEFAULT

log = logging.getLogger(__name__)
_ABOUT, _WORD = "contributor", "word"
Note = dict[str, Any]
KINDS = (
    *("scored", "unchanged", "arriving", "refused", "later", "waiting"),
    *("busy", "skipped"),
)


@flow(name="watch-inbox", persist_result=False)
def watch_inbox(
    inbox: str,
    out: str,
    *,
    policy: str = DEFAULT,
    asr_model: str | None = None,
    asr_second: str | None = None,
    store: str | None = None,
    approved: list[Stage] | None = None,
    agreed: dict[str, datetime] | None = None,
    settle_s: float = 60.0,
    timeout_s: float | None = None,
    runner: str = "auto",
    only: str | None = None,
) -> dict[str, int]:
    """Score what is new or has changed in an inbox folder.

    Each entry of the inbox is one submission; its report goes to a folder of its own below ``out``.
    An entry that changed in the last ``settle_s`` seconds is still arriving and waits for the next
    run. One that is no submission is noted and left alone until it changes. A run that failed is
    tried again by the next one; what it had measured is kept. ``approved`` are the stages that the
    maintainer approved for whoever is in this inbox: a payload is selected from once its samples
    were. ``agreed`` are the arrival times that contributors were given, by their pseudonyms, for
    while the collection is paused; what arrived before the pause, and has not changed since, needs
    none.

    What was decided about a contributor in the ledger since, or agreed with them, has their entries
    scored again; nothing is measured again for that.

    An entry that ended three runs before its own end (killed, out of memory, clips that could never
    be measured) waits until it changes or the maintainer removes its `attempts.json`; the rest go
    on. The second try is made by the next run, the third an hour later. One that the operating
    system kept from being read (a full disk, a permission) never waits so: it is refused with the
    reason, and tried again by the next run and then every hour for as long as that lasts.

    One that another run is at is left to it. A note, a thumbnail file or a half download is
    skipped. ``timeout_s`` ends an entry that takes longer, which counts as begun in vain.

    ``runner`` says where clips are measured, as the option of `tenhours score` does. ``only`` names
    one entry by its digest, as `tenhours inbox` shows it: the others are left alone, and it is
    taken as it is, since whoever names it says that it is whole.

    Returns:
        Counts: ``scored``, ``unchanged``, ``arriving``, ``refused``, ``later`` (tried again by a
        later run), ``waiting`` (for the maintainer), ``busy`` (another run is at it), ``skipped``.

    Raises:
        TenhoursError: single submissions could not be scored; all were tried.
    """
    judge, words = checked_policy(policy), words_now()
    count = dict.fromkeys(KINDS, 0)
    faults: list[str] = []
    states: list[tuple[str, str]] = []

    def failed(path: Path, error: Exception) -> None:
        faults.append(_fault(job_name(path), error))
        states.append((job_name(path), "failed"))

    shared = {
        "policy_sha256": judge.sha256,
        "approved": sorted(approved or ()),
        "agreed": {name: str(day) for name, day in sorted((agreed or {}).items())},
        "asr": [asr_model, asr_second],
        "tenhours": version("tenhours"),
    }
    paths = entries(Path(inbox))
    count["skipped"] = sum(is_junk(p) and not p.name.startswith(".") for p in paths)
    for arrival in arrivals(paths, failed):
        if only not in (None, arrival.name):
            continue
        folder = Path(out) / arrival.name
        asked = Request(
            path=str(arrival.path),
            out=str(folder),
            policy=policy,
            asr_model=asr_model,
            asr_second=asr_second,
            store=store,
            shelf=str(Path(out, SHELF)),
            approved=tuple(approved or ()),
            agreed_arrivals=agreed or {},
        )
        done = {"fingerprint": arrival.fingerprint, **shared}
        try:
            with alone(folder) as mine:
                kind = "busy"
                if mine:
                    patience_s = settle_s if only is None else 0.0
                    kind = _not_yet(arrival, folder, done, patience_s, words) or _score(
                        arrival, asked, done, words=words, timeout_s=timeout_s, runner=runner
                    )
        except Exception as error:  # the other submissions still get their turn
            failed(arrival.path, error)
            continue
        count[kind] += 1
        states.append((arrival.name, kind))
    show_entries(states)
    if faults:
        # names and kinds only: Prefect keeps the message, and an error's own text may name a path
        listed = ", ".join(faults)
        raise TenhoursError(
            f"{len(faults)} submissions could not be scored: {listed}. The log has why; correct"
            " that, and the next run tries again"
        )
    return count


def _not_yet(
    arrival: Arrival, folder: Path, done: Note, settle_s: float, words: Mapping[str, str]
) -> str:
    """Why it is not an entry's turn, ``""`` where it is."""
    noted = read_note(folder / STATE)
    if noted and noted == done | _word_about(noted.get(_ABOUT), words):
        end(folder)  # what was begun in vain was of another state
        return "unchanged"
    before = attempts(folder, done)
    if before.waits:
        said = "%s was begun %d times in vain and waits; to try again remove %s"
        log.error(said, arrival.name, before.begun, folder / ATTEMPTS)
        return "waiting"
    if before.is_early(time.time()):
        return "later"
    first_seen(arrival, folder)
    return "arriving" if 0 <= time.time() - arrival.newest < settle_s else ""


def _score(
    arrival: Arrival,
    asked: Request,
    done: Note,
    *,
    words: Mapping[str, str],
    timeout_s: float | None,
    runner: str,
) -> str:
    """Score one entry; what became of it.

    Raises:
        Exception: it could not be scored, for a cause that may pass.
    """
    folder = Path(asked.out)
    seen = first_seen(arrival, folder)
    before = attempts(folder, done)
    begin(folder, before)
    request = asked.model_copy(update={"arrived": seen})
    try:
        refuse_link(arrival.path)
        with told_at_once(lambda: end(folder)):  # a stop is nobody's fault
            outcome = score_as_flow(request, choose(runner), timeout_s)
    except SubmissionError as error:
        why = f"{without_path(str(error), str(arrival.path))}\n"
        if _by_the_system(error):  # no fault of the submission: it is tried until that has passed
            hinder(folder, before)
            write_text(why, folder / REFUSED)
            if not before.hindered:
                _fault(arrival.name, error)
            return "refused"
        end(folder)
        write_text(why, folder / REFUSED)
        notify({"entry": arrival.name, "event": "refused"})
        kind = "refused"
    except (MemoryError, TimeoutError):  # counted: it may be the entry's doing
        raise
    except BaseException:  # a stop, too, in whatever form it comes out of Prefect
        end(folder)
        raise
    else:
        done = done | _word_about(outcome.run.pseudonym, words)
        (folder / REFUSED).unlink(missing_ok=True)
        kind = "scored"
        if outcome.unfinished:  # the next run tries again what failed for a passing cause
            return kind
        end(folder)
        notify(_told(arrival, outcome))
    write_text(json.dumps(done) + "\n", folder / STATE)
    return kind


def _word_about(contributor: object, words: Mapping[str, str]) -> Note:
    """What is noted beside the state, so that a later word has the entry scored again."""
    return {_ABOUT: contributor, _WORD: words.get(str(contributor), "")} if contributor else {}


def _told(arrival: Arrival, outcome: Outcome) -> dict[str, object]:
    """What a webhook is told of a verdict: digests, the pseudonym and counts."""
    verdicts = outcome.decision.clips["verdict"].value_counts()
    return {
        "event": "scored",
        "entry": arrival.name,
        "report": f"{arrival.name}/report.html",
        "contributor": outcome.run.pseudonym,
        "verdicts": {str(name): int(n) for name, n in verdicts.items()},
        "selected_hours": round(sum(v.hours_selected for v in outcome.decision.voices), 4),
    }


def _fault(name: str, error: Exception) -> str:
    log.error("%s could not be scored", name, exc_info=error)
    notify({"event": "failed", "entry": name, "error": type(error).__name__})
    return f"{name} ({type(error).__name__})"


def _by_the_system(error: BaseException | None) -> bool:
    """Whether a passing error of the operating system is behind it.

    Such an error has a cause or a context even where it is not shown. One that a file's content
    brings about, such as a place beyond the largest file, is the file's.
    """
    while error is not None:
        if isinstance(error, PermissionError | FileNotFoundError):
            return error.errno is not None
        if isinstance(error, OSError) and is_passing(error):
            return True
        error = error.__cause__ or error.__context__
    return False
