"""All that is known at the end of a run, and its summary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clips.columns import Column
from clips.submission import Submission
from clips.words import Reader, told
from flows.evidence import Details
from flows.redact import Hide, voice_names
from selection.decide import Decision
from selection.decisions import PERSON
from selection.policy import Policy
from selection.priority import Priority

_NAMED = ("voice", "tone", "provider", "model", "license")


@dataclass(frozen=True)
class Run:
    """All that is known at the end of a run.

    Args:
        submission: its clips are those that were judged.
        before: how many others it has, which were there before.
        columns: declarations of the facts and of what the run's scorers measure.
        unmeasured: clips that failed for a passing cause, which the next run tries again.
        digest: names what was handed in, whatever it is called.
    """

    submission: Submission
    before: int
    pseudonym: str
    policy: Policy
    versions: Mapping[str, str]
    decision: Decision
    columns: Sequence[Column]
    details: Details
    measured: int
    reused: int
    created: str
    priority: Priority
    unmeasured: int
    hide: Hide
    digest: str


def summary(run: Run) -> dict[str, object]:
    """The content of `summary.json`, without the contributor's names.

    They are looked for where a submission's own words are, and not in what is ours: a key or a
    status is read by programs.
    """
    shown = voice_names((v.voice for v in run.decision.voices), run.decision.findings, run.hide)
    verdict = run.decision.clips["verdict"].value_counts()
    return {
        "contributor": run.pseudonym,
        "submission": run.digest,
        "stage": run.submission.description.stage,
        "provider": run.hide(run.submission.description.provider),
        "model": run.hide(run.submission.description.model),
        "license": run.hide(run.submission.description.license),
        "created": run.created,
        "policy": run.policy.name,
        "policy_sha256": run.policy.sha256,
        "scorers": dict(run.versions),
        "clips": len(run.decision.clips),
        "accepted": int(verdict.get("accept", 0)),
        "review": int(verdict.get("review", 0)),
        "rejected": int(verdict.get("reject", 0)),
        "by_maintainer": int((run.decision.clips["decided_by"] == PERSON).sum()),
        "measured": run.measured,
        "reused": run.reused,
        "voices": {
            shown[v.voice]: {
                "clips": v.clips,
                "accepted": v.accepted,
                "review": v.review,
                "rejected": v.rejected,
                "hours_offered": round(v.hours_offered, 6),
                "hours_accepted": round(v.hours_accepted, 6),
                "hours_selected": round(v.hours_selected, 6),
                "status": v.status,
                "missing": v.missing,
                "held": v.held,
                "publish": run.submission.description.of(v.voice).publish,
                "described": _described(run, v.voice),
            }
            for v in run.decision.voices
        },
        "languages": {
            spoken.language: {
                "voices": spoken.voices,
                "hours_offered": round(spoken.hours_offered, 6),
                "hours_accepted": round(spoken.hours_accepted, 6),
                "missing": spoken.missing,
            }
            for spoken in run.decision.languages
        },
        "priority": {
            "tier": run.priority.tier,
            "score": round(run.priority.score, 1),
            "reasons": [told(reason, Reader(run.hide)) for reason in run.priority.reasons],
        },
    }


def _described(run: Run, voice: str) -> dict[str, object]:
    """What `submission.toml` says of a voice, as far as it says it."""
    said = run.submission.description.of(voice)
    names = {name: run.hide(getattr(said, name)) for name in _NAMED if getattr(said, name)}
    known = {name: getattr(said, name) for name in ("adult", "stock")}
    return names | {name: value for name, value in known.items() if value is not None}
