"""A submission in; measurements, verdicts, selection and reports out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from clips.privacy import remember
from clips.pseudonym import load_key
from clips.table import Clip
from flows.answers import recall
from flows.evidence import Details, gather, partly_judged, under_terms, with_lengths
from flows.ledgers import keep
from flows.measure import Work
from flows.outputs import write_outputs
from flows.plan import Plan, plan, sample
from flows.prepare import Job, prepare
from flows.progress import progress
from flows.request import Request
from flows.run import Run
from flows.runners.base import Runner
from flows.runners.local import Local
from flows.say import aside
from reports.view import ReportData
from scorers.catalog import describe, recognisers, scorer_names
from scorers.decoding import NAME as DECODING
from scorers.fingerprint import NAME as FINGERPRINT
from selection.decide import Decision, decide
from selection.meetings import Words
from selection.priority import Priority
from selection.recogniser import of_other_bounds
from selection.verdicts import Evidence

_OF_COPIES = (DECODING, FINGERPRINT)
Failed = dict[tuple[str, str], str]  # scorer name and key -> why nothing could be measured now


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


@dataclass(frozen=True)
class Joined:
    """All that is known of a submission, for `decide` and the outputs."""

    evidence: Evidence
    details: Details
    priority: Priority


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
    runner = runner or Local()
    job = prepare(request)
    clips = _to_measure(job)
    todo = _planned(job, clips, runner.workers)
    failed = _measure(job, todo, runner)
    todo = replace(todo, batches=())  # as large as the submission, and done
    run, fingerprints = _decide(job, todo, _join(job, failed, clips))
    return Outcome(run, _write(job, run, fingerprints), job.out)


def _to_measure(job: Job) -> Sequence[Clip]:
    """All new clips, or a sample of each voice of a payload that is refused as a whole."""
    if job.request.measure_all or not _is_refused(job):
        return job.new
    some = sample(job.new)
    aside(
        f"The terms refuse this payload; {len(some)} of {len(job.new)} clips are measured"
        " (--measure-all for all of them)."
    )
    return some


def _is_refused(job: Job) -> bool:
    """Whether the terms refuse a payload as a whole, and the maintainer does not approve it."""
    approved = job.known.decided.whole is not None and job.known.decided.whole.accepts
    if job.submission.description.stage != "payload" or approved:
        return False
    findings, weights = job.ruling(job.submission.clips).findings, job.policy.verdicts
    return any(f.level == "submission" and weights[f.rule] == "reject" for f in findings)


def _planned(job: Job, clips: Sequence[Clip], workers: int) -> Plan:
    """What the store lacks of these clips, and of the base's what copies are found by."""
    recall(job.new, job.scorers, job.store)
    of_copies = [scorer for scorer in job.scorers if scorer.name in _OF_COPIES]
    batch_s = job.request.batch_s
    return plan(clips, job.scorers, job.store, batch_s, workers) + plan(
        job.there, of_copies, job.store, batch_s, workers
    )


def _measure(job: Job, todo: Plan, runner: Runner) -> Failed:
    """Measure into the store; what could not be measured this time."""
    audio, limits = job.submission.audio, job.policy.reading_limits
    work = Work(audio, job.scorers, job.store.root, job.device, limits)
    failed: Failed = {}
    total = sum(t.duration_s for batch in todo.batches for t in batch)
    with progress(total, "Measuring") as shown:
        for done in runner.run(work, todo.batches):
            failed |= done.failed
            shown.advance(done.seconds)
    for scorer in job.scorers:
        job.store.compact(scorer)
    return failed


def _join(job: Job, failed: Failed, measured: Sequence[Clip]) -> Joined:
    """The clips with what was measured of them, what the terms say and what came earlier."""
    submission, scorers = job.submission, job.scorers
    spared = {c.clip_id for c in submission.clips} - {c.clip_id for c in measured}
    evidence, details = gather(submission, scorers, job.store, failed, spared)
    ruling = job.ruling(with_lengths(submission.clips, evidence))
    evidence = under_terms(evidence, ruling)
    intake = [*evidence.intake, *of_other_bounds(job.policy.asr, recognisers(scorers))]
    if job.shelf is not None:
        intake += job.shelf.find(evidence.table, evidence.fingerprints, *job.shelf_names)
    evidence = replace(
        evidence,
        intake=tuple(intake),
        decided=job.known.decided,
        before={c.clip_id for c in job.there},
    )
    if left_out := [n for n in scorer_names() if n not in {s.name for s in scorers}]:
        evidence = partly_judged(evidence, left_out)
    return Joined(evidence, details, ruling.priority)


def _decide(job: Job, todo: Plan, joined: Joined) -> tuple[Run, Mapping[str, Words]]:
    """The run, and what the shelf is to know of its clips."""
    run = Run(
        submission=replace(job.submission, clips=tuple(job.new)),
        before=len(job.there),
        pseudonym=job.pseudonym,
        policy=job.policy,
        versions={s.name: describe(s) for s in job.scorers},
        decision=decide(joined.evidence, job.policy),
        columns=joined.evidence.columns,
        details=joined.details,
        measured=todo.measured,
        reused=todo.reused,
        created=datetime.now(UTC).astimezone().isoformat(timespec="seconds"),
        priority=joined.priority,
        unmeasured=len(joined.evidence.pending),
        hide=job.hide,
        digest=job.digest,
    )
    return run, {} if job.shelf is None else joined.evidence.fingerprints


def _write(job: Job, run: Run, fingerprints: Mapping[str, Words]) -> ReportData:
    """The outputs; then what later submissions are held against, and what the ledger keeps."""
    described, secret = job.submission.description, load_key()
    if job.ledger is None:
        remember(described.contributor, secret)
    data = write_outputs(run, job.out)
    if job.shelf is not None and described.stage == "payload":
        job.shelf.put(run.decision.clips, fingerprints, *job.shelf_names)
    if job.ledger is not None and job.request.base is None:
        keep(job.ledger, run, job.out, job.said)
    return data
