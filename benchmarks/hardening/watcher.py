"""The watcher with few scorers, and the Prefect server that it reports to."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from benchmarks.cluster import free_port
from flows.prefect_run import score_as_flow
from flows.request import Request
from flows.watch import watch_inbox
from tests.conftest import POLICY
from tests.flows.test_watch import reachable, running, wait


@contextmanager
def prefect_server(home: Path) -> Iterator[str]:
    """The address of a server, which outlives the watchers that are killed.

    The one that PREFECT_API_URL names, or a new one.
    """
    if address := os.environ.get("PREFECT_API_URL"):
        yield address
        return
    home.mkdir()
    port = free_port()
    address = f"http://127.0.0.1:{port}/api"
    told = {"PREFECT_HOME": str(home), "PREFECT_API_URL": address}
    start = ["server", "start", "--port", str(port)]
    with running(start, os.environ | told, home / "server.log"):
        wait(lambda: reachable(port), 300, "the server")
        yield address


def watch(
    inbox: Path, out: Path, store: Path, server: str, *, runner: str, **asked: Any
) -> dict[str, int]:
    """One round of the watcher, which would score with all scorers, asking for this besides.

    A list ``seconds`` takes how long each entry was at work.
    """
    seconds: list[float] = asked.pop("seconds", [])

    def with_few(request: Request, *more: Any) -> Any:
        begun = time.monotonic()
        try:
            return score_as_flow(request.model_copy(update=asked), *more)
        finally:
            seconds.append(time.monotonic() - begun)

    with pytest.MonkeyPatch.context() as patched, temporary_settings({PREFECT_API_URL: server}):
        patched.setattr("flows.watch.score_as_flow", with_few)
        counts: dict[str, int] = watch_inbox(
            str(inbox), str(out), policy=str(POLICY), store=str(store), runner=runner, settle_s=0.0
        )
    return counts
