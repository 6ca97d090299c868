"""Processes that decide at the same time, on SQLite and on PostgreSQL: is anything lost?

    python -m benchmarks.ledger [--decisions 2000] [--processes 4] [--ledger PATH_OR_URL]

Each process adds so many decisions, each in a transaction of its own, about the same seven clips
of one contributor. Prints `key = value` lines for each database: decisions kept and lost, faults of
the numbering, decisions that stand before an earlier one of the same process, processor time of all
processes for a decision, and the seconds that all of it took.
"""

import argparse
import itertools
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from ledger.check import faults
from ledger.decide import Decision, Subject, Verdict, decide
from ledger.lookup import contributor
from ledger.record import contributor as add
from ledger.store import init, open_ledger
from ledger.tables import decisions

CLIPS = 7


def hammer(where: str, number: int, each: int) -> None:
    """Add so many decisions as the process of this number."""
    ledger = open_ledger(where)
    for turn in range(each):
        with ledger.writing() as connection:
            who, _ = contributor(connection, "c-1")
            subject = Subject("clip", f"{turn % CLIPS}")
            verdict: Verdict = "accept" if (turn + number) % 2 else "reject"
            added = decide(connection, who, [Decision(subject, verdict, f"{number}-{turn}")])
        assert added == 1
    ledger.engine.dispose()


def hammered(where: str, each: int, processes: int) -> dict[str, float]:
    """Figures of so many processes with so many decisions each, on a ledger that is made."""
    with init(where).writing() as connection:
        add(connection, "c-1")
    wall, cpu = time.monotonic(), _children_s()
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=hammer, args=(where, n, each)) for n in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    wall, cpu = time.monotonic() - wall, _children_s() - cpu
    with open_ledger(where).reading() as connection:
        found = faults(connection)
        said = list(connection.scalars(select(decisions.c.why).order_by(decisions.c.id)))
    wanted = {f"{number}-{turn}" for number in range(processes) for turn in range(each)}
    return {
        "decisions": len(said),
        "lost": len(wanted - set(said)),
        "faults": len(found) + len(said) - len(set(said)),
        "out_of_order": sum(_backwards(said, number) for number in range(processes)),
        "exit_codes": sum(abs(worker.exitcode or 0) for worker in workers),
        "cpu_ms_each": 1000 * cpu / max(1, len(said)),
        "seconds": wall,
    }


def _backwards(said: list[str], number: int) -> int:
    mine = [int(why.partition("-")[2]) for why in said if why.startswith(f"{number}-")]
    return sum(later < earlier for earlier, later in itertools.pairwise(mine))


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _places() -> Iterator[tuple[str, str]]:
    """Name and address of a new SQLite, and of a new PostgreSQL where that is installed."""
    from tests.postgres import binaries, server

    with tempfile.TemporaryDirectory() as folder:
        yield "sqlite", str(Path(folder, "ledger.db"))
    if binaries() is not None:
        with server() as address:
            yield "postgresql", address.format(database="postgres")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--decisions", type=int, default=2000, help="of each process")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--ledger", help="a new one here; a new one of either kind where not given")
    asked = parser.parse_args()
    for name, where in [("given", asked.ledger)] if asked.ledger else _places():
        for key, value in hammered(where, asked.decisions, asked.processes).items():
            print(f"{name}_{key} = {value:g}", flush=True)


if __name__ == "__main__":
    main()
