import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from clips.columns import Column
from clips.errors import DecodeError, ScoringError
from scorers.base import Measure, Measured, Part, Row, Unmeasurable, Utterance
from scorers.catalog import choose
from scorers.run import Failed, Job, measure_batch


@dataclass(frozen=True)
class Peak:
    """The largest sample; fails on purpose where a clip's text says so."""

    name = "peak"
    version = "1"
    columns = (Column("peak", "", "lower", 0.0, 1.0, "Largest sample.", "test"),)
    depends_on: ClassVar[frozenset[Part]] = frozenset({"audio"})

    def load(self, device: str) -> Measure:
        def measure(utterances: Sequence[Utterance]) -> list[Row]:
            if any(u.text == "bug" for u in utterances):
                raise ZeroDivisionError("on purpose")
            return [Measured({"peak": float(np.abs(u.samples).max())}) for u in utterances]

        return measure


def clip(value: float, text: str = "") -> Utterance:
    return Utterance(np.full((1, 10), value, np.float32), 24_000, text, "en")


def run(*openers: object) -> list[object]:
    scorer = Peak()
    jobs = [Job(o, {"peak": str(i)}) for i, o in enumerate(openers)]  # type: ignore[arg-type]
    (part,) = measure_batch([scorer], {"peak": scorer.load("cpu")}, jobs)
    found = part["peak"]
    return [found[str(i)] for i in range(len(openers))]


def test_one_bad_clip_does_not_stop_the_batch() -> None:
    def broken() -> Utterance:
        raise DecodeError("it is an image")

    def gone() -> Utterance:
        raise FileNotFoundError(2, "No such file")

    def large() -> Utterance:
        raise MemoryError

    good, undecodable, lost, memory, bug = run(
        lambda: clip(0.5), broken, gone, large, lambda: clip(0.1, "bug")
    )
    assert isinstance(good, Measured)
    assert good.values == {"peak": 0.5}
    assert undecodable == Unmeasurable("cannot be decoded: it is an image")
    assert lost == Failed("could not be read: No such file")
    assert memory == Failed("out of memory while decoding")
    assert bug == Failed("peak failed: ZeroDivisionError: on purpose")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_samples_that_are_no_numbers_are_refused(bad: float) -> None:
    assert run(lambda: clip(bad)) == [
        Unmeasurable("cannot be decoded: it holds samples that are not numbers")
    ]


def test_a_value_outside_its_declared_range_becomes_null_with_the_value() -> None:
    (row,) = run(lambda: clip(3.0))
    assert isinstance(row, Measured)
    assert row.values == {"peak": None}
    assert row.reasons == {"peak": "measured 3, outside 0.0 to 1.0"}


def test_only_the_wanted_scorers_measure_a_clip() -> None:
    jobs = [Job(lambda: clip(0.1), {}), Job(lambda: clip(0.2), {"peak": "k"})]
    (part,) = measure_batch([Peak()], {"peak": Peak().load("cpu")}, jobs)
    assert list(part["peak"]) == ["k"]


def test_no_more_is_decoded_at_once_than_may_be_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scorers.run.MOST_VALUES", 25)
    decoded: list[weakref.ref[Utterance]] = []

    def decode() -> Utterance:
        assert sum(ref() is not None for ref in decoded) <= 3
        made = clip(0.1)
        decoded.append(weakref.ref(made))
        return made

    jobs = [Job(decode, {"peak": str(n)}) for n in range(7)]
    found = measure_batch([Peak()], {"peak": Peak().load("cpu")}, jobs)
    assert [list(part["peak"]) for part in found] == [["0", "1", "2"], ["3", "4", "5"], ["6"]]


def test_an_unknown_scorer_is_named_beside_those_there_are() -> None:
    with pytest.raises(ScoringError, match=r"no scorer named nois; there are asr, dnsmos, snr"):
        choose(["nois"], "small", 5, "default")
    assert [s.name for s in choose(["loudness"], "nowhere", 5, "default")] == [
        "decoding",
        "loudness",
    ]
