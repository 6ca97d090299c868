"""What the processes behind `clips.workers` have in common: they answer about open files."""

import contextlib
import json
import os
import resource
import socket
import sys
from collections.abc import Callable
from typing import Any

Answer = Callable[[Any, Any], tuple[dict[str, Any], Any]]


class Channel:
    """The worker's side of the connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def receive(self) -> tuple[Any, Any] | None:
        """A request and the file that came with it, or ``None`` for the end of the connection."""
        message, handles, _, _ = socket.recv_fds(self._connection, 65_536, 1)
        if not message:
            return None
        return json.loads(message), os.fdopen(handles[0], "rb") if handles else None

    def send(self, answer: dict[str, Any], content: Any = b"") -> None:
        """Send JSON and bytes, after their lengths."""
        encoded = json.dumps(answer).encode()
        self._connection.sendall(f"{len(encoded)}/{len(content)}".rjust(16).encode() + encoded)
        self._connection.sendall(content)


def connected() -> Channel:
    """The connection that this process was started with."""
    return Channel(socket.socket(fileno=int(sys.argv[2])))


def serve(channel: Channel, answer: Answer) -> None:
    """Answer requests until the other side closes the connection."""
    _confine(int(sys.argv[3]))
    while received := channel.receive():
        request, file = received
        channel.send(*_guarded(answer, request, file))


def _guarded(answer: Answer, request: Any, file: Any) -> tuple[dict[str, Any], Any]:
    try:
        with file:
            return answer(request, file)
    except MemoryError:
        return {"lost": "reading it takes more memory than is allowed"}, b""
    except Exception as error:
        return {"lost": f"its reader failed ({type(error).__name__}: {error})"}, b""


def _confine(memory_bytes: int) -> None:
    for limit, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
