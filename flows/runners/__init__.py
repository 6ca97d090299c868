"""Where batches are measured: here, or on a cluster."""

from clips.cpus import CPUS
from clips.errors import ScoringError
from flows.runners.base import Runner
from flows.runners.local import Local, Processes, Threads


def choose(name: str, workers: int | None = None) -> Runner:
    """A runner by its name.

    Args:
        name: ``auto``, ``threads``, ``processes``, ``dask`` or ``dask://HOST:PORT``.
        workers: how many; one for each processor where ``None``.

    Raises:
        ScoringError: there is no such runner, or its cluster cannot be reached.
    """
    workers = workers or CPUS
    here: dict[str, Runner] = {
        "auto": Local(workers),
        "threads": Threads(workers),
        "processes": Processes(workers),
    }
    if name in here:
        return here[name]
    kind, _, place = name.partition("://")
    if kind != "dask" or name == "dask://":
        raise ScoringError(
            f"--runner {name}: there are {', '.join(here)}, dask and dask://HOST:PORT"
        )
    from flows.runners.dask import Dask

    return Dask(f"tcp://{place}" if place else "", workers)
