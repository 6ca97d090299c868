"""Resuming the flow runs that wait for a word, where the word came by a command."""

import asyncio
from typing import Literal

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowFilter, FlowRunFilter
from prefect.exceptions import PrefectException

from flows.say import aside

FLOW = "approval"


def resume(digest: str, decision: Literal["approve", "decline"], why: str) -> int:
    """Resume what is suspended for a word on a submission, and return how many runs that were.

    A server that does not answer is said, and costs nothing.
    """
    try:
        return asyncio.run(_resume(digest, {"decision": decision, "why": why}))
    except (PrefectException, OSError) as error:
        aside(f"The word is kept; Prefect's server could not be told ({type(error).__name__})")
        return 0


async def _resume(digest: str, answer: dict[str, str]) -> int:
    async with get_client() as client:
        suspended = await client.read_flow_runs(
            flow_filter=FlowFilter.model_validate({"name": {"any_": [FLOW]}}),
            flow_run_filter=FlowRunFilter.model_validate(
                {"state": {"name": {"any_": ["Suspended"]}}}
            ),
        )
        mine = [run for run in suspended if digest.startswith(str(run.parameters["submission"]))]
        for run in mine:
            await client.resume_flow_run(run.id, run_input=answer)
    return len(mine)
