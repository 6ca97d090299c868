"""Ctrl-C stops at once: what was measured is stored batch by batch, and that is all there is."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 128 + signal.SIGINT
SAID = "tenhours: stopped; what was measured is kept, run again to go on"
_PATIENCE_S = 2.0
Handler = Callable[[int, FrameType | None], None]
_held: dict[signal.Signals, Any] = {}
_leaving = threading.Event()


@contextmanager
def stopping_at_once() -> Iterator[None]:
    """From here on Ctrl-C ends the process and all that it started; so do SIGTERM and SIGHUP.

    The exit code is 128 and the signal's number, 130 for Ctrl-C. An exception would wait for the
    batches under way, minutes of audio each, and then for a server of Prefect that the same Ctrl-C
    has ended. A signal that is ignored, as under `nohup`, stays so. Only the main thread may ask
    for this.
    """
    # here: not at the start of every command, and not by a handler
    import psutil  # noqa: F401

    import clips.sources.tar  # noqa: F401

    with answering(_stop):
        yield


@contextmanager
def answering(handler: Handler) -> Iterator[None]:
    """Answer the signals that ask to stop, but for those that are ignored; `hold` does it again.

    Only the main thread may ask for this.
    """
    before, outer = _usual(), dict(_held)
    _held.update({s: signal.SIG_IGN if h is signal.SIG_IGN else handler for s, h in before.items()})
    hold()
    try:
        yield
    finally:
        _held.clear()
        _held.update(outer)
        for each, usual in before.items():
            signal.signal(each, usual)


def _usual() -> dict[signal.Signals, Any]:
    """What answers now; one that was not set by Python cannot be put back, and stays."""
    return {s: usual for s in SIGNALS if (usual := signal.getsignal(s)) is not None}


@contextmanager
def told_at_once(act: Callable[[], None]) -> Iterator[None]:
    """Call ``act`` as soon as a signal asks to stop; then it takes its usual way.

    An exception waits for the batches under way, and whoever asks may not: `tenhours up` kills
    after a minute, a worker of Prefect after 30 seconds. A thread other than the main one, which
    no signal reaches, is told nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = _usual()

    def handle(number: int, frame: FrameType | None) -> None:
        act()
        usual = before[signal.Signals(number)]
        if callable(usual):
            usual(number, frame)
        else:
            signal.signal(number, usual)
            os.kill(os.getpid(), number)

    with answering(handle):
        yield


def hold() -> None:
    """Put the handlers in place again: a flow of Prefect takes SIGTERM for itself when it starts.

    Nothing where nobody asked to be told.
    """
    for each, handler in _held.items():
        signal.signal(each, handler)


def wait_if_leaving() -> None:
    """Hold a thread for good once this process is on its way out.

    Before a process is started: one that replaces what was just killed would outlive this one.
    """
    if _leaving.is_set():
        threading.Event().wait()


def _stop(number: int, frame: FrameType | None) -> None:
    """Leave at once, whatever the threads are at.

    No exit functions are run: Prefect's wait for the server, which may have ended.
    """
    del frame
    try:
        from clips.sources.tar import remove_drafts

        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        _leaving.set()
        _end_children()
        remove_drafts()
        _end_children()  # one that was about to start
        show_cursor = "\x1b[?25h" if sys.stderr.isatty() else ""
        os.write(sys.stderr.fileno(), f"{show_cursor}\n{SAID}\n".encode())
    finally:
        os._exit(128 + number)


def _end_children() -> None:
    """End the decoders and the server, which may outlive this process and hold its terminal."""
    import psutil

    children = psutil.Process().children(recursive=True)
    for child in children:
        try:
            child.kill()
        except psutil.Error:
            continue
    psutil.wait_procs(children, timeout=_PATIENCE_S)
