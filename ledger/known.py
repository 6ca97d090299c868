"""What a run is told of what was decided before."""

from dataclasses import dataclass, field
from datetime import datetime

from clips.submission_file import Stage
from selection.decisions import Decided


@dataclass(frozen=True)
class Known:
    """What is known of a contributor, and of one submission of theirs.

    Args:
        approved: stages of any submission of theirs.
        agreed_arrival: the last day that was agreed.
        decided: the maintainer's word on this submission.
    """

    approved: frozenset[Stage] = frozenset()
    agreed_arrival: datetime | None = None
    decided: Decided = field(default_factory=Decided)
