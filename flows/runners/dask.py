"""Batches on a Dask cluster: `--runner dask://HOST:PORT`, or `dask` for one of this machine."""

import hashlib
import logging
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clips.errors import ScoringError
from flows.measure import Done, Work, left, lost, run_batch
from flows.plan import Batch
from flows.runners.base import in_order

_PATIENCE_S = 30


@dataclass(frozen=True, repr=False)
class Task:
    """All that a worker is sent: a batch, and what opens and measures it.

    Its repr, which Dask writes into its logs, names nobody. Store, submission and models lie at the
    same places for all workers: on a shared file system, the submission also in an object store.
    """

    work: Work
    batch: Batch

    @property
    def mark(self) -> Path:
        """Tells that the batch was begun: its worker may have died after it stored some of it."""
        keys = "\n".join(f"{name} {key}" for t in self.batch for name, key in t.keys.items())
        return self.work.store / "begun" / hashlib.sha256(keys.encode()).hexdigest()[:32]

    def __call__(self) -> Done:
        """Measure the batch, and of one that was begun before what is not stored."""
        if self.mark.exists():
            return run_batch(self.work, left(self.work, self.batch))
        if isinstance(self.mark, Path):
            self.mark.parent.mkdir(parents=True, exist_ok=True)
        self.mark.write_bytes(b"")
        return run_batch(self.work, self.batch)


@dataclass(frozen=True)
class _Sent:
    future: Any
    task: Task

    def result(self) -> Done:
        from distributed import CancelledError, KilledWorker

        try:
            done: Done = self.future.result()
        except KilledWorker:
            done = lost(self.task.batch, "the workers that measured it ended, each time")
        except CancelledError:
            raise ScoringError(
                "the Dask scheduler ended during the run. What was measured is kept: start it and"
                " run the same command again"
            ) from None
        self.task.mark.unlink(missing_ok=True)
        return done


class Dask:
    """A Dask cluster.

    Args:
        address: of its scheduler, such as ``tcp://10.0.0.1:8786``; ``""`` starts a cluster of
            processes on this machine for as long as the run lasts.
        workers: processes of a cluster of this machine; elsewhere how many there are counts.

    Raises:
        ScoringError: Dask is not installed, or no scheduler answers.
    """

    def __init__(self, address: str, workers: int) -> None:
        self.address = address
        self._close: list[Callable[[], object]] = []
        self._client = self._connect(workers) if address else None
        self.workers = self._threads() if self._client else workers

    def _threads(self) -> int:
        """Threads of all workers, once there is one."""
        client: Any = self._client
        try:
            client.wait_for_workers(1, timeout=_PATIENCE_S)
        except TimeoutError:
            raise ScoringError(
                f"the Dask scheduler {self.address} has no workers; start some"
            ) from None
        return sum(client.nthreads().values())

    def run(self, work: Work, batches: Sequence[Batch]) -> Iterator[Done]:
        """As `Runner.run`."""
        if not batches:
            return
        client = self._client or self._connect(self.workers)

        def send(batch: Batch) -> _Sent:
            task = Task(work, batch)
            key = f"measure-{uuid.uuid4().hex}"
            return _Sent(client.submit(task, key=key, pure=False), task)

        try:
            yield from in_order(send, batches, 2 * self.workers)
        finally:
            for close in reversed(self._close):
                close()

    def _connect(self, workers: int) -> Any:
        try:
            from distributed import Client, LocalCluster
        except ImportError:
            raise ScoringError(
                "--runner dask needs Dask: pip install 'tenhours[score,dask]'"
            ) from None
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # it is said in words
        place: Any = self.address
        if not place:
            place = LocalCluster(  # type: ignore[no-untyped-call]
                n_workers=workers, threads_per_worker=1, dashboard_address=None, memory_limit=0
            )
            self._close.append(place.close)
        try:
            client = Client(place, timeout=_PATIENCE_S, set_as_default=False)  # type: ignore[no-untyped-call]
        except OSError as error:
            raise ScoringError(
                f"no Dask scheduler answers at {self.address} ({error}). Start one (dask scheduler)"
            ) from None
        self._close.append(client.close)
        return client
