"""Decoding in worker processes, so that a hostile file costs one clip and not the run.

A worker gets an open file and nothing else: no path, no environment, no right to write a file, a
bound on memory and time. It answers with JSON and plain samples, never with a pickle. One that
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
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from clips.audio import LIMIT_S, Decoded
from clips.cpus import CPUS
from clips.errors import DecodeError, DecoderLost
from clips.limits import DEFAULT_LIMITS, Limits
from clips.table import AudioInfo

_WORKERS = min(4, CPUS)
_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from clips.worker import main; main()"
_MOST_BYTES = 1 << 30


class _LostError(Exception):
    """The worker is gone; the text says why."""


class _Worker:
    """One process, started when it is first asked."""

    def __init__(self, memory_bytes: int) -> None:
        self._memory_bytes = memory_bytes
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
            command = [sys.executable, "-I", "-c", _BOOT, root]
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and this package
                [*command, str(theirs.fileno()), str(self._memory_bytes)],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            )
        self._socket = ours
        return ours

    def ask(self, request: dict[str, Any], handle: int, timeout_s: float) -> tuple[Any, bytearray]:
        """Send a request with an open file; the answer is JSON and bytes."""
        try:
            channel = self._started()
            channel.settimeout(timeout_s)
            socket.send_fds(channel, [json.dumps(request).encode() + b"\n"], [handle])
            size, more = (int(part) for part in self._read(16).split(b"/"))
            if size > _MOST_BYTES or more > _MOST_BYTES:
                raise _LostError("its decoder answered nonsense")
            return json.loads(self._read(size)), self._read(more)
        except TimeoutError:
            self.stop()
            raise _LostError(f"decoding took longer than {timeout_s:g} s") from None
        except (OSError, ValueError) as error:
            code = self.stop()
            words = f"signal {-code}" if code and code < 0 else f"{code or error}"
            raise _LostError(f"its decoder crashed ({words})") from None

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


class DecodePool:
    """A few workers, shared by threads.

    Args:
        workers: processes at most.
        memory_bytes: address space of each.
        timeout_s: time for one file.
    """

    def __init__(
        self,
        workers: int = _WORKERS,
        memory_bytes: int = DEFAULT_LIMITS.decode_bytes,
        timeout_s: float = DEFAULT_LIMITS.decode_s,
    ) -> None:
        self.workers = tuple(_Worker(memory_bytes) for _ in range(workers))
        self.timeout_s = timeout_s
        self._free: queue.LifoQueue[_Worker] = queue.LifoQueue()  # starts no more than are needed
        for worker in self.workers:
            self._free.put(worker)
        self._finalizer = weakref.finalize(self, _stop_all, self.workers, os.getpid())

    def __enter__(self) -> "DecodePool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all workers."""
        self._finalizer()

    def decode(self, file: BinaryIO, limit_s: float = LIMIT_S, sha256: str = "") -> Decoded:
        """As `clips.audio.decode`; a crash, a hang or a lack of memory is a `DecodeError` too.

        Args:
            file: an open audio file.
            limit_s: length beyond which it is not decoded.
            sha256: digest that its bytes must have, ``""`` for any; of others nothing is returned.
        """
        answer, content = self._ask({"op": "decode", "limit_s": limit_s}, file)
        if sha256 and answer["sha256"] != sha256:
            raise DecoderLost("its content changed while it was being read")
        samples = np.frombuffer(content, np.float32)
        channels, rate_hz = int(answer["channels"]), int(answer["rate_hz"])
        faults = tuple(str(fault) for fault in answer["faults"])
        return Decoded(samples.reshape(channels, -1), rate_hz, faults)

    def header(self, file: BinaryIO, sha256: str) -> AudioInfo:
        """What the header says, by the library that reads the format."""
        answer, _ = self._ask({"op": "header"}, file)
        return AudioInfo(
            sha256,
            float(answer["duration_s"]),
            int(answer["sample_rate_hz"]),
            int(answer["channels"]),
            str(answer["codec"]),
            tuple(str(fault) for fault in answer["faults"]),
        )

    def _ask(self, request: dict[str, Any], file: BinaryIO) -> tuple[Any, bytearray]:
        worker = self._free.get()
        try:
            with _handle(file) as handle:
                answer, content = worker.ask(request, handle, self.timeout_s)
        except _LostError as error:
            raise DecoderLost(str(error)) from None
        finally:
            self._free.put(worker)
        if "lost" in answer:
            raise DecoderLost(str(answer["lost"])[:400])
        if "error" in answer:
            raise DecodeError(str(answer["error"])[:400])
        return answer, content


def _stop_all(workers: tuple[_Worker, ...], owner: int) -> None:
    if os.getpid() == owner:
        for worker in workers:
            worker.stop()


@contextlib.contextmanager
def _handle(file: BinaryIO) -> Iterator[int]:
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


_pools: dict[tuple[int, float, int], DecodePool] = {}
_making = threading.Lock()


def pool(limits: Limits = DEFAULT_LIMITS) -> DecodePool:
    """This process's pool under these limits."""
    wanted = (os.getpid(), limits.decode_s, limits.decode_bytes)
    with _making:
        if wanted not in _pools:
            _pools[wanted] = DecodePool(memory_bytes=limits.decode_bytes, timeout_s=limits.decode_s)
        return _pools[wanted]


def close() -> None:
    """End all workers of this process; the next call starts new ones."""
    with _making:
        while _pools:
            _pools.popitem()[1].close()


def decode(file: BinaryIO, limits: Limits = DEFAULT_LIMITS, sha256: str = "") -> Decoded:
    """As `clips.audio.decode`, in a worker process of this process's pool.

    Args:
        file: an open audio file.
        limits: bounds on memory and time.
        sha256: digest that its bytes must have, ``""`` for any.

    Raises:
        DecodeError: as there; and when the decoder crashes, hangs or wants too much memory, or the
            bytes are others.
    """
    return pool(limits).decode(file, sha256=sha256)
