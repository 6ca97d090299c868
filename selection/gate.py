"""Whether a submission may come in, by the policy's `[gate]` table."""

from dataclasses import dataclass

import pandas as pd

from selection.exit_codes import FAILED, NOTHING, PASS
from selection.policy import Gate


@dataclass(frozen=True)
class GateResult:
    """The outcome and why.

    Args:
        exit_code: 0 pass, 1 gate failed or not finished, 5 nothing to score.
        reasons: one sentence per bound, with the measured value and the bound.
    """

    exit_code: int
    reasons: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return self.exit_code == PASS


def evaluate(
    clips: pd.DataFrame,
    findings: pd.DataFrame,
    gate: Gate,
    *,
    needs_clips: bool = True,
    unmeasured: int = 0,
    before: int = 0,
) -> GateResult:
    """Hold a decision against the gate.

    A finding at the level of the submission or of a voice that rejects fails the gate whatever the
    share of rejected clips; one that asks for review does where review counts as reject.

    Args:
        clips: with ``verdict``.
        findings: with ``level, verdict, sentence``.
        gate: the bounds.
        needs_clips: false for a description, which comes before any audio.
        unmeasured: clips that failed for a passing cause: with any, nothing passes.
        before: further clips, which were there before and are not judged.
    """
    offered = len(clips) + before
    if not offered and needs_clips:
        return GateResult(NOTHING, ("Nothing to score: the submission holds no clips.",))
    counted = ["reject", "review"] if gate.review_counts_as == "reject" else ["reject"]
    bad = int(clips["verdict"].isin(counted).sum())
    share = bad / max(len(clips), 1)
    what = " or in review" if len(counted) > 1 else ""
    above = findings[(findings["level"] != "clip") & findings["verdict"].isin(counted)]
    failed = [_not_finished(unmeasured, offered)] if unmeasured else []
    failed += [str(s) for s in above["sentence"]]
    if share > gate.max_reject_share:
        failed.append(
            f"{bad} of {len(clips)} clips ({share:.1%}) are rejected{what};"
            f" at most {gate.max_reject_share:.1%} may be."
        )
    if offered < gate.min_clips and needs_clips:
        failed.append(f"{offered} clips; at least {gate.min_clips} are needed.")
    if failed:
        return GateResult(FAILED, tuple(failed))
    if clips.empty and before:
        return GateResult(PASS, ("No clip was added or changed.",))
    if clips.empty:
        return GateResult(PASS, ("A description: there is no audio to judge yet.",))
    return GateResult(
        PASS,
        (
            f"{bad} of {len(clips)} clips ({share:.1%}) are rejected{what};"
            f" up to {gate.max_reject_share:.1%} may be.",
        ),
    )


def _not_finished(unmeasured: int, clips: int) -> str:
    return (
        f"Not finished: {unmeasured} of {clips} clips could not be measured for a cause that may"
        " pass, which findings.csv names (not-measured). Run the same command again; what was"
        " measured is kept."
    )
