"""A run as a flow run of Prefect, whose server then shows it.

Prefect keeps the parameters, names and errors of its runs. A submission's path may name its
contributor, so a flow run is named by a digest of it, and an error by its kind alone.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from prefect import flow
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.client.orchestration import get_client
from prefect.runtime import flow_run
from prefect.settings import PREFECT_API_URL

from clips.errors import ScoringError, TenhoursError
from clips.numbers import duration
from clips.rules.base import VERDICTS
from flows.console import COSTS_MOST, and_more, dearest
from flows.job import job_name
from flows.measure import Done, Work
from flows.pipeline import Outcome, score
from flows.plan import Batch
from flows.request import Request
from flows.runners.base import Runner
from flows.runners.local import Local
from flows.stop import hold

REPORTS_URL = "TENHOURS_REPORTS_URL"


@dataclass(frozen=True)
class Shown:
    """A runner whose progress is an artifact of the flow run."""

    runner: Runner

    @property
    def workers(self) -> int:
        return self.runner.workers

    def run(self, work: Work, batches: Sequence[Batch]) -> Iterator[Done]:
        """As `Runner.run`."""
        total = sum(item.duration_s for batch in batches for item in batch)
        artifact: Any = create_progress_artifact(0.0, "measured", "Share of the audio.")
        seconds = 0.0
        for done in self.runner.run(work, batches):
            yield done
            seconds += done.seconds
            update_progress_artifact(artifact, 100 * seconds / total if total else 100.0)


def score_as_flow(
    request: Request, runner: Runner | None = None, timeout_s: float | None = None
) -> Outcome:
    """As `score`, as a flow run of its own or below the one that this is called in.

    The run has a summary, a table of the voices, its progress and, where `REPORTS_URL` names an
    address of the reports, a link.

    Args:
        request: what to score and how.
        runner: measures the batches.
        timeout_s: seconds that it may take, any where ``None``.

    Raises:
        TenhoursError: as there.
        TimeoutError: it took longer.
    """
    outcomes: list[Outcome] = []
    faults: list[Exception] = []
    runner = Shown(runner or Local())
    name = f"score {job_name(request.path)}"

    @flow(name="score", flow_run_name=name, persist_result=False, timeout_seconds=timeout_s)
    def score_flow() -> None:
        hold()
        try:
            outcomes.append(score(request, runner))
            _show(outcomes[0], name)
        except Exception as error:
            faults.append(error)
        if faults:
            raise TenhoursError(type(faults[0]).__name__)

    state: Any = score_flow(return_state=True)
    if state.name == "TimedOut":
        raise TimeoutError(f"it took more than {timeout_s:g} s")
    if faults:
        raise faults[0]
    if not outcomes:  # the run was cancelled, or Prefect failed
        state.result()
    return outcomes[0]


def _show(outcome: Outcome, name: str) -> None:
    """What a run came to, on the server: pseudonyms, digests and counts, no path and no text."""
    run, data = outcome.run, outcome.data
    stage = run.submission.description.stage
    run_id = flow_run.get_id()
    if run_id:
        with get_client(sync_client=True) as client:
            client.update_flow_run(UUID(run_id), name=f"{name} {stage}")
    verdicts = outcome.decision.clips["verdict"].value_counts()
    told, more = dearest(data)
    why = [f"- {lost} {clips} {what}" for lost, clips, what in told]
    why += [f"- {and_more(more)}"] if more else []
    counted = ", ".join(f"{verdicts.get(one, 0)} {one}" for one in VERDICTS)
    create_markdown_artifact(
        f"**{run.pseudonym}**, {stage}, policy {run.policy.name}\n\n"
        f"{len(outcome.decision.clips)} clips: {counted}. Priority: {run.priority.tier}."
        + (f"\n\n{COSTS_MOST}\n\n" + "\n".join(why) if why else ""),
        key="summary",
    )
    table = [
        {
            "voice": voice.voice,
            "clips": voice.clips,
            "accept": voice.accepted,
            "review": voice.review,
            "reject": voice.rejected,
            "accepted": duration(voice.hours_accepted),
            "selected": duration(voice.hours_selected),
            "status": voice.status,
        }
        for voice in data.voices
    ]
    create_table_artifact(table, key="voices")
    if base := os.environ.get(REPORTS_URL):
        place = f"{base.rstrip('/')}/{name.split()[1]}/report.html"
        create_link_artifact(place, link_text="Report", key="report")


def show_entries(states: Sequence[tuple[str, str]]) -> None:
    """The entries of an inbox by digest with what became of each, on a flow run that there is."""
    if flow_run.get_id():
        rows = [{"entry": entry, "state": state} for entry, state in states]
        create_table_artifact(rows, key="inbox")


def check_server() -> None:
    """Make sure that a server is named: one that is started for a single run would outlive it.

    Raises:
        ScoringError: none is.
    """
    if not PREFECT_API_URL.value():
        raise ScoringError(
            "--prefect: no server is named. Start one (prefect server start) and give its address"
            " in PREFECT_API_URL, such as http://127.0.0.1:4200/api"
        )
