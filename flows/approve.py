"""`tenhours approve` and `decline`: the maintainer's word, kept in the ledger."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from clips.submission_file import Stage


def approve(
    submission: str,
    *,
    stage: Stage | None = None,
    voice: str | None = None,
    clip: str | None = None,
    from_: Annotated[Path | None, Parameter(name="--from")] = None,
    why: str = "",
    revoke: bool = False,
    ledger: str | None = None,
) -> int:
    """Approve a submission's stage, a voice or a clip; it is kept, and wins at every later run.

    Approved samples open the payload of that contributor. What an approved payload or voice had
    accepted stays accepted under later policies. Run tenhours score again to see the outcome. Exits
    0, 2 where the ledger does not know what is named.

    Args:
        submission: Output folder of tenhours score, or the first digits of a submission's digest.
        stage: Stage to approve; the submission's own where not given.
        voice: Approve this voice of the contributor, in place of the stage.
        clip: Accept this clip: VOICE/FILE as in verdicts.csv, or its clip_key.
        from_: CSV of decisions about clips, such as the report's review saves.
        why: The reason, which is kept and told.
        revoke: Take back what was said before about the same, in place of approving it.
        ledger: The ledger: a path or URL; as for tenhours score where not given.
    """
    from flows.deciding import About, say_of

    return say_of("approve", About(submission, stage, voice, clip, from_), why, revoke, ledger)


def decline(
    submission: str,
    *,
    stage: Stage | None = None,
    voice: str | None = None,
    clip: str | None = None,
    why: str = "",
    revoke: bool = False,
    ledger: str | None = None,
) -> int:
    """Decline a submission's stage, a voice or a clip; it is kept, and wins at every later run.

    Args:
        submission: Output folder of tenhours score, or the first digits of a submission's digest.
        stage: Stage to decline; the submission's own where not given.
        voice: Decline this voice of the contributor, in place of the stage.
        clip: Reject this clip: VOICE/FILE as in verdicts.csv, or its clip_key.
        why: The reason, which is kept and told.
        revoke: Take back what was said before about the same, in place of declining it.
        ledger: The ledger: a path or URL; as for tenhours score where not given.
    """
    from flows.deciding import About, say_of

    return say_of("decline", About(submission, stage, voice, clip), why, revoke, ledger)
