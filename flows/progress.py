"""Progress with an estimate: a bar on a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from flows.say import say

LINE_EVERY_S = 15.0


class Progress(Protocol):
    """Is told how many seconds of audio are done."""

    def advance(self, seconds: float) -> None: ...


class _Lines:
    def __init__(self, total_s: float, label: str) -> None:
        self.total_s, self.label = total_s, label
        self.done_s = 0.0
        self.start = self.last = time.monotonic()

    def advance(self, seconds: float) -> None:
        self.done_s += seconds
        now = time.monotonic()
        if now - self.last >= LINE_EVERY_S or self.done_s >= self.total_s:
            self.last = now
            took = now - self.start
            left = took * (self.total_s - self.done_s) / max(self.done_s, 1e-9)
            say(
                f"{self.label}: {clock(self.done_s)} of {clock(self.total_s)} of audio,"
                f" {clock(took)} so far, about {clock(left)} to go",
                error=True,
            )


class _Bar:
    def __init__(self, advance: "object", task: "object") -> None:
        self._advance, self._task = advance, task

    def advance(self, seconds: float) -> None:
        self._advance(self._task, seconds)  # type: ignore[operator]


@contextmanager
def progress(total_s: float, label: str) -> Iterator[Progress]:
    """Show progress towards a total of seconds of audio, on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(total_s, label)
        return
    with RichProgress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
    ) as bar:
        yield _Bar(bar.advance, bar.add_task(label, total=total_s))


def clock(seconds: float) -> str:
    """Hours, minutes and seconds.

    Example:
        >>> clock(59.6), clock(3725)
        ('1:00', '1:02:05')
    """
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
