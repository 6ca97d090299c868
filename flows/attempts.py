"""How often an entry of the inbox was begun and not brought to its end, so that poison is counted.

It is noted before an entry is begun. One that kills its process, hangs until it is stopped or needs
more memory than there is leaves the note behind; after `MOST` of them the entry waits for the
maintainer, and the rest go on. An attempt that the system was in the way of is nobody's fault: the
next ones are as far apart, and there is no last one.
"""

import contextlib
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from flows.files import write_text

ATTEMPTS = "attempts.json"
MOST = 3
_PAUSES_S = (0.0, 3600.0)  # before the second and the third attempt


@dataclass(frozen=True)
class Attempts:
    """What was begun in vain.

    Args:
        of: digest of the entry and of all that it was scored with: a change begins anew.
        entry: fingerprint of the entry alone.
        begun: how often.
        at: when last, in seconds since the epoch.
        hindered: how often the system was in the way, beside those.
    """

    of: str
    entry: str
    begun: int = 0
    at: float = 0.0
    hindered: int = 0

    @property
    def waits(self) -> bool:
        """Whether it is the maintainer's turn."""
        return self.begun >= MOST

    def is_early(self, now: float) -> bool:
        """Whether the next attempt is for a later run; not where the clock was set back since."""
        before = self.begun + self.hindered
        pause_s = _PAUSES_S[min(before, len(_PAUSES_S)) - 1]
        return before > 0 and 0 <= now - self.at < pause_s


def attempts(folder: Path, state: Mapping[str, object]) -> Attempts:
    """What is noted in an entry's output folder about its present state."""
    digest = hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:16]
    found = last_attempts(folder)
    if found and found.of == digest:
        return found
    return Attempts(digest, str(state["fingerprint"]))


def last_attempts(folder: Path) -> Attempts | None:
    """What is noted in an entry's output folder, whatever state that is about."""
    note = read_note(folder / ATTEMPTS)
    try:
        return Attempts(
            of=str(note["of"]),
            entry=str(note["entry"]),
            begun=int(note["begun"]),
            at=float(note["at"]),
            hindered=int(note["hindered"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def begin(folder: Path, before: Attempts) -> None:
    """Note that one more attempt begins."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(replace(before, begun=before.begun + 1, at=time.time()), folder)


def hinder(folder: Path, before: Attempts) -> None:
    """Note that the system was in the way of the attempt that was begun after those before."""
    _write(replace(before, hindered=before.hindered + 1, at=time.time()), folder)


def end(folder: Path) -> None:
    """Note that it came to its end, whatever that was."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        (folder / ATTEMPTS).unlink()


def read_note(path: Path) -> dict[str, Any]:
    """A state file's content; nothing where it is not there, empty or torn: it is made anew."""
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _write(now: Attempts, folder: Path) -> None:
    write_text(json.dumps(asdict(now)) + "\n", folder / ATTEMPTS)
