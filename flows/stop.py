"""Ctrl-C stops at once: what was measured is stored batch by batch, and that is all there is."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 128 + signal.SIGINT
SAID = "tenhours: stopped; what was measured is kept, run again to go on"
_PATIENCE_S = 2.0
_held: dict[signal.Signals, Any] = {}


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

    before = {each: signal.getsignal(each) for each in SIGNALS}
    _held.update({s: signal.SIG_IGN if h is signal.SIG_IGN else _stop for s, h in before.items()})
    hold()
    try:
        yield
    finally:
        _held.clear()
        for each, handler in before.items():
            signal.signal(each, handler)


def hold() -> None:
    """Put the handlers in place again: a flow of Prefect takes SIGTERM for itself when it starts.

    Nothing where nobody asked to stop at once, such as in a deployment.
    """
    for each, handler in _held.items():
        signal.signal(each, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    """Leave at once, whatever the threads are at.

    No exit functions are run: Prefect's wait for the server, which may have ended.
    """
    del frame
    try:
        from clips.sources.tar import remove_drafts

        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        _end_children()
        remove_drafts()
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
