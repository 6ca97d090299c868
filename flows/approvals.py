"""What the maintainer approved, as a file on the base branch of a repository says it."""

import tomllib
from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from clips.errors import ScoringError
from clips.submission_file import Stage

APPROVALS = "approvals.toml"


class Approval(BaseModel):
    """What is approved of one contributor or submission.

    Args:
        stages: that were approved.
        agreed_arrival: when they were told that more may arrive, while the collection is paused.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    stages: tuple[Stage, ...] = ()
    agreed_arrival: datetime | None = None


class Approvals(BaseModel):
    """All that is approved.

    The tables are apart, so that a submission that is named as somebody's pseudonym gains nothing.

    Args:
        contributors: by pseudonym.
        submissions: by the name of its folder or archive.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    contributors: Mapping[str, Approval] = {}
    submissions: Mapping[str, Approval] = {}

    def of(self, contributor: str, submission: str) -> Approval:
        """What is approved of a contributor's submission, by either of its names."""
        by_either = (self.contributors.get(contributor), self.submissions.get(submission))
        known = [one for one in by_either if one]
        agreed = (one.agreed_arrival for one in known)
        return Approval(
            stages=tuple(dict.fromkeys(stage for one in known for stage in one.stages)),
            agreed_arrival=next((day for day in agreed if day), None),
        )


def read_approvals(content: bytes, name: str) -> Approvals:
    """Parse an approvals file.

    Args:
        content: TOML.
        name: what errors call it.

    Raises:
        ScoringError: it is none.
    """
    try:
        return Approvals.model_validate(tomllib.loads(content.decode()))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ScoringError(f"{name}: {place}: {first['msg']}") from None
    except ValueError as error:
        raise ScoringError(f"{name} is no TOML in UTF-8 ({error})") from None
