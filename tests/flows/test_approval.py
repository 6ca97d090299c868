"""A flow run that waits for a word: a real server, suspended and resumed."""

import asyncio
import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import State
from prefect.exceptions import PrefectException
from prefect.settings import PREFECT_API_URL

from flows.approval import approval
from ledger.decide import Subject, in_force
from ledger.record import record
from ledger.store import Ledger, init
from tests.conftest import ROOT
from tests.ledger.test_ledger import run as scored

DIGEST = "ab" * 32


@pytest.fixture
def kept(tmp_path: Path) -> Ledger:
    ledger = init(str(tmp_path / "ledger.db"))
    with ledger.writing() as connection:
        record(connection, scored())
    return ledger


def go(run_id: object) -> None:
    """What a worker does with a run: its own process, told which it is."""
    environment = {
        **os.environ,
        "PREFECT__FLOW_RUN_ID": str(run_id),
        "PREFECT_API_URL": str(PREFECT_API_URL.value()),
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run(
        [sys.executable, "-m", "prefect.engine"],
        env=environment,
        check=False,
        timeout=200,
        cwd=ROOT,
    )


def state(client: SyncPrefectClient, run_id: object) -> State:
    found = client.read_flow_run(run_id).state  # type: ignore[arg-type]
    assert found is not None
    return found


def verdict(ledger: Ledger) -> str | None:
    with ledger.reading() as connection:
        said = in_force(connection, 1).get(Subject("stage", "payload/1"))
    return None if said is None else f"{said.verdict}: {said.why}"


def test_a_run_waits_for_a_word_and_an_empty_one_is_none(
    prefect_server: None, kept: Ledger, tenhours, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment = asyncio.run(_deploy())
    with get_client(sync_client=True) as client:
        parameters = {"submission": DIGEST[:12], "ledger": kept.name}
        first, second = (
            client.create_flow_run_from_deployment(deployment, parameters=parameters).id
            for _ in range(2)
        )
        go(first)
        assert state(client, first).name == "Suspended"
        # in the UI: nothing is filled in, so that nothing is approved
        with contextlib.suppress(PrefectException):
            client.resume_flow_run(first, run_input={})
        assert state(client, first).name == "Suspended"
        assert verdict(kept) is None
        monkeypatch.setenv("PREFECT_API_URL", str(PREFECT_API_URL.value()))
        assert tenhours("decline", DIGEST[:8], "--why", "too thin", "--ledger", kept.name) == 0
        assert state(client, first).name == "Resuming"
        go(first)
        assert state(client, first).is_completed()
        assert verdict(kept) == "decline: too thin"
        go(second)  # a word is there already
        assert state(client, second).is_completed()


async def _deploy():
    deployment = await approval.ato_deployment("approval")
    deployment.entrypoint = f"{ROOT}/flows/approval.py:approval"
    return await deployment.aapply()
