"""What to score and how, and what is known of it from elsewhere."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from clips.submission_file import Stage
from flows.approvals import Approval
from flows.plan import BATCH_S
from ledger.known import Known
from selection.policy import DEFAULT
from selection.terms import Circumstances


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
        store: folder of the measurements, or a URL of one in an object store; the user's cache
            folder where ``None``.
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
        batch_s: seconds of audio that are measured and stored together; a run that is killed loses
            at most the batches in flight, one per processor.
        approved: stages that the maintainer approved before.
        arrived: when this came in; the time of the run where ``None``.
        agreed_arrival: when the contributor was told that this may arrive.
        agreed_arrivals: the same of whoever it may be from, by pseudonym.
        measure_all: all of a payload, even where the terms refuse it as a whole.
        decisions: CSV with the maintainer's word on clips.
        shelf: folder of what was accepted of earlier submissions; ``None`` compares with none.
        ledger: path or URL of what was decided before, where this run is kept too; ``""`` for none,
            the user's where ``None``.
        base: a commit; what the submission adds to it is judged, where not ``None``.
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
    decisions: str | None = None
    shelf: str | None = None
    ledger: str | None = None
    base: str | None = None


def circumstances(
    request: Request, contributor: str, known: Known | None = None, noted: Approval | None = None
) -> Circumstances:
    """What is known of a submission from elsewhere.

    Args:
        request: what this run was told.
        contributor: pseudonym.
        known: what the ledger knows.
        noted: what the base says.
    """
    known, noted = known or Known(), noted or Approval()
    agreed = request.agreed_arrival or request.agreed_arrivals.get(contributor)
    agreed = agreed or noted.agreed_arrival
    return Circumstances(
        approved=frozenset((*request.approved, *noted.stages)) | known.approved,
        now=request.arrived or datetime.now(UTC),
        agreed_arrival=agreed or known.agreed_arrival,
        apart=frozenset(known.decided.voices),
    )
