"""`tenhours inbox`: what lies in the inbox and what it waits for."""

import time
from pathlib import Path

from flows.say import say
from selection.exit_codes import PASS


def inbox(folder: Path, *, reports: Path, settle_s: float = 60.0, names: bool = False) -> int:
    """List each entry of an inbox: its state, its report and what it waits for.

    States are new, changed, arriving, being scored, scored, refused, waiting (for you) and skipped
    (a note, a thumbnail file, a half download: no submission). Reads only what the scheduled runs
    noted; changes nothing.

    Args:
        folder: The inbox.
        reports: Where the scheduled runs put their reports.
        settle_s: Seconds without a change after which an entry is taken.
        names: Show each entry by its own name, which may name its contributor, not its digest.
    """
    from flows.entry import standing
    from flows.inbox import entries, is_junk, read_entry
    from flows.job import job_name

    for path in entries(folder):
        shown = path.name if names else job_name(path)
        if is_junk(path):
            if not path.name.startswith("."):
                say(f"{shown}: skipped, it is no submission")
            continue
        try:
            state, waits = standing(
                read_entry(path), reports / job_name(path), time.time(), settle_s
            )
        except OSError as error:
            say(f"{shown}: cannot be read ({error.strerror})")
            continue
        report = reports / job_name(path) / "report.html"
        say(f"{shown}: {state}" + (f"; waits for {waits}" if waits else ""))
        if report.exists():
            say(f"    {report}")
    return PASS
