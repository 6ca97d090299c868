"""What a submission loses, and to which causes: the clips and seconds that are not accepted."""

from dataclasses import dataclass

import pandas as pd

from clips.rules.causes import traced


@dataclass(frozen=True, slots=True)
class Loss:
    """One cause and the clips that it costs.

    Args:
        rule: the cause; a rule of a voice or of the submission where that explains its clips'
            findings.
        clips: ids of the clips, in the order of the table.
        rejected: how many of them are rejected by it, or by what follows from it.
        review: how many wait for a person over it.
        seconds: length of the clips; one with several causes counts in each.
        alone_s: of them, what has no other cause: what is won by mending this alone.
        follows: rules whose findings were folded under it, by name.
    """

    rule: str
    clips: tuple[str, ...]
    rejected: int
    review: int
    seconds: float
    alone_s: float
    follows: tuple[str, ...]


def with_causes(findings: pd.DataFrame) -> pd.DataFrame:
    """The findings with a column ``cause``: the rule that each follows from, see `traced`.

    What has the column stays as it is: causes are traced among all findings of a submission.
    """
    if "cause" in findings:
        return findings
    columns = ("level", "voice", "clip_id", "rule", "verdict")
    found = list(zip(*(findings[column].astype(str).tolist() for column in columns), strict=True))
    return findings.assign(cause=pd.Series(traced(found), findings.index, str))


def losses(clips: pd.DataFrame, findings: pd.DataFrame) -> tuple[Loss, ...]:
    """The causes by the seconds that they cost, the dearest first.

    What turns down a whole submission or voice, whatever its clips are worth, is no cause here.

    Args:
        clips: ``clip_id, duration_s``.
        findings: see `selection.findings.FINDING_COLUMNS`, with or without causes; notes cost
            nothing.
    """
    of_clips = findings["level"] == "clip"
    found = with_causes(findings)[of_clips & (findings["verdict"] != "note")]
    seconds = dict(zip(clips["clip_id"], clips["duration_s"].fillna(0.0), strict=True))
    place = {clip: at for at, clip in enumerate(seconds)}
    several = found.groupby("clip_id")["cause"].nunique()
    rows = []
    for rule, mine in found.groupby("cause"):
        ids = sorted(map(str, mine["clip_id"].unique()), key=place.__getitem__)
        turned_down = mine["clip_id"][mine["verdict"] == "reject"].nunique()
        rows.append(
            Loss(
                rule=str(rule),
                clips=tuple(ids),
                rejected=turned_down,
                review=len(ids) - turned_down,
                seconds=float(sum(seconds[clip] for clip in ids)),
                alone_s=float(sum(seconds[clip] for clip in ids if several[clip] == 1)),
                follows=tuple(sorted({*map(str, mine["rule"])} - {str(rule)})),
            )
        )
    return tuple(sorted(rows, key=lambda loss: (-loss.seconds, -len(loss.clips), loss.rule)))
