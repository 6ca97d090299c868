"""A run as a flow run of Prefect, whose server then shows it.

Prefect keeps the parameters, names and errors of its runs. A submission's path may name its
contributor, so a flow run is named by a digest of it, and an error by its kind alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.settings import PREFECT_API_URL

from clips.errors import ScoringError, TenhoursError
from clips.pseudonym import load_key, pseudonym
from flows.measure import Done, Work
from flows.pipeline import Outcome, Request, score
from flows.plan import Batch
from flows.runners.base import Runner
from flows.runners.local import Local
from flows.stop import hold


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


def score_as_flow(request: Request, runner: Runner | None = None) -> Outcome:
    """As `score`, as a flow run of its own or below the one that this is called in.

    Raises:
        TenhoursError: as there.
    """
    outcomes: list[Outcome] = []
    faults: list[Exception] = []
    runner = Shown(runner or Local())
    name = f"score {job_name(request.path)}"

    @flow(name="score", flow_run_name=name, persist_result=False)
    def score_flow() -> None:
        hold()
        try:
            outcomes.append(score(request, runner))
        except Exception as error:
            faults.append(error)
        if faults:
            raise TenhoursError(type(faults[0]).__name__)

    state: Any = score_flow(return_state=True)
    if faults:
        raise faults[0]
    if not outcomes:  # the run was cancelled, or Prefect failed
        state.result()
    return outcomes[0]


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


def job_name(path: str | Path) -> str:
    """Names a submission in outputs, without what its contributor called it.

    A keyed digest of the last part of the path, as a pseudonym is of the contributor's name.
    """
    name = str(path).rstrip("/").rpartition("/")[2]
    if name in {"", ".", ".."}:
        name = Path(path).resolve().name
    return "s" + pseudonym(name, load_key())[1:]
