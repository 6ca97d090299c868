"""Places within a voice, and what lies beyond the bounds."""

import numpy as np
import pandas as pd
import pytest

from clips.columns import Column
from selection.policy import MeasuredRule
from selection.ranking import beyond_bounds, places, scores
from tests.selection.tables import COLUMNS, policy, table

BY_NAME = {c.name: c for c in (*COLUMNS, Column("wer", "", "lower", 0.0, None, "", ""))}


def rule(**bounds: object) -> MeasuredRule:
    said = {"unit": "dB", "why": "w", "says": "", "remedy": ""}
    return MeasuredRule.model_validate({"column": "snr_db", "unknown": "skip", **said, **bounds})


def beyond(rows: pd.DataFrame, **bounds: object) -> list[float]:
    return list(beyond_bounds(rows, {"snr": rule(**bounds)}))


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"review_below": 25.0, "reject_below": 15.0}, [0, 0, 0.5, 1, 3.5]),
        ({"reject_below": 20.0}, [0, 0, 0, 0.25, 1.5]),
        ({"review_above": 30.0, "reject_above": 40.0}, [1, 0, 0, 0, 0]),
        ({"review_above": 0.0}, [40, 25, 20, 15, 0]),
        ({"review_below": 25.0, "reject_below": 15.0, "graded": False}, [0, 0, 1, 1, 1]),
    ],
)
def test_how_far_beyond(bounds: dict[str, object], expected: list[float]) -> None:
    assert beyond(table([3] * 5, [40, 25, 20, 15, -10]), **bounds) == pytest.approx(expected)


def test_what_cannot_be_measured_counts_where_it_should_be() -> None:
    rows = table([3] * 2, [40, float("nan")])
    assert beyond(rows, review_below=25.0) == [0, 0]
    assert beyond(rows, review_below=25.0, unknown="review") == [0, 10]


def test_a_tone_that_is_not_judged_is_not_charged() -> None:
    rows = table([3] * 2, [0, 0]).assign(tone=["whispering", "neutral"])
    assert beyond(rows, review_below=25.0, except_tones=("Whispering",)) == [0, 1]


def test_within_bounds_the_place_is_all_there_is() -> None:
    rows = table([3] * 4, [60, 50, 40, 30]).assign(wer=0.0)
    place = places(rows, policy().weights, {}, BY_NAME)
    assert list(scores(rows, policy(), BY_NAME)) == list(place)
    assert place.is_monotonic_decreasing


def test_better_than_enough_is_no_better() -> None:
    rows = table([3] * 4, [60, 50, 40, 30])
    found = places(rows, {"snr_db": 1.0}, {"snr_db": 45.0}, BY_NAME)
    assert list(found) == [75, 75, 37.5, 12.5]
    lower = places(rows.assign(wer=[0, 0.1, 0.2, 0.3]), {"wer": 1.0}, {"wer": 0.15}, BY_NAME)
    assert list(lower) == [75, 75, 37.5, 12.5]


def lacking(*snr: float, **columns: object) -> list[float]:
    rows = table([3] * len(snr), snr).assign(**({"wer": 0.0} | columns))
    return list(places(rows, {"snr_db": 1.0, "wer": 1.0}, {}, BY_NAME))


def test_what_most_of_a_voice_lack_orders_none_of_them() -> None:
    nan = float("nan")
    assert lacking(40, nan, nan) == [50, 50, 50]
    assert lacking(40, 30, nan, nan) == [62.5, 37.5, 25, 25]
    assert lacking(40, 30, nan) == [62.5, 37.5, 25]


def test_clips_without_audio_or_label_do_not_make_a_column_rare() -> None:
    nan = float("nan")
    none = lacking(40, 30, *[nan] * 6, wer=[0.0, 0.0, *[nan] * 6])
    assert none[:2] == [62.5, 37.5]
    assert np.isnan(none[2:]).all()
    rows = [0, 1, -1, -1, -1]
    unlabelled = lacking(50, 50, 50, 50, 50, wer=[0.0, 0.1, nan, nan, nan], row=rows)
    assert unlabelled[:2] == [62.5, 37.5]


def test_of_two_clips_at_the_bottom_of_two_voices_the_worse_one_scores_less() -> None:
    bad, worse = (pd.concat([table([3] * 9, [50] * 9), table([3], [x], "X")]) for x in (5, -5))
    shared = [rows.assign(voice="V", wer=0.0) for rows in (bad, worse)]
    one, two = (scores(rows, policy(), BY_NAME).iloc[-1] for rows in shared)
    assert one > two
