import pandas as pd
import pytest

from selection.exit_codes import FAILED, NOTHING, PASS
from selection.findings import FINDING_COLUMNS
from selection.gate import evaluate
from selection.policy import Gate

NO_FINDINGS = pd.DataFrame(columns=[*FINDING_COLUMNS, "sentence"])


def clips(accept: int, review: int, reject: int) -> pd.DataFrame:
    return pd.DataFrame(
        {"verdict": ["accept"] * accept + ["review"] * review + ["reject"] * reject}
    )


@pytest.mark.parametrize(
    ("counts", "review_counts_as", "code"),
    [
        ((95, 0, 5), "accept", PASS),
        ((94, 0, 6), "accept", FAILED),
        ((90, 10, 0), "accept", PASS),
        ((90, 10, 0), "reject", FAILED),
        ((0, 0, 0), "accept", NOTHING),
        ((9, 0, 0), "accept", FAILED),
    ],
)
def test_exit_codes(counts: tuple[int, int, int], review_counts_as: str, code: int) -> None:
    gate = Gate.model_validate(
        {"max_reject_share": 0.05, "review_counts_as": review_counts_as, "min_clips": 10}
    )
    result = evaluate(clips(*counts), NO_FINDINGS, gate)
    assert result.exit_code == code
    assert result.reasons


def test_a_description_passes_in_words_of_its_own() -> None:
    gate = Gate(max_reject_share=0.05, review_counts_as="accept", min_clips=1)
    result = evaluate(clips(0, 0, 0), NO_FINDINGS, gate, needs_clips=False)
    assert result.exit_code == PASS
    assert result.reasons == ("A description: there is no audio to judge yet.",)


def test_a_run_that_is_not_finished_passes_nothing() -> None:
    gate = Gate(max_reject_share=1, review_counts_as="accept", min_clips=1)
    assert evaluate(clips(0, 720, 0), NO_FINDINGS, gate).exit_code == PASS
    result = evaluate(clips(0, 720, 0), NO_FINDINGS, gate, unmeasured=720)
    assert result.exit_code == FAILED
    assert result.reasons[0].startswith("Not finished: 720 of 720 clips could not be measured")
    assert "Run the same command again" in result.reasons[0]


def test_a_failed_gate_names_value_and_bound() -> None:
    gate = Gate(max_reject_share=0.05, review_counts_as="accept", min_clips=1)
    (reason,) = evaluate(clips(8, 0, 2), NO_FINDINGS, gate).reasons
    assert reason == "2 of 10 clips (20.0%) are rejected; at most 5.0% may be."


def test_a_rejecting_finding_above_the_clips_fails_whatever_the_share() -> None:
    row = dict.fromkeys(FINDING_COLUMNS, "") | {
        "level": "submission",
        "verdict": "reject",
        "sentence": "The licence is refused.",
    }
    gate = Gate(max_reject_share=1, review_counts_as="accept", min_clips=1)
    result = evaluate(clips(5, 0, 0), pd.DataFrame([row]), gate)
    assert (result.exit_code, result.reasons[0]) == (FAILED, "The licence is refused.")
