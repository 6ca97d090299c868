"""What a runner is: it maps batches to what they came to."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from flows.measure import Done, Work
from flows.plan import Batch


class Runner(Protocol):
    """Measures the batches of a run."""

    @property
    def workers(self) -> int:
        """How many batches are under way at once."""
        ...

    def run(self, work: Work, batches: Sequence[Batch]) -> Iterator[Done]:
        """Yield what each batch came to, in their order, while others are under way.

        A batch that is done is stored: a run that ends early loses those under way alone.
        """
        ...


class Result(Protocol):
    """What will come of a batch."""

    def result(self) -> Any: ...


def in_order(
    submit: Callable[[Batch], Result], batches: Sequence[Batch], ahead: int
) -> Iterator[Done]:
    """The batches' results in their order; so many batches are handed over ahead of the oldest."""
    waiting: deque[Result] = deque()
    for batch in batches:
        waiting.append(submit(batch))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
