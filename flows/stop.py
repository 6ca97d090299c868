"""Ctrl-C stops at once: what was measured is stored batch by batch, and that is all there is."""

import contextlib
import os
import signal
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 128 + signal.SIGINT
PATIENCE_S = 5.0
SAID = "tenhours: stopped; what was measured is kept, run again to go on"


@contextmanager
def stopping_at_once() -> Iterator[None]:
    """From here on Ctrl-C ends the process and all that it started; so do SIGTERM and SIGHUP.

    The exit code is 128 and the signal's number, 130 for Ctrl-C. An exception would wait for the
    batches under way, minutes of audio each, and then for a server of Prefect that the same Ctrl-C
    has ended. A signal that is ignored, as under `nohup`, stays so. Only the main thread may ask
    for this.
    """
    stopped: SimpleQueue[bool] = SimpleQueue()
    # started now: the main thread may hold the locks that starting one takes when a signal comes
    cleaning = threading.Thread(target=_clean, args=(stopped,), daemon=True)
    cleaning.start()

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        show_cursor = "\x1b[?25h" if sys.stderr.isatty() else ""
        with contextlib.suppress(OSError):  # its terminal may be gone
            os.write(sys.stderr.fileno(), f"{show_cursor}\n{SAID}\n".encode())
        stopped.put(True)
        cleaning.join(PATIENCE_S)
        _end_children()  # those that were started meanwhile
        os._exit(128 + number)

    before = {s: h for s in SIGNALS if (h := signal.getsignal(s)) is not signal.SIG_IGN}
    for each in before:
        signal.signal(each, stop)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        stopped.put(False)


def _clean(stopped: "SimpleQueue[bool]") -> None:
    if stopped.get():
        _end_children()
        # unpacked archives; not all of atexit, where Prefect waits for the server that has ended
        weakref.finalize._exitfunc()  # type: ignore[attr-defined]


def _end_children() -> None:
    """End the decoders and the server, which may outlive this process and hold its terminal."""
    import psutil

    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
