"""Runners on this machine: threads, processes, or whichever are quicker."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing import resource_tracker

from clips.cpus import CPUS
from flows.measure import Done, Work, left, lost, run_batch
from flows.plan import Batch
from flows.runners.base import in_order
from flows.stop import SIGNALS, wait_if_leaving

PROCESSES_FROM_S = 60.0  # of audio: below, processes take longer to start than they save


@dataclass(frozen=True)
class Threads:
    """Threads of this process, which share each model."""

    workers: int = CPUS

    def run(self, work: Work, batches: Sequence[Batch]) -> Iterator[Done]:
        """As `Runner.run`."""
        return _on_threads(partial(run_batch, work), batches, self.workers)


@dataclass(frozen=True)
class Processes:
    """Processes of this machine, each with models of its own; one that dies is replaced.

    A batch whose process died is done again, once: then its clips wait for the next run.
    """

    workers: int = CPUS

    def run(self, work: Work, batches: Sequence[Batch]) -> Iterator[Done]:
        """As `Runner.run`."""
        mine = threading.local()  # each thread drives one process
        started: list[ProcessPoolExecutor] = []

        def start() -> ProcessPoolExecutor:
            wait_if_leaving()
            # the working directory may be the submission, and is first where modules are looked for
            os.environ["PYTHONSAFEPATH"] = "1"
            resource_tracker.ensure_running()  # starting it unblocks the signals here
            # inherited: a signal to all of a terminal's processes is this one's to answer
            signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
            spawn = multiprocessing.get_context("spawn")
            process = ProcessPoolExecutor(1, spawn, initializer=_end_with_parent)
            started.append(process)
            return process

        def measure(batch: Batch) -> Done:
            for again in (False, True):
                mine.process = getattr(mine, "process", None) or start()
                missing = left(work, batch) if again else batch
                try:
                    done: Done = mine.process.submit(run_batch, work, missing).result()
                except BrokenProcessPool:
                    mine.process = None
                else:
                    return done
            return lost(batch, "the process that measured it ended, twice")

        try:
            yield from _on_threads(measure, batches, self.workers)
        finally:
            for each in started:
                each.shutdown(wait=False)


@dataclass(frozen=True)
class Local:
    """Threads or processes of this machine, whichever take less time.

    Threads wait for each other in all that is Python, processes have to start. On a GPU threads
    keep one model there, with the other scorers beside it.
    """

    workers: int = CPUS

    def run(self, work: Work, batches: Sequence[Batch]) -> Iterator[Done]:
        """As `Runner.run`."""
        few = sum(item.cost_s for batch in batches for item in batch) < PROCESSES_FROM_S
        kind = Threads if few or work.device == "cuda" or self.workers == 1 else Processes
        return kind(self.workers).run(work, batches)


def _on_threads(
    measure: Callable[[Batch], Done], batches: Sequence[Batch], workers: int
) -> Iterator[Done]:
    def submit(batch: Batch) -> Future[Done]:
        return pool.submit(measure, batch)

    pool = ThreadPoolExecutor(workers)
    at_once = False
    try:
        yield from in_order(submit, batches, 2 * workers)
    except BaseException as ending:
        # a signal that asks to end, such as Prefect's, does not wait for minutes of audio
        at_once = not isinstance(ending, Exception | GeneratorExit)
        raise
    finally:  # where a batch failed, the others are not begun
        pool.shutdown(wait=not at_once, cancel_futures=True)


def _end_with_parent() -> None:
    """End this process when the one that started it has, however it did."""
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
