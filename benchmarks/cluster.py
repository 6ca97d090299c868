"""A Dask cluster on an object store whose workers and scheduler are killed at random moments.

    python -m benchmarks.cluster [SUBMISSION] [--rounds N] [--scorers A,B]

Submission and measurements lie in buckets of a moto server; a scheduler and two workers run in
processes of their own. Each round begins with an empty store; in turn a worker and the scheduler
are killed (SIGKILL) at a random moment, the cluster is made whole and the command is run until it
finishes. Prints `key = value` lines: in how many rounds the tables are those of a run without a
cluster, and how many stored measurements were made again.
"""

import argparse
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
PATIENCE_S = 600
Process = subprocess.Popen[bytes]


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def started(*arguments: object) -> Process:
    return subprocess.Popen(
        [sys.executable, "-m", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@dataclass
class Cluster:
    """A scheduler and two workers, each replaced where it is gone."""

    address: str = ""
    scheduler: Process | None = None
    workers: list[Process] = field(default_factory=list)

    def mend(self) -> None:
        if self.scheduler is None or self.scheduler.poll() is not None:
            self.stop()
            port = free_port()
            self.address = f"tcp://127.0.0.1:{port}"
            self.scheduler = started(
                "distributed.cli.dask_scheduler", "--port", port, "--no-dashboard"
            )
        self.workers = [w for w in self.workers if w.poll() is None]
        while len(self.workers) < 2:
            worker = started(
                "distributed.cli.dask_worker", self.address, "--nthreads", 1, "--no-dashboard"
            )
            self.workers.append(worker)
        from distributed import Client

        with Client(self.address, timeout=60, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(2, timeout=120)

    def stop(self) -> None:
        for process in (*self.workers, *filter(None, [self.scheduler])):
            kill(process)
        self.workers, self.scheduler = [], None


@contextlib.contextmanager
def buckets(submission: Path) -> Iterator[str]:
    """A server with the submission in it; its address is in the environment of what is started."""
    import fsspec

    port = free_port()
    server = started("moto.server", "-p", port)
    os.environ |= {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    try:
        until_open(port)
        store = fsspec.filesystem("s3")
        store.mkdir("tenhours")
        store.put(str(submission), "tenhours/submission", recursive=True)
        yield "s3://tenhours"
    finally:
        kill(server)


def until_open(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    raise SystemExit("the object store does not start")


def score(path: object, out: Path, store: object, scorers: str, *more: object) -> Process:
    arguments = (
        "--out",
        out,
        "--store",
        store,
        "--scorers",
        scorers,
        "--batch-s",
        5,
        "--measure-all",
        *more,
    )
    return started("flows", "score", path, "--policy", ROOT / "examples/policy.toml", *arguments)


def stored(bucket: str) -> dict[str, int]:
    """Key of a stored measurement -> how often it is there."""
    import io

    import fsspec
    import pyarrow.parquet as pq

    files = fsspec.filesystem("s3", skip_instance_cache=True, use_listings_cache=False)
    found: dict[str, int] = {}
    for part in files.glob(f"{bucket}/scores/*/*.parquet"):
        scorer = part.rsplit("/", 2)[1]
        for key in pq.read_table(io.BytesIO(files.cat_file(part)), columns=["key"])["key"]:
            name = f"{scorer} {key}"
            found[name] = found.get(name, 0) + 1
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("submission", nargs="?", type=Path, default=ROOT / "examples/submission")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--scorers", default="loudness,artifacts,pauses")
    options = parser.parse_args()
    os.environ.setdefault("TENHOURS_KEY", "the key of a benchmark, 32 bytes")
    equal = again = runs = 0
    with tempfile.TemporaryDirectory() as name, buckets(options.submission) as bucket:
        folder = Path(name)
        began = time.monotonic()
        score(options.submission, folder / "alone", folder / "store", options.scorers).wait()
        whole_s = time.monotonic() - began
        expected = pd.read_csv(folder / "alone" / "verdicts.csv")
        cluster = Cluster()
        try:
            for number in range(options.rounds):
                store = f"{bucket}/{uuid.uuid4().hex}"
                victim = ("worker", "scheduler")[number % 2]
                cluster.mend()
                moment = random.uniform(0.2, 1.2) * whole_s
                for attempt in range(5):
                    out = folder / f"{number}"
                    runner = ("--runner", f"dask://{cluster.address.removeprefix('tcp://')}")
                    run = score(f"{bucket}/submission", out, store, options.scorers, *runner)
                    runs += 1
                    if attempt == 0:
                        with contextlib.suppress(subprocess.TimeoutExpired):
                            run.wait(moment)
                        doomed = cluster.workers[0] if victim == "worker" else cluster.scheduler
                        if doomed is not None:
                            kill(doomed)
                        if victim == "worker":
                            cluster.mend()
                    code = run.wait(PATIENCE_S)
                    print(f"# round {number}: {victim} at {moment:.1f} s, exit {code}", flush=True)
                    cluster.mend()
                    if code == 0:
                        break
                again += sum(times - 1 for times in stored(store).values())
                found = pd.read_csv(folder / f"{number}" / "verdicts.csv")
                equal += expected.equals(found)
        finally:
            cluster.stop()
    print(f"rounds = {options.rounds}\nruns = {runs}\ntables_equal = {equal}")
    print(f"stored_and_measured_again = {again}")


if __name__ == "__main__":
    main()
