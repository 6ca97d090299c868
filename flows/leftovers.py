"""Flow runs that a server holds for running, and that nobody is at any more."""

from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter
from prefect.states import Crashed

_AT_WORK = ["RUNNING", "PENDING", "CANCELLING"]
_PAGE = 200


def close_runs(api: str, why: str) -> int:
    """Mark the runs of deployments, and those below them, as crashed; how many those were.

    For a server whose runs are this machine's own, while nothing serves them.

    Args:
        api: address of the server.
        why: what is shown with the state.
    """
    wanted = FlowRunFilter.model_validate({"state": {"type": {"any_": _AT_WORK}}})
    found: list[UUID] = []
    with SyncPrefectClient(api) as client:
        read = 0
        while runs := client.read_flow_runs(flow_run_filter=wanted, limit=_PAGE, offset=read):
            read += len(runs)
            found += [run.id for run in runs if run.deployment_id or run.parent_task_run_id]
        for run_id in found:
            client.set_flow_run_state(run_id, Crashed(message=why), force=True)
    return len(found)
