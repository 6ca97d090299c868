"""What the recogniser answered, kept on disk: a label that is edited decodes no audio again.

Everything that is asked of `scorers.asr.engine.Engine` depends on the audio, the question, the
weights and the method that answers. An answer is kept under the digest of all of them, the method's
source included, so that a change of what is compared later asks nothing twice.
"""

import functools
import hashlib
import inspect
import json
import pickle
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from scorers.asr import engine
from scorers.asr.engine import Engine

Answer = Callable[..., Any]


class Passes:
    """Answers by key in an SQLite file; safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._local = threading.local()
        with self._open() as base:
            base.execute("PRAGMA journal_mode=WAL")
            base.execute("CREATE TABLE IF NOT EXISTS passes (key TEXT PRIMARY KEY, answer BLOB)")

    def kept(self, method: Answer) -> Answer:
        """The method, asked once for each recogniser and question."""
        source = hashlib.sha256(inspect.getsource(method).encode()).hexdigest()
        pinned = json.dumps(engine.PINNED, sort_keys=True)

        @functools.wraps(method)
        def answer(asked: Engine, *questions: Any, **named: Any) -> Any:
            parts = [method.__name__, source, pinned, asked.model.digest]
            parts += [_digest(value) for value in (*questions, *sorted(named.items()))]
            key = hashlib.sha256("\0".join(parts).encode()).hexdigest()
            found = self._open().execute("SELECT answer FROM passes WHERE key = ?", [key])
            for (known,) in found:
                return pickle.loads(known)
            new = method(asked, *questions, **named)
            with self._open() as base:
                base.execute(
                    "INSERT OR REPLACE INTO passes VALUES (?, ?)", [key, pickle.dumps(new)]
                )
            return new

        return answer

    def _open(self) -> sqlite3.Connection:
        base: sqlite3.Connection | None = getattr(self._local, "base", None)
        if base is None:
            base = self._local.base = sqlite3.connect(self._path, timeout=120)
        return base


def _digest(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return hashlib.sha256(f"{value.dtype}{value.shape}".encode() + value.tobytes()).hexdigest()
    return repr(value)


@contextmanager
def kept_in(folder: Path) -> Iterator[None]:
    """Within it, whatever a recogniser is asked is answered from the folder where it can be."""
    passes = Passes(folder / "passes.sqlite")
    asked = {
        name: method
        for name, method in vars(Engine).items()
        if inspect.isfunction(method) and not name.startswith("_")
    }
    for name, method in asked.items():
        setattr(Engine, name, passes.kept(method))
    try:
        yield
    finally:
        for name, method in asked.items():
            setattr(Engine, name, method)
