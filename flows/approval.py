"""A flow run that is suspended until the maintainer has a word, in Prefect's UI or by a command."""

from typing import Literal

from prefect import flow, suspend_flow_run
from prefect.input import RunInput
from pydantic import Field

from flows.deciding import About, decided_already, say_of
from flows.resume import FLOW

_WAIT_S = 365 * 86_400


class Answer(RunInput):
    """What is asked; no answer stands there already, so that an empty resume approves nothing."""

    decision: Literal["approve", "decline"] = Field(description="About the submission's stage")
    why: str = Field(min_length=1, description="The reason, which is kept and told")


@flow(name=FLOW, flow_run_name="approval {submission}", persist_result=True)
def approval(submission: str, ledger: str | None = None) -> None:
    """Wait for the word on a submission's stage, and keep it in the ledger.

    Nothing runs meanwhile: the flow run is suspended, and goes on when it is resumed in the UI, or
    when `tenhours approve` or `decline` has kept a word, which resumes it too.

    Args:
        submission: the first digits of its digest, as tenhours history shows it.
        ledger: a path or URL; as for tenhours score where not given.
    """
    if decided_already(submission, ledger):
        return
    answer = suspend_flow_run(wait_for_input=Answer, timeout=_WAIT_S, key=f"word-{submission}")
    if not decided_already(submission, ledger):
        say_of(answer.decision, About(submission), answer.why, revoke=False, where=ledger)
