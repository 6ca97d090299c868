"""What the recogniser answered, kept on disk: a label that is edited decodes no audio again.

Everything that is asked of `scorers.asr.engine.Engine` depends on the audio, the question, the
weights and the code that answers. An answer is kept under the digest of all of them, so that a
change of what is compared later asks nothing twice, and a change of the code that answers does.
"""

import ast
import functools
import hashlib
import inspect
import pickle
import sqlite3
import textwrap
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
        code = "\0".join(parts_of(method))

        @functools.wraps(method)
        def answer(asked: Engine, *questions: Any, **named: Any) -> Any:
            parts = [code, asked.model.digest]
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


def parts_of(function: Answer) -> list[str]:
    """A function of the engine, without remarks, and whatever of the engine it uses, in turn."""
    found: dict[str, str] = {}
    left = [function]
    while left:
        asked = left.pop()
        if asked.__qualname__ in found:
            continue
        tree = ast.parse(textwrap.dedent(inspect.getsource(asked)))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
                node.body = node.body[1:] or [ast.Pass()]
        found[asked.__qualname__] = ast.unparse(tree)
        used = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        used |= {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        for name in used:
            value = getattr(Engine, name, vars(engine).get(name))
            if inspect.isfunction(value):
                left.append(value)
            elif isinstance(value, int | float | str | dict | tuple):
                found[name] = repr(value)
    return [f"{name} {found[name]}" for name in sorted(found)]


def _digest(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return hashlib.sha256(f"{value.dtype}{value.shape}".encode() + value.tobytes()).hexdigest()
    if isinstance(value, list):
        return " ".join(map(_digest, value))
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
