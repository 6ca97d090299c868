"""The `tenhours` command."""

import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from cyclopts import App, Parameter
from cyclopts.validators import Number

from clips.description import Stage
from clips.errors import ScoringError, SubmissionError, TenhoursError
from flows import contributor, models, stores
from flows.export import export
from flows.say import say
from flows.select import select
from flows.stop import INTERRUPTED, SAID, stopping_at_once
from selection.exits import INTERNAL, NOTHING, PASS, USAGE

if TYPE_CHECKING:
    from flows.pipeline import Outcome, Request

app = App(
    name="tenhours",
    help="Scores submitted text-to-speech data and selects the best ten hours per voice.",
)


app.command(contributor.init)
app.command(contributor.check)
app.command(contributor.convert)
app.command(models.app)
app.command(export)
app.command(select)
app.command(stores.app)


@Parameter(name="*")
@dataclass(frozen=True)
class Options:
    """How to score.

    Args:
        out: Folder for the report and the tables; made where it is missing.
        policy: A shipped policy by name, or a TOML file.
        asr_model: Recogniser: a faster-whisper name such as small, an id on the Hugging Face hub,
            or a folder; fetched where it is not here (see tenhours models). The policy's where not
            given.
        asr_second: A second recogniser, asked where the first one's transcript differs from the
            label; the better of the two stands. The policy's where not given, "" for none.
        scorers: Comma-separated scorers, such as dnsmos,loudness. All where not given.
        store: Where measurements are kept. A folder in the user's cache where not given.
        device: Where models run; auto takes a GPU where there is one.
        batch_s: Seconds of audio measured and stored together; a run that is killed loses at most
            the batches in flight.
        approved: Stages that the maintainer approved before, such as description,samples.
        arrived: The day that the submission came in, such as 2026-01-31; today where not given. It
            counts where the collection is paused since.
        agreed_arrival: The day that the contributor was told to send on, such as 2026-01-31; counts
            while the collection is paused.
        measure_all: Measure all of a payload that the terms refuse as a whole (its licence, its
            stage, a pause), in place of a sample of each voice.
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
    store: Path | None = None
    device: Literal["auto", "cpu", "cuda"] = "auto"
    batch_s: float = 120.0
    approved: str = ""
    arrived: datetime | None = None
    agreed_arrival: datetime | None = None
    measure_all: bool = False
    runner: str = "auto"
    workers: Annotated[int | None, Parameter(validator=Number(gte=1))] = None
    prefect: bool | None = None


@app.command
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


@app.command
def gate(path: str, *, options: Options) -> int:
    """Score a submission and pass it or turn it away, for CI.

    Beside the report it writes gate.json, junit.xml and gate.md (without label texts); on GitHub it
    adds gate.md to the job summary and prints annotations. Exits 0 pass, 1 gate failed (also where
    the submission is there and cannot be read) or not finished (clips that could not be measured
    this time: run again), 2 usage or configuration, 3 internal error, 5 nothing to score, 130
    stopped by Ctrl-C (143 by SIGTERM).

    Args:
        path: Submission: a folder, a .zip or .tar archive, or a URL such as s3://bucket/prefix.
        options: How to score.
    """
    with stopping_at_once():
        from flows.files import refuse_link
        from flows.gate_files import clear, write_gate, write_refusal

        clear(options.out)
        try:
            refuse_link(path)
            outcome = _scored(path, options)
        except SubmissionError as error:
            if not Path(path).exists():
                raise
            return write_refusal(error, path, options.out)
        return write_gate(outcome, path)


@app.command
def calibrate(
    outs: list[Path],
    *,
    truth: list[Path] | None = None,
    false_rejects: float = 0.01,
    policy: str = "tts-v1",
    write: Path | None = None,
) -> int:
    """Propose bounds from scored submissions and decisions about their clips.

    Prints, per bound of the policy, the one that loses the given share of the good clips, how many
    good and bad clips lie beyond it with 95 % intervals, and a policy in TOML that extends the
    present one by them.

    Args:
        outs: Output folders of tenhours score.
        truth: One CSV for each folder: voice, audio_file, row (where a file has several) and
            decision (accept or reject). Without a column decision every listed clip counts as bad
            and every other as good; a column rules names the rules that should find it.
        false_rejects: Share of the good clips that one rule may send to review.
        policy: The policy whose bounds to move: a shipped one by name, or a TOML file.
        write: File for the proposed policy; printed where not given.
    """
    from flows.proposals import print_proposals, propose, write_fragment

    calibration, base = propose(outs, truth or [], policy, false_rejects)
    print_proposals(calibration)
    write_fragment(calibration, base, policy, write)
    return PASS


@app.command
def doctor(
    *, policy: str = "tts-v1", asr_model: str | None = None, verify_asr: str | None = None
) -> int:
    """Say what is installed, which models are present, and what to do about what is not.

    Exits 0 when everything that `tenhours score` needs is there, 1 when something is missing. With
    --verify-asr it holds decodings at a clip's own length against full ones, on clips of yours, and
    exits 1 where a label was confirmed that the full decoding does not have.

    Args:
        policy: The policy whose recogniser to look for.
        asr_model: Another recogniser to look for.
        verify_asr: A submission whose clips to decode in both ways.
    """
    if verify_asr is not None:
        from flows.verify_asr import verify

        return verify(verify_asr, policy, asr_model)
    from flows.doctor import examine

    return examine(policy, asr_model)


def _scored(path: str, options: Options) -> "Outcome":
    from flows.console import print_summary
    from flows.pipeline import Request

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
        store=None if options.store is None else str(options.store),
        device=options.device,
        batch_s=options.batch_s,
        approved=_stages(options.approved),
        arrived=options.arrived,
        agreed_arrival=options.agreed_arrival,
        measure_all=options.measure_all,
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


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its code."""
    try:
        code = app(
            list(sys.argv[1:] if arguments is None else arguments), result_action="return_value"
        )
    except TenhoursError as error:
        say(f"tenhours: {error}", error=True)
        sys.exit(USAGE)
    except KeyboardInterrupt:
        say(SAID, error=True)
        sys.exit(INTERRUPTED)
    except OSError as error:
        say(f"tenhours: {error}", error=True)
        sys.exit(INTERNAL)
    except ModuleNotFoundError as error:
        what = "this needs more than the base install: pip install 'tenhours[score]'"
        say(f"tenhours: {what} ({error})", error=True)
        sys.exit(USAGE)
    except Exception:
        # exit code 1 would read as a failed gate
        say(traceback.format_exc(), error=True)
        say("tenhours: an internal error; what was measured is kept", error=True)
        sys.exit(INTERNAL)
    sys.exit(code)
