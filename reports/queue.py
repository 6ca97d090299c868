"""Which clips a person should hear, and in which order."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.names import heading
from reports.problems import numeric
from reports.view import ReportData
from selection.decisions import PERSON

NEAR = 0.15  # of the middle half of all clips' values
MOST_NEAR = 40
LEAST_CONTROL, MOST_CONTROL, CONTROL_SHARE = 5, 30, 0.05


@dataclass(frozen=True)
class Waiting:
    """One clip to hear.

    Args:
        row: in the clips table.
        kind: ``"review"``, ``"near"`` (accepted, close to a bound) or ``"control"`` (accepted, by
            lot, to hear whether what is accepted is good).
        why: in a few words, ``""`` where its findings say it.
    """

    row: int
    kind: str
    why: str


def queue(data: ReportData, reasons: Sequence[str]) -> list[Waiting]:
    """What waits for a person: in review, then near a bound, then a sample of the accepted.

    Clips in review come by reason, the most frequent first, so that the ear listens for one thing
    at a time. What has no audio to play, or was decided by a person, is left out. The same clips
    give the same queue.

    Args:
        data: the report.
        reasons: main reason of each clip, in the order of the clips.
    """
    clips = data.clips
    playable = clips["clip_id"].isin(list(data.audio)).to_numpy(bool)
    if "decided_by" in clips:
        playable = playable & (clips["decided_by"] != PERSON).to_numpy(bool)
    verdict = clips["verdict"].to_numpy(str)
    review = np.flatnonzero(playable & (verdict == "review")).tolist()
    often = Counter(reasons[row] for row in review)
    review.sort(key=lambda row: (-often[reasons[row]], reasons[row], row))
    accepted = playable & (verdict == "accept")
    near = _near(data, accepted)
    others = set(np.flatnonzero(accepted).tolist()) - near.keys()
    size = min(MOST_CONTROL, max(LEAST_CONTROL, round(CONTROL_SHARE * len(others))))
    ids = clips["clip_id"].tolist()
    drawn = sorted(others, key=lambda row: _lot(str(ids[row])))[:size]
    return [
        *(Waiting(row, "review", "") for row in review),
        *(
            Waiting(row, "near", f"{heading(key)} is close to its limit")
            for row, key in near.items()
        ),
        *(Waiting(row, "control", "accepted, drawn by lot as a control") for row in drawn),
    ]


def _near(data: ReportData, accepted: np.ndarray) -> dict[int, str]:
    """Row -> column, of the accepted clips nearest to a bound, the nearest first."""
    nearest = np.full(len(data.clips), np.inf)
    column = np.full(len(data.clips), "", dtype=object)
    for rule in data.policy.rules.values():
        values = numeric(data.clips, rule.column)
        if np.isnan(values).all():
            continue
        low, high = np.nanpercentile(values, (25, 75))
        if high <= low:  # most clips have one value: it is no sign of being close
            continue
        for bound in rule.bounds:
            gap = np.abs(values - bound.value) / (high - low)
            closer = gap < nearest
            nearest[closer], column[closer] = gap[closer], rule.column
    rows = np.flatnonzero(accepted & (nearest <= NEAR))
    order = rows[np.argsort(nearest[rows], kind="stable")][:MOST_NEAR]
    return {int(row): str(column[row]) for row in order}


def _lot(clip_id: str) -> bytes:
    return hashlib.sha256(clip_id.encode("utf-8", "surrogatepass")).digest()
