"""Processes of one command: started out of reach of its terminal, ended with all they began."""

import contextlib
import ctypes
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

Part = subprocess.Popen[bytes]
_PR_SET_PDEATHSIG = 1  # of linux/prctl.h


def started(module: str, *arguments: str, environment: Mapping[str, str]) -> Part:
    """A module of Python as a process that Ctrl-C does not reach; its log is this process's.

    On Linux it is asked to end, by SIGTERM, when this process is killed. Neither it nor what it
    starts imports anything from the working directory.
    """
    return subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-P", "-m", module, *arguments],
        env={**environment, "PYTHONSAFEPATH": "1"},  # -P for what it starts: Prefect's runs
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_end_with_its_parent if sys.platform == "linux" else None,  # noqa: PLW1509
    )


def _end_with_its_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def family(part: Part) -> "list[psutil.Process]":
    """The processes that a part started, and those that they did; none where it is gone."""
    return _children(part.pid) if part.poll() is None else []


def end(
    part: Part,
    patience_s: float,
    *,
    is_asked: bool = True,
    known: "Sequence[psutil.Process]" = (),
) -> None:
    """End a process and all that it started: asked by SIGTERM, killed when patience is at its end.

    Args:
        part: the process.
        patience_s: seconds that they have.
        is_asked: whether the process itself is asked; killed at once where not, so that it starts
            no others while those that it has are ending.
        known: what it had started, which is ended where it is gone itself.
    """
    import psutil

    if part.poll() is not None:
        _end([each for each in known if each.is_running()], patience_s)
        return
    try:
        root = psutil.Process(part.pid)
        root.suspend()
        every = root.children(recursive=True)
        every.append(root)
        _send(every if is_asked else every[:-1], signal.SIGTERM)
        if not is_asked:
            root.kill()
        root.resume()
        _wait(every, patience_s)
    except psutil.NoSuchProcess:
        pass
    part.wait()


def _end(every: "list[psutil.Process]", patience_s: float) -> None:
    _send(every, signal.SIGTERM)
    _wait(every, patience_s)


def _wait(every: "list[psutil.Process]", patience_s: float) -> None:
    import psutil

    _, left = psutil.wait_procs(every, timeout=patience_s)
    left = [*(child for each in left for child in _children(each.pid)), *left]
    _send(left, signal.SIGKILL)
    psutil.wait_procs(left, timeout=patience_s)


def _send(processes: "Iterable[psutil.Process]", what: signal.Signals) -> None:
    import psutil

    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(what)


def _children(pid: int) -> "list[psutil.Process]":
    import psutil

    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []
