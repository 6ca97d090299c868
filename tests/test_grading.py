"""The score of a real clip falls with the strength of a defect that is laid on it."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import soundfile as sf
from scipy.stats import kendalltau

from scorers.base import Measured, Samples, Utterance
from scorers.catalog import choose
from selection.derived import DERIVED, derive
from selection.policy import load_policy
from selection.ranking import scores
from tests.conftest import EXAMPLE, POLICY, ROOT

SCORERS = choose(["artifacts", "loudness", "bandwidth", "pauses"], "", 5, "default")


def clipping(clip: Samples, strength: float) -> npt.NDArray[np.float64]:
    ceiling = np.quantile(np.abs(clip), 1 - 0.2 * strength)
    return np.clip(clip, -ceiling, ceiling)


def hum(clip: Samples, strength: float) -> npt.NDArray[np.float64]:
    at = np.arange(clip.size) / 24_000
    level = np.std(clip) * 10 ** (-(50 - 45 * strength) / 20)
    return clip + level * sum(np.sin(2 * np.pi * 50 * k * at) / k for k in (1, 2, 3))


def offset(clip: Samples, strength: float) -> npt.NDArray[np.float64]:
    return clip + 0.3 * strength


def quiet(clip: Samples, strength: float) -> npt.NDArray[np.float64]:
    return clip * 10 ** (-35 * strength / 20)


@pytest.mark.parametrize("defect", [clipping, hum, offset, quiet])
def test_the_score_falls_with_the_strength(
    defect: Callable[[Samples, float], npt.NDArray[np.float64]],
) -> None:
    folder = EXAMPLE / "VOICE_A_NEUTRAL"
    truth = pd.read_csv(ROOT / "examples" / "truth.csv")
    planted = set(truth["audio_file"][truth["voice"] == folder.name])
    names = [path.name for path in sorted(folder.glob("*.wav")) if path.name not in planted]
    clean = [sf.read(folder / name, dtype="float32")[0] for name in names]
    strengths = np.linspace(0.1, 1, 8)
    clips = [*clean, *(defect(clean[0], s) for s in strengths)]
    table = derive(measured([np.asarray(c, np.float32) for c in clips]))
    columns = {c.name: c for s in SCORERS for c in s.columns} | {c.name: c for c in DERIVED}
    weights = {k: w for k, w in load_policy(str(POLICY)).weights.items() if k in columns}
    score = scores(table, weights, columns).to_numpy()[len(clean) :]
    assert kendalltau(strengths, -score).statistic >= 0.8


def measured(clips: list[Samples]) -> pd.DataFrame:
    utterances = [Utterance(c[None], 24_000, "", "en") for c in clips]
    rows: list[dict[str, float | None]] = [{} for _ in clips]
    for scorer in SCORERS:
        for row, found in zip(rows, scorer.load("cpu")(utterances), strict=True):
            assert isinstance(found, Measured)
            row.update(found.values)
    return pd.DataFrame(rows).astype("float64").assign(voice="V")
