"""The flows that `tenhours up` serves, in a process of its own: `python -m flows.serving JSON`."""

import sys
from collections.abc import Iterator
from typing import Any, cast

from prefect import serve
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import (
    ConcurrencyLimitConfig,
    ConcurrencyLimitStrategy,
)
from prefect.deployments.runner import RunnerDeployment
from prefect.events import DeploymentEventTrigger
from prefect.flows import Flow
from prefect.types.entrypoint import EntrypointType
from pydantic import BaseModel, ConfigDict

from flows.approval import approval
from flows.nightly import reselect
from flows.watch import watch_inbox

ONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)
ARRIVED = "tenhours.entry.arrived"


class Served(BaseModel):
    """What is served.

    Args:
        inbox: folder of submissions.
        reports: folder of their reports.
        policy: shipped name or TOML file.
        every_s: seconds from one look into the inbox to the next.
        store: folder or URL of the measurements; the user's where ``None``.
        selection: folder for the nightly selection; ``None`` for none.
        nightly: cron line of that, in UTC.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    inbox: str
    reports: str
    policy: str
    every_s: float
    store: str | None = None
    selection: str | None = None
    nightly: str = "0 3 * * *"


def deployments(served: Served) -> Iterator[RunnerDeployment]:
    """As `deployments/prefect.yaml` has them."""
    watched: dict[str, Any] = {
        "inbox": served.inbox,
        "out": served.reports,
        "policy": served.policy,
        "store": served.store,
    }
    arrived = DeploymentEventTrigger(
        name="an entry has arrived",
        expect={ARRIVED},
        parameters={"only": "{{ event.resource.entry }}"},
    )
    yield _deployed(
        watch_inbox,
        "inbox",
        interval=served.every_s,
        parameters=watched,
        concurrency_limit=ONE,
        triggers=[arrived],
    )
    yield _deployed(approval, "approval")
    if served.selection is not None:
        chosen = {"to": served.selection, "policy": served.policy}
        yield _deployed(reselect, "nightly", cron=served.nightly, parameters=chosen)


def _deployed(flow: Flow[..., Any], name: str, **how: Any) -> RunnerDeployment:
    """A deployment whose flow is found by its module, wherever that is run."""
    made: Any = flow.to_deployment(name, entrypoint_type=EntrypointType.MODULE_PATH, **how)
    return cast(RunnerDeployment, made)


def main(served: Served) -> None:
    """Look into the inbox now, and from then on serve what is deployed until this is ended."""
    made = list(deployments(served))
    inbox: Any = made[0].apply()
    with get_client(sync_client=True) as client:
        client.create_flow_run_from_deployment(inbox)
    serve(*made, pause_on_shutdown=False, print_starting_message=False)


if __name__ == "__main__":
    main(Served.model_validate_json(sys.argv[1]))
