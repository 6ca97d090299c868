"""Worker processes that read files: what a hostile one costs is bounded.

A worker gets open files and nothing else: no path, no environment, no right to write a file, a
bound on memory and time. It answers with JSON and plain bytes, never with a pickle. One that
crashes or hangs is replaced.
"""

import contextlib
import json
import os
import queue
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Generic, Literal, Self, TypeVar

from clips.errors import DecoderLost, TenhoursError

_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from clips.{}_worker import main; main()"
_MOST_BYTES = 1 << 30
_ENVIRONMENT = {
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"),
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others reserve more address space than is allowed
}
LEAST_S = 5.0
Kind = Literal["audio", "label"]


class LostError(Exception):
    """The worker is gone; the text says why."""


class Worker:
    """One process, started when it is first asked."""

    def __init__(self, kind: Kind, memory_bytes: int) -> None:
        self._kind, self._memory_bytes = kind, memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def _started(self) -> socket.socket:
        if self._socket is not None:
            return self._socket
        ours, theirs = socket.socketpair()
        root = str(Path(__file__).parents[1])
        with theirs:
            command = [sys.executable, "-I", "-c", _BOOT.format(self._kind), root]
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and this package
                [*command, str(theirs.fileno()), str(self._memory_bytes)],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_ENVIRONMENT,
            )
        self._socket = ours
        return ours

    def ask(
        self, request: dict[str, Any], handle: int | None, timeout_s: float
    ) -> tuple[Any, bytearray]:
        """Send a short request, with an open file; the answer is JSON and bytes.

        Raises:
            LostError: the process ended or took too long; the next request starts another.
        """
        try:
            channel = self._started()
            channel.settimeout(timeout_s)
            message = json.dumps(request).encode()
            if handle is None:
                channel.sendall(message)
            else:
                socket.send_fds(channel, [message], [handle])
            size, more = (int(part) for part in self._read(16).split(b"/"))
            if size > _MOST_BYTES or more > _MOST_BYTES:
                raise LostError("its reader answered nonsense")
            return json.loads(self._read(size)), self._read(more)
        except TimeoutError:
            self.stop()
            raise LostError(f"reading it took longer than {timeout_s:.3g} s") from None
        except (OSError, ValueError) as error:
            code = self.stop()
            words = f"signal {-code}" if code and code < 0 else f"{code or error}"
            raise LostError(f"its reader crashed ({words})") from None

    def _read(self, size: int) -> bytearray:
        if self._socket is None:
            raise OSError("not connected")
        content = bytearray(size)
        view, at = memoryview(content), 0
        while at < size:
            count = self._socket.recv_into(view[at:])
            if not count:
                raise OSError("the connection was closed")
            at += count
        return content

    def stop(self) -> int | None:
        """End the process; its exit code where it had ended by itself."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None
        process, self._process = self._process, None
        if process is None:
            return None
        code: int | None = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = process.wait(0.2)
        if code is None:
            process.kill()
            process.wait()
        return code


class Workers:
    """A few workers of one kind, shared by threads.

    Time that is lost on files which hang is bounded: when `timeout_s` of it is used up, a file gets
    `LEAST_S` only. Each file that is read gives a second back.

    Args:
        kind: what they read.
        workers: processes at most.
        memory_bytes: address space of each.
        timeout_s: time for one file.
    """

    def __init__(self, kind: Kind, workers: int, memory_bytes: int, timeout_s: float) -> None:
        self.workers = tuple(Worker(kind, memory_bytes) for _ in range(workers))
        self.timeout_s = timeout_s
        self._lost_s = 0.0
        self._free: queue.LifoQueue[Worker] = queue.LifoQueue()  # starts no more than are needed
        for worker in self.workers:
            self._free.put(worker)
        self._finalizer = weakref.finalize(self, _stop_all, self.workers, os.getpid())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all workers."""
        self._finalizer()

    @property
    def left_s(self) -> float:
        """Time that the next file may take."""
        return min(self.timeout_s, max(LEAST_S, self.timeout_s - self._lost_s))

    @contextlib.contextmanager
    def one(self) -> Iterator[Worker]:
        """A worker of the caller's own, for one file.

        Raises:
            LostError: the caller's, after the time that it took is counted.
        """
        worker = self._free.get()
        begun = time.monotonic()
        try:
            yield worker
        except LostError:
            self._lost_s += time.monotonic() - begun
            raise
        except (OSError, TenhoursError):  # of the file, before the worker was asked
            raise
        except BaseException:
            worker.stop()  # what it would answer next belongs to nobody
            raise
        else:
            self._lost_s = max(0.0, self._lost_s - 1)
        finally:
            self._free.put(worker)


W = TypeVar("W", bound=Workers)


class Shared(Generic[W]):
    """Workers of this process, one set for each bound on memory and time, made when asked for.

    Args:
        make: a set, given the address space of each worker in bytes and the time for one file.
    """

    def __init__(self, make: Callable[[int, float], W]) -> None:
        self._make = make
        self._made: dict[tuple[int, int, float], W] = {}
        self._making = threading.Lock()

    def under(self, memory_bytes: int, timeout_s: float) -> W:
        """The set under these bounds; a process that was forked has its own."""
        wanted = (os.getpid(), memory_bytes, timeout_s)
        with self._making:
            if wanted not in self._made:
                self._made[wanted] = self._make(memory_bytes, timeout_s)
            return self._made[wanted]

    def close(self) -> None:
        """End all of them; the next call makes new ones."""
        with self._making:
            while self._made:
                self._made.popitem()[1].close()


def _stop_all(workers: tuple[Worker, ...], owner: int) -> None:
    if os.getpid() == owner:
        for worker in workers:
            worker.stop()


@contextlib.contextmanager
def handle_of(file: BinaryIO) -> Iterator[int]:
    """A descriptor of the file's whole content; what has none of its own is copied to one."""
    try:
        plain = getattr(file, "raw", file).__class__.__name__ == "FileIO"
        handle = file.fileno() if plain else -1
    except (OSError, AttributeError):
        handle = -1
    if handle >= 0:
        yield handle
        return
    with tempfile.TemporaryFile() as copy:
        try:
            file.seek(0)
            shutil.copyfileobj(file, copy, 1 << 20)
            copy.flush()
        except OSError as error:
            raise DecoderLost(f"it cannot be read ({error.strerror or error})") from None
        yield copy.fileno()
