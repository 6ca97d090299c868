"""What is known of one entry of the inbox, in notes in its output folder."""

import contextlib
import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from clips.locks import held
from flows.attempts import ATTEMPTS, last_attempts, read_note
from flows.files import write_text
from flows.inbox import Arrival

STATE = "watch.json"
ARRIVED = "arrived.json"
REFUSED = "refused.txt"
_LOCK = ".lock"
NOTES = (STATE, ARRIVED, REFUSED, ATTEMPTS, _LOCK)


def first_seen(arrival: Arrival, folder: Path) -> datetime:
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


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether no other process is at an entry, which none is then until this is left.

    The lock goes with its process, whatever ends that.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with held(folder / _LOCK) as mine:
        yield mine


def standing(arrival: Arrival, folder: Path, now: float, settle_s: float) -> tuple[str, str]:
    """State of an entry and what it waits for, ``""`` for nothing."""
    if folder.is_dir() and _is_busy(folder):
        return "being scored", "the run that is at it"
    why, before = _refusal(folder), last_attempts(folder)
    if before and before.entry == arrival.fingerprint:
        if before.waits:
            said = f"begun {before.begun} times in vain; remove its {ATTEMPTS} to try again"
            return "waiting", f"you: {said}"
        if before.hindered and why:
            return "refused", f"the next try: {why}"
    done = read_note(folder / STATE)
    if done.get("fingerprint") == arrival.fingerprint:
        return ("refused", f"a change: {why}") if why else ("scored", "")
    if 0 <= now - arrival.newest < settle_s:
        return "arriving", f"no change for {settle_s:g} s"
    return ("changed" if done else "new"), "the next run"


def _refusal(folder: Path) -> str:
    """Why an entry was refused when it was last read, ``""`` where it was not."""
    try:
        return (folder / REFUSED).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def _is_busy(folder: Path) -> bool:
    try:
        with (folder / _LOCK).open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
