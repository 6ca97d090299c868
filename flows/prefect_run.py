"""A run as a flow run of Prefect, whose server then shows it.

Prefect keeps the parameters, names and errors of its runs. A submission's path may name its
contributor, so a flow run is named by a digest of it, and an error by its kind alone.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.settings import PREFECT_API_URL
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.utilities.annotations import quote

from clips.cpus import CPUS
from clips.errors import ScoringError, TenhoursError
from clips.pseudonym import load_key, pseudonym
from flows.measure import Done, Work, run_batch
from flows.pipeline import Outcome, Request, score
from flows.plan import Batch
from flows.runners import Runner, in_order
from flows.stop import hold

measure = task(name="measure", cache_policy=NO_CACHE, persist_result=False)(run_batch)


def tasks(work: Work, batches: Iterable[Batch]) -> Iterator[Done]:
    """The runner of a flow run: a task for each batch, on as many threads as processors."""

    def submit(batch: Batch) -> Any:
        # quoted: Prefect would search every argument for futures
        arguments: list[Any] = [quote(work), quote(batch)]
        return measure.submit(*arguments)

    return in_order(submit, batches, 2 * CPUS)


def score_as_flow(request: Request, runner: Runner = tasks) -> Outcome:
    """As `score`, as a flow run of its own or below the one that this is called in.

    Raises:
        TenhoursError: as there.
    """
    outcomes: list[Outcome] = []
    faults: list[Exception] = []
    pool: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=CPUS)
    name = f"score {job_name(request.path)}"

    @flow(name="score", flow_run_name=name, task_runner=pool, persist_result=False)
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
