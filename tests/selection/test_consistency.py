from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile as sf

from scorers.base import Measured, Utterance
from scorers.speaker import EMBEDDING, Speaker
from selection.consistency import CONSISTENCY, MIN_CLIPS, Embedding, add_consistency, likeness
from selection.decide import decide
from selection.policy import load_policy
from tests.selection.tables import COLUMNS, evidence, policy, replace, table

EXAMPLE = Path(__file__).parents[2] / "examples/submission"
NEUTRAL = [EXAMPLE / f"VOICE_A_NEUTRAL/{n:04d}.wav" for n in (1, 2, 3, 4, 5, 6, 8, 9)]
WHISPER = sorted((Path(__file__).parents[1] / "scorers/slt").glob("whispered-*.flac"))


def units(n: int, towards: int, seed: int = 0, spread: float = 0.05) -> np.ndarray:
    vectors = spread * np.random.default_rng(seed).standard_normal((n, 64))
    vectors[:, towards] += 1.0
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def named(vectors: np.ndarray, voice: str = "V") -> dict[str, Embedding]:
    return {f"{voice}-{i}": v.astype(np.float32) for i, v in enumerate(vectors)}


def rows(n: int, voice: str = "V") -> pd.DataFrame:
    return table([3.0] * n, [40.0] * n, voice)


@cache
def measured(path: Path) -> Measured:
    audio, rate = sf.read(path, dtype="float32", always_2d=True)
    (row,) = Speaker().load("cpu")([Utterance(audio.T, rate, "", "en")])
    assert isinstance(row, Measured)
    return row


def real(paths: list[Path]) -> tuple[pd.DataFrame, Mapping[str, Embedding]]:
    found = [measured(p) for p in paths]
    columns = {c: [r.values.get(c) for r in found] for c in ("voiced_share", "pitch_hz")}
    clips = rows(len(paths)).assign(**columns).astype(dict.fromkeys(columns, float))
    return clips, named(np.array([r.details[EMBEDDING] for r in found]))


def test_a_whisper_among_spoken_clips_stands_out_and_no_clean_clip_does() -> None:
    clips, embeddings = real([*NEUTRAL, WHISPER[0]])
    shipped = load_policy()
    rules = {name: shipped.rules[name] for name in ("speaker", "tone")}
    told = replace(evidence(clips), embeddings=embeddings, columns=(*COLUMNS, *Speaker().columns))
    decision = decide(told, policy().model_copy(update={"rules": rules}))
    assert list(decision.clips["reasons"][:-1]) == [""] * len(NEUTRAL)
    assert set(decision.clips["reasons"].iloc[-1].split(";")) == {"speaker", "tone"}
    assert set(decision.clips["verdict"]) == {"accept", "review"}


def test_the_planted_clip_is_the_least_alike() -> None:
    clips, embeddings = real([*WHISPER, NEUTRAL[0]])
    found = add_consistency(clips, embeddings)
    assert found["speaker_similarity"].idxmin() == "V-5"
    assert found["speaker_deviation"].idxmin() == "V-5"
    assert found["voiced_share_offset"].idxmax() == "V-5"


def test_the_centre_stands_while_fewer_than_half_are_another_speaker() -> None:
    ours, others = units(11, 0), units(9, 1, seed=1)
    found = add_consistency(rows(20), named(np.vstack([ours, others])))
    similarity = found["speaker_similarity"].to_numpy()
    assert similarity[:11].min() > similarity[11:].max()


def test_a_clip_does_not_vouch_for_itself() -> None:
    """Of a few clips, each at a right angle to the rest, none is like the others."""
    assert likeness(np.eye(6)) == pytest.approx(0.0, abs=1e-9)
    assert likeness(np.repeat(units(1, 0), 6, axis=0)) == pytest.approx(1.0)
    among = likeness(np.vstack([units(5, 0), units(1, 1)]))
    alone = units(1, 1) @ units(5, 0).T
    assert among[-1] == pytest.approx(float(alone.mean()), abs=0.02)


def test_few_clips_have_nothing_to_compare_with() -> None:
    clips = rows(MIN_CLIPS - 1).assign(voiced_share=0.8, pitch_hz=120.0)
    found = add_consistency(clips, named(units(MIN_CLIPS - 1, 0)))
    assert found[[c.name for c in CONSISTENCY]].isna().all(axis=None)


def test_a_clip_without_an_embedding_has_no_similarity_and_passes() -> None:
    embeddings = named(units(9, 0))
    del embeddings["V-4"]
    found = add_consistency(rows(9), embeddings)
    assert list(found.index[found["speaker_similarity"].isna()]) == ["V-4"]
    shipped = load_policy()
    rules = {"speaker": shipped.rules["speaker"]}
    told = replace(evidence(rows(9)), embeddings=embeddings)
    decision = decide(told, policy().model_copy(update={"rules": rules}))
    assert set(decision.clips["verdict"]) == {"accept"}


def test_voices_are_compared_with_themselves() -> None:
    clips = pd.concat([rows(8), rows(8, "W")]).assign(
        voiced_share=[0.8] * 8 + [0.1] * 8, pitch_hz=[100.0] * 8 + [200.0] * 7 + [400.0]
    )
    embeddings = named(units(8, 0)) | named(units(8, 1), "W")
    found = add_consistency(clips, embeddings)
    assert found["speaker_similarity"].min() > 0.8
    assert (found["voiced_share_offset"] == 0).all()
    assert found["pitch_offset_st"].iloc[-1] == pytest.approx(12.0)
    assert (found["pitch_offset_st"].iloc[:-1] == 0).all()


def test_nothing_measured_adds_no_column() -> None:
    found = add_consistency(rows(9), {})
    assert not {c.name for c in CONSISTENCY} & set(found.columns)


def test_order_does_not_matter() -> None:
    embeddings = named(units(12, 0, spread=0.2))
    clips = rows(12)
    one = add_consistency(clips, embeddings)["speaker_similarity"]
    two = add_consistency(clips.iloc[::-1], embeddings)["speaker_similarity"]
    pd.testing.assert_series_equal(one, two.reindex(one.index), rtol=1e-9)
