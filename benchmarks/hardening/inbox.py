"""The hostile corpus as entries of one inbox, with good ones among them, until all are settled."""

import contextlib
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.hardening.watcher import prefect_server, watch
from clips import isolated, isolated_labels
from clips.errors import TenhoursError
from flows.entry import REFUSED, STATE
from flows.job import job_name
from flows.outputs import FILES
from flows.watch import KINDS
from tests.clips.zoo import REFUSED as TURNED_AWAY
from tests.clips.zoo import build, cases
from tests.flows.hostile import watched_memory
from tests.flows.test_watch import small

GOOD = 3
ROUNDS = 4
SCORERS = ("loudness",)
SETTLED = {"unchanged", "skipped"}


def fill(inbox: Path, folder: Path, count: int, chance: random.Random) -> dict[Path, bool]:
    """So many entries, of which as many cases as there are: path -> whether it must be refused."""
    entries = {}
    for number, case in enumerate(chance.sample(every := cases(), min(count, len(every)))):
        path = build(case, folder / f"{number}")
        if not path.is_relative_to(folder) or not path.exists():  # a path that no inbox can hold
            continue
        entry = inbox / f"{number:03d}-{path.name}"
        path.rename(entry)
        entries[entry] = case.expected == TURNED_AWAY
    for number in range(GOOD):
        entries[small(inbox / f"{number * count // GOOD:03d}-good", 2)] = False
    return entries


def ended(out: Path) -> str:
    """What an entry's folder shows: a whole set, a reason why there is none, or something else."""
    there = {name for name in FILES if (out / name).exists()}
    if (out / REFUSED).exists():
        why = (out / REFUSED).read_text(encoding="utf-8").strip()
        return "refused" if why and not there else "mixed"
    return "scored" if there == set(FILES) else "mixed" if there else "nothing"


def hostile(folder: Path, count: int, chance: random.Random) -> Iterator[tuple[str, object]]:
    """Fill an inbox and watch it, round after round, until nothing is left to do."""
    inbox, out = folder / "inbox", folder / "out"
    inbox.mkdir()
    entries = fill(inbox, folder / "made", count, chance)
    counts: dict[str, int] = {}
    seconds: list[float] = []
    failed = 0
    with prefect_server(folder / "prefect") as server, watched_memory() as peaks:
        for _ in range(ROUNDS):
            begun = time.monotonic()
            try:
                folders = (inbox, out, folder / "store")
                counts = watch(*folders, server, runner="threads", scorers=SCORERS, seconds=seconds)
            except TenhoursError as error:
                failed += 1
                print(f"# {error}", flush=True)
            print(f"# a round of {time.monotonic() - begun:.0f} s: {counts}", flush=True)
            if not any(counts.get(kind) for kind in set(KINDS) - SETTLED):
                break
        isolated.close()
        isolated_labels.close()
    found = {entry: ended(out / job_name(entry)) for entry in entries}
    right = {True: "refused", False: "scored"}
    wrong = {e.name: found[e] for e, refused in entries.items() if found[e] != right[refused]}
    for name, what in wrong.items():
        print(f"# {name}: {what}", flush=True)
    settled = sum((out / job_name(entry) / STATE).exists() for entry in entries)
    yield from (("entries", len(entries)), ("settled", settled), ("rounds_that_failed", failed))
    yield from sorted(Counter(found.values()).items())
    yield "as_expected", len(entries) - len(wrong)
    yield "most_memory_of_a_process_mib", round(max(peaks.values()) / 1024)
    with contextlib.suppress(statistics.StatisticsError):
        yield "median_s", round(statistics.median(seconds), 1)
        yield "longest_s", round(max(seconds), 1)
