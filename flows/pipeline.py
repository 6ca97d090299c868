"""A submission in; measurements, verdicts, selection and reports out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from clips.description import Stage
from clips.drafts import sweep
from clips.errors import ScoringError
from clips.privacy import redactor, remember
from clips.pseudonym import load_key, pseudonym
from clips.submission import Submission, read_submission
from flows.answers import recall
from flows.evidence import gather, partly_judged, under_terms, unheard, with_lengths
from flows.files import check_writable, default_store
from flows.measure import Work
from flows.outputs import AUDIO, Run, write_outputs
from flows.plan import BATCH_S, Plan, plan, sample
from flows.policies import checked_policy
from flows.progress import progress
from flows.runners.base import Runner
from flows.runners.local import Local
from flows.say import aside
from flows.store import Store
from reports.view import ReportData
from scorers.asr.inquiry import Sure
from scorers.asr.loaded import DEFAULT_TYPE
from scorers.base import Scorer
from scorers.catalog import choose, describe, recognisers, scorer_names
from selection.decide import Decision, decide
from selection.policy import DEFAULT, Policy
from selection.recogniser import of_other_bounds
from selection.terms import Circumstances, consider


class Request(BaseModel):
    """What to score and how.

    Args:
        path: submission folder or archive.
        out: folder for the report and the tables.
        policy: shipped name or TOML file.
        asr_model: name or folder of the one recogniser, the policy's ladder where ``None``.
        asr_second: the same of a second one, which is asked where the first differs from the label;
            ``""`` for none.
        scorers: names, all where ``None``.
        store: folder of the measurements, the user's cache folder where ``None``.
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
        batch_s: seconds of audio that are measured and stored together; a run that is killed loses
            at most the batches in flight, one per processor.
        approved: stages that the maintainer approved before.
        arrived: when this came in; the time of the run where ``None``.
        agreed_arrival: when the contributor was told that this may arrive.
        agreed_arrivals: the same of whoever it may be from, by pseudonym.
        measure_all: all of a payload, even where the terms refuse it as a whole.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    out: str
    policy: str = DEFAULT
    asr_model: str | None = None
    asr_second: str | None = None
    scorers: tuple[str, ...] | None = None
    store: str | None = None
    device: str = "auto"
    batch_s: Annotated[float, Field(gt=0)] = BATCH_S
    approved: tuple[Stage, ...] = ()
    arrived: datetime | None = None
    agreed_arrival: datetime | None = None
    agreed_arrivals: Mapping[str, datetime] = {}
    measure_all: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a run came to, and where it lies."""

    run: Run
    data: ReportData
    out: Path

    @property
    def decision(self) -> Decision:
        return self.run.decision

    @property
    def unfinished(self) -> bool:
        """Whether the next run should try again: something failed for a passing cause."""
        return self.run.unmeasured > 0


def score(request: Request, runner: Runner | None = None) -> Outcome:
    """Plan what is missing, measure it, join, decide and write.

    Args:
        request: what to score and how.
        runner: measures the batches; `Local` where ``None``.

    Raises:
        SubmissionError: the path is no submission.
        PolicyError: the policy is wrong.
        ScoringError: a model is missing, or a folder cannot be written.
    """
    for option, folder in (("--out", request.out), ("--store", request.store)):
        _apart(request.path, option, folder)
    policy = checked_policy(request.policy)
    store = Store(default_store() if request.store is None else Path(request.store))
    submission = read_submission(request.path, policy.reading_limits)
    device = pick_device(request.device)
    scorers = scorers_of(request, policy, device)
    check_writable(Path(request.out), "--out")
    check_writable(store.root, "--store")
    for place in (Path(request.out), Path(request.out, AUDIO)):
        sweep(place)
    store.sweep()
    for sentence in dict.fromkeys(f.sentence for f in unheard(submission.clips, scorers)):
        aside(sentence)
    recall(submission.clips, scorers, store)
    runner = runner or Local()
    measured = submission.clips
    if not request.measure_all and _is_refused(submission, policy, request):
        measured = tuple(sample(submission.clips))
        aside(
            f"The terms refuse this payload; {len(measured)} of {len(submission.clips)} clips are"
            " measured (--measure-all for all of them)."
        )
    todo = plan(measured, scorers, store, request.batch_s, runner.workers)
    work = Work(submission.audio, scorers, store.root, device, policy.reading_limits)
    failed = _measure(work, todo, runner)
    for scorer in scorers:
        store.compact(scorer)
    spared = {c.clip_id for c in submission.clips} - {c.clip_id for c in measured}
    evidence, details = gather(submission, scorers, store, failed, spared)
    described = submission.description
    secret = load_key()
    contributor = remember(described.contributor, secret)
    clips = with_lengths(submission.clips, evidence)
    ruling = consider(described, clips, policy.terms, circumstances(request, contributor))
    evidence = under_terms(evidence, ruling)
    of_bounds = of_other_bounds(policy.asr, recognisers(scorers))
    evidence = replace(evidence, intake=(*evidence.intake, *of_bounds))
    if left_out := [n for n in scorer_names() if n not in {s.name for s in scorers}]:
        evidence = partly_judged(evidence, left_out)
    run = Run(
        submission=submission,
        pseudonym=contributor,
        policy=policy,
        versions={s.name: describe(s) for s in scorers},
        decision=decide(evidence, policy),
        columns=evidence.columns,
        details=details,
        measured=todo.measured,
        reused=todo.reused,
        created=datetime.now(UTC).astimezone().isoformat(timespec="seconds"),
        priority=ruling.priority,
        unmeasured=len(evidence.pending),
        hide=redactor([described.contributor], secret),
    )
    out = Path(request.out)
    return Outcome(run, write_outputs(run, out), out)


def circumstances(request: Request, contributor: str) -> Circumstances:
    """What is known of a submission from elsewhere; ``contributor`` is a pseudonym."""
    agreed = request.agreed_arrival or request.agreed_arrivals.get(contributor)
    return Circumstances(
        approved=frozenset(request.approved),
        now=request.arrived or datetime.now(UTC),
        agreed_arrival=agreed,
    )


def _is_refused(submission: Submission, policy: Policy, request: Request) -> bool:
    """Whether the terms refuse a payload as a whole, whatever it sounds like."""
    described = submission.description
    if described.stage != "payload":
        return False
    contributor = pseudonym(described.contributor, load_key())
    known = circumstances(request, contributor)
    ruling = consider(described, submission.clips, policy.terms, known)
    weights = policy.verdicts
    return any(f.level == "submission" and weights[f.rule] == "reject" for f in ruling.findings)


def pick_device(device: str) -> str:
    """``"auto"`` becomes CUDA where CTranslate2 finds a GPU."""
    if device != "auto":
        return device
    import ctranslate2

    return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"


def _apart(path: str, option: str, folder: str | None) -> None:
    if folder is not None and Path(folder).resolve().is_relative_to(Path(path).resolve()):
        raise ScoringError(
            f"{option} {folder} lies inside the submission {path}, whose files would then change"
            " with every run; give a folder outside of it"
        )


def scorers_of(request: Request, policy: Policy, device: str) -> tuple[Scorer, ...]:
    """The scorers of a run, with the recognisers of the policy or of the request."""
    asr = policy.asr
    # part of the version: what one kind of device measured is not another's
    kind = DEFAULT_TYPE[device] if asr.compute_type == "default" else asr.compute_type
    *before, model = (request.asr_model,) if request.asr_model else policy.asr_ladder
    second = policy.asr_second if request.asr_second is None else request.asr_second
    scorers = choose(
        request.scorers,
        model,
        asr.beam_size,
        kind,
        second,
        asr_before=before,
        sure=Sure(**policy.asr_confirm) if asr.verify == "ladder" else None,
        dnsmos=policy.dnsmos.engine,
        say=aside,
    )
    _check_accepted(asr.digests, recognisers(scorers), policy.name)
    return scorers


def _check_accepted(accepted: Sequence[str], models: Mapping[str, str], policy: str) -> None:
    """Refuse a recogniser that the policy's ``[asr] digests`` do not name."""
    for name, digest in models.items():
        if accepted and not any(digest.startswith(one[: len(digest)]) for one in accepted):
            raise ScoringError(
                f"the recogniser {name} has the digest {digest}, and the policy {policy} accepts"
                f" {', '.join(accepted)} only ([asr] digests). Fetch the right one (tenhours models"
                " fetch), or name this digest in the policy"
            )


def _measure(work: Work, todo: Plan, runner: Runner) -> dict[tuple[str, str], str]:
    """What could not be measured this time, by scorer name and key."""
    failed: dict[tuple[str, str], str] = {}
    total = sum(t.duration_s for batch in todo.batches for t in batch)
    with progress(total, "Measuring") as shown:
        for done in runner.run(work, todo.batches):
            failed |= done.failed
            shown.advance(done.seconds)
    return failed
