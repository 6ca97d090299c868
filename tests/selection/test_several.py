import numpy as np
import pandas as pd
import pytest

from clips.errors import PolicyError
from scorers.catalog import measured_columns
from selection.pick import PARKED
from selection.policy import load_policy
from selection.several import COPY, hours_of, select_over
from tests.selection.test_pick import clips


def submission(seed: int, n: int = 40) -> pd.DataFrame:
    rows = clips(n, seed).reset_index(drop=True)
    return rows.assign(audio_sha256=[f"{seed}-{i}" for i in range(n)])


def policy(minimum: float = 0.0):
    base = load_policy()
    return base.model_copy(
        update={"budget": base.budget.model_copy(update={"minimum_hours": minimum})}
    )


def test_copies_across_submissions_count_once_and_say_so() -> None:
    one = submission(1)
    two = pd.concat([submission(2, 10), one.iloc[:5].assign(clip_id=list("abcde"))])
    both = select_over([one, two], [{}, {}], policy(), 10, {})
    assert len(both) == 55
    assert both["selected"].sum() == 50
    assert (both["not_selected"] == COPY).sum() == 5
    assert not both[both["selected"]]["audio_sha256"].duplicated().any()


def test_of_copies_the_one_with_the_better_verdict_stays() -> None:
    one = submission(1, 3).assign(verdict=["review", "accept", "accept"])
    two = submission(1, 3).assign(clip_id=list("abc"))
    both = select_over([one, two], [{}, {}], policy(), 10, {})
    assert both[both["selected"]]["clip_id"].tolist() == ["V-1-1", "V-1-2", "a"]


def test_the_budget_and_the_minimum_are_of_all_together() -> None:
    one, two = submission(1), submission(2)
    hours = one["duration_s"].sum() / 3600
    both = select_over([one, two], [{}, {}], policy(1.5 * hours), hours, {})
    assert 0.9 * hours < both[both["selected"]]["duration_s"].sum() / 3600 <= hours
    assert set(both[both["selected"]]["submission"]) == {0, 1}
    alone = select_over([one], [{}], policy(1.5 * hours), hours, {})
    assert set(alone["not_selected"]) == {PARKED}
    held = select_over([one, two], [{"V": "stage-order"}, {"V": ""}], policy(), 10, {})
    assert set(held[held["selected"]]["submission"]) == {1}


def test_a_budget_is_a_length() -> None:
    assert (hours_of("10h"), hours_of("45 s")) == (10.0, 45 / 3600)
    for wrong in ("ten", "0h", "-1h", "10"):
        with pytest.raises(PolicyError, match="give a length"):
            hours_of(wrong)


def test_clips_of_two_submissions_are_compared_with_each_other() -> None:
    """Places within a submission say nothing beside those of another."""
    worse, better = submission(1), submission(2)
    rng = np.random.default_rng(3)
    tables = [
        rows.assign(snr_db=rng.uniform(low, low + 4.0, len(rows)))
        for rows, low in ((worse, 30.0), (better, 40.0))
    ]
    columns = {c.name: c for c in measured_columns()}
    base = policy()
    by_snr = base.model_copy(
        update={
            "weights": {"snr_db": 1.0},
            "enough": {},
            "selection": base.selection.model_copy(update={"strategy": "score"}),
        }
    )
    hours = better["duration_s"].sum() / 3600
    both = select_over(tables, [{}, {}], by_snr, hours, columns)
    assert set(both[both["selected"]]["submission"]) == {1}
    assert both["rank"].is_unique
    first = both[both["submission"] == 1]["rank"]
    assert sorted(first) == list(range(1, len(better) + 1))
