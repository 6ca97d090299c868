"""Ctrl-C stops at once: what was measured is stored batch by batch, and that is all there is."""

import atexit
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130
PATIENCE_S = 5.0
SAID = "tenhours: stopped; what was measured is kept, run again to go on"


@contextmanager
def stopping_at_once() -> Iterator[None]:
    """From here on Ctrl-C ends the process with exit code 130.

    An exception would wait for the batches under way, minutes of audio each, and then for a server
    of Prefect that the same Ctrl-C has ended. Only the main thread may ask for this.
    """
    before = signal.signal(signal.SIGINT, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _stop(number: int, frame: FrameType | None) -> None:
    del number, frame
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    show_cursor = "\x1b[?25h" if sys.stderr.isatty() else ""
    os.write(sys.stderr.fileno(), f"{show_cursor}\n{SAID}\n".encode())
    # what must not outlive the process: decoders, the server, unpacked archives
    cleaning = threading.Thread(target=atexit._run_exitfuncs, daemon=True)
    cleaning.start()
    cleaning.join(PATIENCE_S)
    os._exit(INTERRUPTED)
