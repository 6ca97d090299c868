"""The scheduled flow: scores each new or changed submission of an inbox once."""

import contextlib
import hashlib
import json
import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from prefect import flow

from clips.description import Stage
from clips.errors import SubmissionError, TenhoursError, is_passing
from flows.attempts import ATTEMPTS, attempts, begin, end, read_note
from flows.files import refuse_link, write_text
from flows.pipeline import Request
from flows.policies import checked_policy
from flows.prefect_run import job_name, score_as_flow
from flows.redact import without_path
from flows.runners import choose
from selection.policy import DEFAULT

log = logging.getLogger(__name__)
STATE = "watch.json"
ARRIVED = "arrived.json"
REFUSED = "refused.txt"


@dataclass(frozen=True)
class Arrival:
    """One entry of the inbox.

    Args:
        path: folder or archive.
        fingerprint: digest of the names, sizes and times of everything in it.
        newest: the latest change, in seconds since the epoch.
    """

    path: Path
    fingerprint: str
    newest: float

    @property
    def name(self) -> str:
        """Names the entry in outputs."""
        return job_name(self.path)


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
    runner: str = "auto",
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

    An entry that ended three runs before its own end (killed, out of memory, clips that could never
    be measured) waits until it changes or the maintainer removes its `attempts.json`; the rest go
    on. The second try is made by the next run, the third an hour later.

    ``runner`` says where clips are measured, as the option of `tenhours score` does.

    Returns:
        Counts: ``scored``, ``unchanged``, ``arriving``, ``refused``, ``later`` (tried again by a
        later run), ``waiting`` (for the maintainer).

    Raises:
        TenhoursError: single submissions could not be scored; all were tried.
    """
    judge = checked_policy(policy)
    kinds = ("scored", "unchanged", "arriving", "refused", "later", "waiting")
    count = dict.fromkeys(kinds, 0)
    faults: list[str] = []
    for arrival in arrivals(Path(inbox), faults):
        folder = Path(out) / arrival.name
        done = {
            "fingerprint": arrival.fingerprint,
            "policy_sha256": judge.sha256,
            "approved": sorted(approved or ()),
            "agreed": {name: str(day) for name, day in sorted((agreed or {}).items())},
            "asr": [asr_model, asr_second],
            "tenhours": version("tenhours"),
        }
        if read_note(folder / STATE) == done:
            count["unchanged"] += 1
            continue
        before = attempts(folder, done)
        if before.waits or before.is_early(time.time()):
            count["waiting" if before.waits else "later"] += 1
            if before.waits:
                said = "%s was begun %d times in vain and waits; to try again remove %s"
                log.error(said, arrival.name, before.begun, folder / ATTEMPTS)
            continue
        try:
            seen = _first_seen(arrival, folder)
            if 0 <= time.time() - arrival.newest < settle_s:
                count["arriving"] += 1
                continue
            begin(folder, before)
            refuse_link(arrival.path)
            request = Request(
                path=str(arrival.path),
                out=str(folder),
                policy=policy,
                asr_model=asr_model,
                asr_second=asr_second,
                store=store,
                approved=tuple(approved or ()),
                arrived=seen,
                agreed_arrivals=agreed or {},
            )
            unfinished = score_as_flow(request, choose(runner)).unfinished
            count["scored"] += 1
            (folder / REFUSED).unlink(missing_ok=True)
            if unfinished:  # the next run tries again what failed for a passing cause
                continue
        except SubmissionError as error:
            count["refused"] += 1
            folder.mkdir(parents=True, exist_ok=True)
            write_text(f"{without_path(str(error), str(arrival.path))}\n", folder / REFUSED)
            if _by_the_system(error):  # no fault of the submission: the next run tries again
                continue
        except (MemoryError, TimeoutError) as error:  # counted: it may be the entry's doing
            faults.append(_fault(arrival.name, error))
            continue
        except Exception as error:  # the other submissions still get their turn
            faults.append(_fault(arrival.name, error))
            end(folder)
            continue
        write_text(json.dumps(done) + "\n", folder / STATE)
        end(folder)
    if faults:
        # names and kinds only: Prefect keeps the message, and an error's own text may name a path
        listed = ", ".join(faults)
        raise TenhoursError(
            f"{len(faults)} submissions could not be scored: {listed}. The log has why; correct"
            " that, and the next run tries again"
        )
    return count


def arrivals(inbox: Path, faults: list[str]) -> Iterator[Arrival]:
    """The entries of an inbox by name; hidden ones are not submissions.

    An entry that cannot be read is left out and added to ``faults``.

    Raises:
        SubmissionError: the inbox is no folder.
    """
    if not inbox.is_dir():
        raise SubmissionError(f"inbox {inbox}: no such folder")
    for path in sorted(inbox.iterdir()):
        if path.name.startswith("."):
            continue
        try:
            arrival = _arrival(path)
        except FileNotFoundError:  # it is being moved: the next run sees it whole
            continue
        except OSError as error:
            faults.append(_fault(job_name(path), error))
            continue
        yield arrival


def _fault(name: str, error: Exception) -> str:
    log.error("%s could not be scored", name, exc_info=error)
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


def _arrival(path: Path) -> Arrival:
    digest = hashlib.sha256()
    newest = 0.0
    for name, info in sorted(_files(path)):
        digest.update(
            f"{name}\0{info.st_size}\0{info.st_mtime_ns}\n".encode("utf-8", "surrogatepass")
        )
        newest = max(newest, info.st_mtime)
    return Arrival(path, digest.hexdigest(), newest)


def _files(path: Path) -> Iterator[tuple[str, os.stat_result]]:
    if path.is_symlink() or not path.is_dir():
        yield "", path.lstat()
        return
    for folder, _, names in os.walk(path, onerror=_raise):
        yield folder[len(str(path)) :], Path(folder).lstat()
        for name in names:
            file = Path(folder, name)
            yield str(file.relative_to(path)), file.lstat()


def _raise(error: OSError) -> None:
    raise error


def _first_seen(arrival: Arrival, folder: Path) -> datetime:
    """When the entry was first seen as it is now; noted where this is the first time."""
    path = folder / ARRIVED
    noted = read_note(path)
    if noted.get("fingerprint") == arrival.fingerprint:
        with contextlib.suppress(KeyError, TypeError, ValueError):
            return datetime.fromisoformat(noted["seen"])
    now = datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    note = {"fingerprint": arrival.fingerprint, "seen": now.isoformat()}
    write_text(json.dumps(note) + "\n", path)
    return now
