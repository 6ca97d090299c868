"""`tenhours score` and `tenhours gate`."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from cyclopts import Parameter
from cyclopts.validators import Number

from clips.errors import ScoringError, SubmissionError
from clips.submission_file import Stage
from flows.say import say
from flows.stop import stopping_at_once
from selection.exit_codes import NOTHING, PASS

if TYPE_CHECKING:
    from flows.pipeline import Outcome
    from flows.request import Request


@Parameter(name="*")
@dataclass(frozen=True)
class Options:
    """How to score.

    Args:
        out: Folder for the report and the tables; made where it is missing.
        policy: A shipped policy by name, or a TOML file.
        asr_model: Recogniser: a faster-whisper name such as small, an id on the Hugging Face hub,
            or a folder (./small where it has such a name); fetched where it is not here (see
            tenhours models). The policy's where not given.
        asr_second: A second recogniser, asked where the first one's transcript differs from the
            label; the better of the two stands. The policy's where not given, "" for none.
        scorers: Comma-separated scorers, such as dnsmos,loudness. All where not given, but for
            distillmos, a second judge of quality: all,distillmos (needs tenhours[distillmos]).
        store: Where measurements are kept: a folder, or a URL such as s3://bucket/prefix. A folder
            in the user's cache where not given.
        device: Where models run; auto takes a GPU where there is one.
        batch_s: Seconds of audio measured and stored together; a run that is killed loses at most
            the batches in flight.
        approved: Stages that the maintainer approved before, such as description,samples.
        arrived: The day that the submission came in, such as 2026-01-31; today where not given. It
            counts where the collection is paused since.
        agreed_arrival: The day that the contributor was told to send on, such as 2026-01-31; counts
            while the collection is paused.
        shelf: Folder of what was accepted of earlier submissions: copies of it are found, those of
            the same contributor (which count once) and those of others. What is accepted here is
            kept there, in place of what a submission of the same contributor and name left.
        measure_all: Measure all of a payload that the terms refuse as a whole (its licence, its
            stage, a pause), in place of a sample of each voice.
        decisions: CSV with your word on clips, which wins over the machine's: decision (accept or
            reject), reason, and clip_key, or voice, audio_file and row. A ledger keeps it for later
            runs.
        ledger: Where decisions and runs are kept: a path, or a URL of PostgreSQL; "" for none.
            TENHOURS_LEDGER where not given, or your own once tenhours ledger init has made it.
        runner: What measures: threads, or processes with models of their own; auto takes what is
            quicker. Or a Dask cluster: dask for one of this machine, or dask://HOST:PORT.
        workers: How many batches are measured at once; one for each processor where not given.
        prefect: Run as a flow of Prefect, on the server that PREFECT_API_URL names; so it does
            where that is set.
    """

    out: Path
    policy: str = "tts-v1"
    asr_model: str | None = None
    asr_second: str | None = None
    scorers: str | None = None
    store: str | None = None
    device: Literal["auto", "cpu", "cuda"] = "auto"
    batch_s: float = 120.0
    approved: str = ""
    arrived: datetime | None = None
    agreed_arrival: datetime | None = None
    shelf: Path | None = None
    measure_all: bool = False
    decisions: Path | None = None
    ledger: str | None = None
    runner: str = "auto"
    workers: Annotated[int | None, Parameter(validator=Number(gte=1))] = None
    prefect: bool | None = None


def score(path: str, *, options: Options) -> int:
    """Measure, judge and rank a submission; leave a report and tables in a folder.

    Exits 0 when it finished, whatever it found; 2 for a wrong path, policy or model; 5 where there
    is nothing to score; 130 where Ctrl-C stopped it. A second run measures only what is new; a run
    that was stopped goes on where it was.

    Args:
        path: Submission: a folder, a .zip or .tar archive, or a URL such as s3://bucket/prefix.
        options: How to score.
    """
    if Path(path).is_symlink():
        say(f"{path} is a symbolic link; what is read is {Path(path).resolve()}", error=True)
    with stopping_at_once():
        outcome = _scored(path, options)
    described = outcome.run.submission.description
    if outcome.run.decision.clips.empty and described.stage != "description":
        say("Nothing to score: the submission holds no clips.", error=True)
        return NOTHING
    return PASS


def gate(path: str, *, base: str | None = None, options: Options) -> int:
    """Score a submission and pass it or turn it away, for CI.

    Beside the report it writes gate.json, junit.xml and gate.md (without label texts); on GitHub it
    adds gate.md to the job summary and prints annotations. Exits 0 pass, 1 gate failed (also where
    the submission is there and cannot be read) or not finished (clips that could not be measured
    this time: run again), 2 usage or configuration, 3 internal error, 5 nothing to score, 130
    stopped by Ctrl-C (143 by SIGTERM).

    With --base it judges what the submission adds to a commit of its Git repository: clips that are
    not there in the same voice with the same audio and text. Copies of those that are there are
    found. What the maintainer approved is read from the file approvals.toml of that commit.

    Args:
        path: Submission: a folder, a .zip or .tar archive, or a URL such as s3://bucket/prefix.
        base: A commit of the repository that the submission lies in, such as origin/main or HEAD^1.
        options: How to score.
    """
    with stopping_at_once():
        from flows.files import refuse_link
        from flows.gate_files import clear, write_gate, write_refusal

        clear(options.out)
        try:
            refuse_link(path)
            outcome = _scored(path, options, base)
        except SubmissionError as error:
            if not Path(path).exists():
                raise
            return write_refusal(error, path, options.out)
        return write_gate(outcome, path)


def _scored(path: str, options: Options, base: str | None = None) -> "Outcome":
    from flows.console import print_summary
    from flows.request import Request

    names = options.scorers
    if options.batch_s <= 0:
        raise ScoringError(f"--batch-s {options.batch_s:g}: it must be more than 0 seconds")
    request = Request(
        path=path,
        out=str(options.out),
        policy=options.policy,
        asr_model=options.asr_model,
        asr_second=options.asr_second,
        scorers=None if names is None else tuple(s.strip() for s in names.split(",")),
        store=options.store,
        device=options.device,
        batch_s=options.batch_s,
        approved=_stages(options.approved),
        arrived=options.arrived,
        agreed_arrival=options.agreed_arrival,
        measure_all=options.measure_all,
        decisions=None if options.decisions is None else str(options.decisions),
        shelf=None if options.shelf is None else str(options.shelf),
        ledger=options.ledger,
        base=base,
    )
    outcome = _run(request, options)
    print_summary(outcome.data, outcome.out)
    return outcome


def _run(request: "Request", options: Options) -> "Outcome":
    from flows.pipeline import score
    from flows.runners import choose

    runner = choose(options.runner, options.workers)
    shown = options.prefect
    if not ("PREFECT_API_URL" in os.environ if shown is None else shown):
        return score(request, runner)
    # what a run raises is told once, by main()
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    from flows.prefect_run import check_server, score_as_flow

    check_server()
    return score_as_flow(request, runner)


def _stages(listed: str) -> tuple[Stage, ...]:
    given = [name.strip() for name in listed.split(",") if name.strip()]
    known: tuple[Stage, ...] = get_args(Stage)
    if unknown := [name for name in given if name not in known]:
        raise ScoringError(f"--approved: no stage {unknown[0]!r}; there are {', '.join(known)}")
    return tuple(stage for stage in known if stage in given)
