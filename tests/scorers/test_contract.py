"""What holds for every scorer of the catalog, whatever it measures."""

import hashlib
import pickle
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from scorers import vad
from scorers.asr.inquiry import Sure
from scorers.base import Measure, Measured, Row, Samples, Scorer, Unmeasurable, Utterance
from scorers.catalog import choose, scorer_names
from scorers.run import LOWEST_RATE_HZ, Job, measure_batch
from tests.random_whisper import random_model

ROOT = Path(__file__).parents[2]
SURE = Sure(avg_logprob=-0.9, label_least_logprob=-6.0, uncovered_s=0.6, language_prob=0.05)
SCORERS = choose(None, str(random_model()), 5, "default", sure=SURE)
RATE = 24_000


# what a gain must leave alone, and how nearly
TOLERANCES = {
    "snr_db": 0.05,
    "bandwidth_hz": 1.0,
    "cutoff_hz": 1.0,
    "decay_s": 1e-3,
    "chars_per_s": 0.01,
}


@cache
def loaded(scorer: Scorer) -> Measure:
    return scorer.load("cpu")


@cache
def speech() -> tuple[Utterance, ...]:
    folder = ROOT / "examples/submission/VOICE_A_NEUTRAL"
    clips = []
    for name in ("0001.wav", "0002.wav", "0003.wav"):
        samples, rate = sf.read(folder / name, dtype="float32", always_2d=True)
        clips.append(Utterance(samples.T, rate, "the red dog is near the table", "en"))
    return tuple(clips)


def odd() -> dict[str, Utterance]:
    rng = np.random.default_rng(0)

    def make(samples: Samples, text: str = "hello there", language: str = "en") -> Utterance:
        return Utterance(samples.astype(np.float32), RATE, text, language)

    noise = 0.1 * rng.standard_normal((1, RATE * 2))
    (first, *_) = speech()
    low = {
        f"{rate} Hz": Utterance(noise.astype(np.float32), rate, "hello there", "en")
        for rate in (20, 100, 999, LOWEST_RATE_HZ - 1, LOWEST_RATE_HZ, 5_000, 8_000)
    }
    return {
        **low,
        "silence": make(np.zeros((1, RATE))),
        "one sample": make(np.full((1, 1), 0.5)),
        "50 ms": make(noise[:, : RATE // 20]),
        "0.3 s": make(noise[:, : RATE * 3 // 10]),
        "stereo": make(np.vstack([first.samples, 0.5 * first.samples])),
        "8 channels": make(np.repeat(noise, 8, axis=0)),
        "constant": make(np.full((1, RATE), 0.9)),
        "full scale square": make(np.sign(noise)),
        "beyond full scale": make(10 * noise),
        "12 s of speech": make(np.tile(first.samples, (1, 5))[:, : 12 * RATE]),
        "no label": make(first.samples, text=""),
        "label without words": make(first.samples, text="...!?"),
        "no language": make(first.samples, language=""),
        "unknown language": make(first.samples, language="tlh"),
    }


def _opened(utterance: Utterance) -> Callable[[], Utterance]:
    return lambda: utterance


def rows(scorer: Scorer, utterances: list[Utterance]) -> list[Row]:
    """Measured through the runner, which checks ranges; a failure is a failure of the scorer."""
    jobs = [Job(_opened(u), {scorer.name: str(i)}) for i, u in enumerate(utterances)]
    (found,) = (
        part[scorer.name] for part in measure_batch([scorer], {scorer.name: loaded(scorer)}, jobs)
    )
    result = [found[str(i)] for i in range(len(utterances))]
    assert all(isinstance(r, Measured | Unmeasurable) for r in result), result
    return result  # type: ignore[return-value]


def fresh(utterance: Utterance) -> Utterance:
    return Utterance(utterance.samples, utterance.rate_hz, utterance.text, utterance.language)


def same(one: Row, two: Row) -> bool:
    if isinstance(one, Unmeasurable) or isinstance(two, Unmeasurable):
        return one == two
    return (
        one.values.keys() == two.values.keys()
        and all(
            a == b or (a is not None and b is not None and np.isclose(a, b, rtol=1e-5, atol=1e-6))
            for a, b in zip(one.values.values(), two.values.values(), strict=True)
        )
        and one.reasons == two.reasons
    )


each = pytest.mark.parametrize("scorer", SCORERS, ids=lambda s: s.name)


def test_the_catalog_is_complete_and_columns_are_declared_once() -> None:
    assert tuple(s.name for s in SCORERS) == ("decoding", *scorer_names())
    names = [c.name for s in SCORERS for c in s.columns]
    assert len(names) == len(set(names))
    assert all(c.about.endswith(".") and c.source for s in SCORERS for c in s.columns)


@each
def test_declarations_are_hashable_picklable_and_cheap(scorer: Scorer) -> None:
    again = pickle.loads(pickle.dumps(scorer))
    assert (again, hash(again), again.version) == (scorer, hash(scorer), scorer.version)
    assert scorer.depends_on <= {"audio", "text", "language"}
    assert "audio" in scorer.depends_on


@each
def test_whoever_asks_where_the_speech_is_has_the_detector_in_its_version(scorer: Scorer) -> None:
    clip = fresh(speech()[0])
    rows(scorer, [clip])
    asked = "speech" in vars(clip)
    assert asked == (vad.digest() in scorer.version)


def test_the_detectors_digest_is_that_of_its_file_and_imports_nothing() -> None:
    code = (
        "import sys; from scorers import vad; print(vad.digest(), 'faster_whisper' in sys.modules)"
    )
    told = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)
    from faster_whisper.utils import get_assets_path

    (model,) = Path(get_assets_path()).glob("silero_vad*.onnx")
    wanted = hashlib.sha256(model.read_bytes()).hexdigest()[:8]
    assert told.split() == [wanted, "False"]


@each
@pytest.mark.parametrize("name", odd())
def test_odd_clips_get_a_value_in_range_or_a_reason(scorer: Scorer, name: str) -> None:
    (row,) = rows(scorer, [odd()[name]])
    if isinstance(row, Unmeasurable):
        assert row.reason
        return
    assert row.values.keys() == {c.name for c in scorer.columns}
    for column, value in row.values.items():
        assert (value is None) == (column in row.reasons)
        assert "outside" not in row.reasons.get(column, ""), "a value out of its declared range"
        assert row.reasons.get(column) != "not measured", "a null without a reason of its own"


@each
def test_order_batch_and_repetition_do_not_matter(scorer: Scorer) -> None:
    clips = [*speech(), odd()["silence"]]
    together = rows(scorer, [fresh(u) for u in clips])
    backwards = rows(scorer, [fresh(u) for u in reversed(clips)])[::-1]
    alone = [rows(scorer, [fresh(u)])[0] for u in clips]
    assert all(map(same, together, backwards))
    assert all(map(same, together, alone))


@each
def test_measuring_leaves_the_samples_alone(scorer: Scorer) -> None:
    clip = fresh(speech()[0])
    before = clip.samples.copy()
    rows(scorer, [clip])
    assert np.array_equal(before, clip.samples)


@pytest.mark.parametrize("gain_db", [-12.0, -6.0, 3.0])
def test_a_gain_moves_loudness_by_itself_and_leaves_the_rest(gain_db: float) -> None:
    clip = speech()[0]
    louder = Utterance(
        (clip.samples * 10 ** (gain_db / 20)).astype(np.float32), clip.rate_hz, clip.text, "en"
    )
    held = {*TOLERANCES, "integrated_lufs"}
    for scorer in SCORERS:
        if not (mine := held & {c.name for c in scorer.columns}):
            continue
        held -= mine
        (one,), (two,) = rows(scorer, [fresh(clip)]), rows(scorer, [louder])
        assert isinstance(one, Measured)
        assert isinstance(two, Measured)
        for column, tolerance in TOLERANCES.items():
            if column in one.values:
                assert two.values[column] == pytest.approx(one.values[column], abs=tolerance)
        if "integrated_lufs" in one.values:
            moved = two.values["integrated_lufs"] - one.values["integrated_lufs"]  # type: ignore[operator]
            assert moved == pytest.approx(gain_db, abs=0.01)
    assert not held, "no scorer measures this any more"
