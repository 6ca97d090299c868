"""Where batches are measured: a runner maps them to what they came to."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol

from clips.cpus import CPUS
from flows.measure import Done, Work, run_batch
from flows.plan import Batch


class Runner(Protocol):
    """Measures the batches of a run."""

    def __call__(self, work: Work, batches: Iterable[Batch]) -> Iterator[Done]:
        """Yield what each batch came to, in their order, while others are under way.

        A batch that is done is stored, so that a run which ends early loses those under way alone.
        """
        ...


class Future(Protocol):
    """A result to come."""

    def result(self) -> Any: ...


def threads(work: Work, batches: Iterable[Batch]) -> Iterator[Done]:
    """A thread of this process for each processor; models are loaded once for all of them."""
    with ThreadPoolExecutor(CPUS) as pool:
        try:
            measure = partial(run_batch, work)
            yield from in_order(partial(pool.submit, measure), batches, 2 * CPUS)
        finally:  # where a batch failed, the others are not begun
            pool.shutdown(wait=False, cancel_futures=True)


def in_order(
    submit: Callable[[Batch], Future], batches: Iterable[Batch], ahead: int
) -> Iterator[Done]:
    """The batches' results in their order; so many batches are handed over ahead of the oldest."""
    waiting: deque[Future] = deque()
    for batch in batches:
        waiting.append(submit(batch))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
