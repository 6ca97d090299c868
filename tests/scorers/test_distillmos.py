"""Distill-MOS against its own package, whose figures these are."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from clips.errors import ScoringError
from scorers.base import Measured, Unmeasurable, Utterance
from scorers.catalog import choose, scorer_names
from scorers.distillmos.scorer import DistillMos, provide, provided

VOICE = Path(__file__).parents[2] / "examples/submission/VOICE_A_NEUTRAL"


def clip(name: str, times: int = 1) -> Utterance:
    samples, rate = sf.read(VOICE / name, dtype="float32", always_2d=True)
    return Utterance(np.tile(samples.T, (1, times)), rate, "", "en")


@pytest.fixture(scope="module", autouse=True)
def _weights() -> None:
    provide(print)


def test_scores_are_those_of_the_package() -> None:
    """distillmos 0.9.1 gives 4.412724 and 4.642159, of the mean over overlapping windows 4.7064."""
    clips = [clip("0001.wav"), clip("0002.wav"), clip("0002.wav", 3)]
    measure = DistillMos().load("cpu")
    rows = measure([*clips, Utterance(np.zeros((1, 24_000), np.float32), 24_000, "", "en")])
    assert isinstance(rows[3], Unmeasurable)
    found = [row.values["distillmos"] for row in rows[:3] if isinstance(row, Measured)]
    assert found[:2] == pytest.approx([4.412724, 4.642159], abs=1e-3)
    assert found[2] == pytest.approx(4.7064, abs=0.02)


def test_it_takes_part_only_where_it_is_named() -> None:
    assert "distillmos" not in [s.name for s in choose(["snr"], "", 5, "default")]
    assert "distillmos" not in scorer_names()
    named = choose(["snr", "distillmos"], "", 5, "default")
    assert [s.name for s in named] == ["decoding", "snr", "distillmos"]


def test_missing_weights_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scorers.distillmos.scorer._folder", lambda: tmp_path)
    with pytest.raises(ScoringError, match="--scorers distillmos"):
        provided()
