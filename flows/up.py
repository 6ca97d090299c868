"""`tenhours up`: a Prefect server, the schedules and the inbox on one machine, stopped as one."""

import os
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from clips.errors import ScoringError
from clips.locks import held
from flows.parts import Part, end, family, started
from flows.say import say
from selection.exit_codes import FAILED, PASS

if TYPE_CHECKING:
    from types import FrameType

    import psutil

    from flows.serving import Served

HOST = "127.0.0.1"
_LOCK = "tenhours-up.lock"
_START_S, _LOOK_S = 300.0, 1.0
_RUNS_S, _SERVER_S = 60.0, 20.0  # patience with what is asked to end


def up(
    inbox: Path,
    *,
    reports: Path,
    every: str = "15min",
    policy: str = "tts-v1",
    store: str | None = None,
    ledger: str | None = None,
    selection: Path | None = None,
    nightly: str = "0 3 * * *",
    port: Annotated[int, Parameter(validator=Number(gte=1, lte=65535))] = 4200,
) -> int:
    """Score what comes into an inbox, on a schedule, until Ctrl-C or SIGTERM.

    Starts a Prefect server with its UI on this machine alone and serves the scheduled flows: inbox
    scores each new or changed entry, approval waits for the word on a stage, nightly chooses the
    best hours anew over all that you approved. Prints where the UI is and what runs.

    Stopping ends all processes; what was being scored goes on at the next start, and no run is left
    as running, even where this was killed. Prefect's database lies in the data folder of tenhours,
    or in PREFECT_HOME; a second of these at one database is refused. Exits 0 when stopped, 1 where
    a part ended by itself, 2 for a wrong path, policy or port, or where it is refused.

    Args:
        inbox: Folder; each entry in it is one submission.
        reports: Folder for the reports, one below it for each entry; made where it is missing.
        every: How often to look into the inbox, such as 15min or 1h.
        policy: A shipped policy by name, or a TOML file.
        store: Where measurements are kept; as for tenhours score where not given.
        ledger: Where decisions and runs are kept; as for tenhours score where not given.
        selection: Folder for the nightly selection; selection below the reports where not given.
        nightly: When that is made: a cron line in UTC. It needs a ledger.
        port: Of the server and its UI.
    """
    from flows.files import check_writable
    from flows.inbox import entries
    from flows.ledgers import opened
    from flows.policies import checked_policy
    from flows.serving import Served
    from ledger.places import VARIABLE

    checked_policy(policy)
    seconds = _seconds(every)
    _check_cron(nightly)
    entries(inbox)
    check_writable(reports, "--reports")
    _check_free(port)
    if (kept := opened(ledger)) is None:
        said = "No ledger: no stage counts as approved, and nothing is selected at night."
        say(f"{said} tenhours ledger init makes one.", error=True)
    file = policy.endswith(".toml")
    served = Served(
        inbox=str(inbox.resolve()),
        reports=str(reports.resolve()),
        policy=str(Path(policy).resolve()) if file else policy,
        every_s=seconds,
        store=store if store is None or "://" in store else str(Path(store).resolve()),
        selection=str((selection or reports / "selection").resolve()) if kept else None,
        nightly=nightly,
    )
    address = f"http://{HOST}:{port}"
    environment = _environment(f"{address}/api")
    if ledger is not None:
        environment[VARIABLE] = ledger
    with _alone(Path(environment["PREFECT_HOME"])), _asked_to_stop() as stop:
        return _run(served, address, environment, stop)


def _run(
    served: "Served",
    address: str,
    environment: Mapping[str, str],
    stop: threading.Event,
) -> int:
    """Start the parts, say what runs, and end them when it is time."""
    from flows.leftovers import close_runs

    api = environment["PREFECT_API_URL"]
    port = address.rpartition(":")[2]
    parts: dict[str, Part] = {}
    known: Sequence[psutil.Process] = ()
    try:
        command = ("prefect", "server", "start", "--host", HOST, "--port", port)
        parts["server"] = started(*command, environment=environment)
        if not _answers(f"{api}/health", parts["server"], stop):
            return _ended(parts, stop)
        close_runs(api, "It was running when tenhours up was last ended; the next run goes on.")
        parts["schedules"] = started(
            "flows.serving", served.model_dump_json(), environment=environment
        )
        for line in _told(served, address):
            say(line)
        while not stop.wait(_LOOK_S):
            if any(part.poll() is not None for part in parts.values()):
                break
            known = family(parts["schedules"])
        return _ended(parts, stop)
    finally:
        try:
            if runs := parts.get("schedules"):
                end(runs, _RUNS_S, is_asked=False, known=known)
                if parts["server"].poll() is None:
                    close_runs(api, "tenhours up was stopped; the next run goes on.")
        finally:
            if server := parts.get("server"):
                end(server, _SERVER_S)


def _seconds(every: str) -> float:
    from clips.errors import PolicyError
    from selection.several import hours_of

    try:
        return hours_of(every) * 3600
    except PolicyError:
        raise ScoringError(f"--every {every!r}: give a length such as 15min or 1h") from None


def _check_cron(line: str) -> None:
    from prefect.client.schemas.schedules import CronSchedule

    try:
        CronSchedule(cron=line)
    except ValueError:
        raise ScoringError(
            f"--nightly {line!r} is no cron line; give five fields such as '0 3 * * *'"
        ) from None


def _told(served: "Served", address: str) -> Iterator[str]:
    yield f"Prefect's UI: {address}"
    yield f"inbox: every {served.every_s:g} s looks into {served.inbox}; reports: {served.reports}"
    yield "approval: waits for the word on a submission that you name"
    if served.selection is not None:
        yield f"nightly: at {served.nightly} (UTC) writes the selection to {served.selection}"
    yield f"Other commands reach it with PREFECT_API_URL={address}/api. Ctrl-C stops all of it."


def _ended(parts: Mapping[str, Part], stop: threading.Event) -> int:
    if stop.is_set():
        say("Stopping.")
        return PASS
    gone = [name for name, part in parts.items() if part.poll() is not None]
    say(f"{', '.join(gone)} ended; what is above says why. Stopping the rest.", error=True)
    return FAILED


def _environment(api: str) -> dict[str, str]:
    """Of the parts: their server, a database of its own, and no telemetry."""
    import platformdirs

    home = platformdirs.user_data_path("tenhours", appauthor=False) / "prefect"
    unless_set = {"PREFECT_HOME": str(home), "PREFECT_LOGGING_LEVEL": "WARNING"}
    environment = {
        **unless_set,
        **os.environ,
        "PREFECT_API_URL": api,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_CLI_PROMPT": "false",
    }
    Path(environment["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
    return environment


def _answers(url: str, server: Part, stop: threading.Event) -> bool:
    """Wait until the server answers; whether it does.

    Raises:
        ScoringError: it took too long.
    """
    import httpx

    for _ in range(int(_START_S / _LOOK_S)):
        if stop.wait(_LOOK_S) or server.poll() is not None:
            return False
        try:
            if httpx.get(url, timeout=_LOOK_S).is_success:
                return True
        except httpx.HTTPError:
            continue
    raise ScoringError(f"Prefect's server did not answer within {_START_S:g} s")


def _check_free(port: int) -> None:
    """Refuse a port at which something listens.

    Raises:
        ScoringError: something does.
    """
    with closing(socket.socket()) as tried:
        tried.settimeout(1.0)
        if tried.connect_ex((HOST, port)) == 0:
            raise ScoringError(
                f"--port {port} is taken; stop what listens there, or give another --port. A second"
                " tenhours up needs a PREFECT_HOME of its own, too"
            )


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """No other command serves from a database of Prefect until this is left.

    Raises:
        ScoringError: one does.
    """
    with held(home / _LOCK) as mine:
        if not mine:
            raise ScoringError(
                f"another tenhours up has Prefect's database in {home}; stop that, or give this one"
                " another PREFECT_HOME and another --port"
            )
        yield


@contextmanager
def _asked_to_stop() -> Iterator[threading.Event]:
    """An event that Ctrl-C, SIGTERM and SIGHUP set; one that is ignored, as by nohup, stays so."""
    from flows.stop import answering

    stop = threading.Event()

    def handle(number: int, frame: "FrameType | None") -> None:
        del number, frame
        stop.set()

    with answering(handle):
        yield stop
