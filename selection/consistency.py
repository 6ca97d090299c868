"""Columns derived from the voice: does a clip sound like the speaker and the tone of its voice?"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from clips.columns import Column
from selection.needs import has

Embedding = npt.NDArray[np.float32]
MIN_CLIPS = 5
_LEAST_SPREAD = 0.02
_STEPS = 50
_NEAR = 0.1  # nearer than this no clip counts for more

CONSISTENCY: tuple[Column, ...] = (
    Column(
        *("speaker_similarity", "", "higher", -1.0, 1.0),
        "Likeness of the speaker to the voice's other clips: cosine to their geometric median.",
        "Resemblyzer embeddings (GE2E, Wan et al. 2018)",
    ),
    Column(
        *("speaker_deviation", "", "higher", None, None),
        "The same against its median in the voice, in robust standard deviations; low is unlike.",
        "speaker_similarity; median absolute deviation",
    ),
    Column(
        *("voiced_share_offset", "", "neither", -1.0, 1.0),
        "Share of voiced speech less the median of the voice: low is whispered among voiced clips.",
        "voiced_share",
    ),
    Column(
        *("pitch_offset_st", "st", "neither", None, None),
        "Pitch against the median of the voice, in semitones.",
        "pitch_hz",
    ),
)


def add_consistency(table: pd.DataFrame, embeddings: Mapping[str, Embedding]) -> pd.DataFrame:
    """Add the columns of `CONSISTENCY` whose measurements are there.

    A voice with fewer than 5 clips that were measured has nothing to compare with. The centre of a
    voice is a geometric median, which stands while fewer than half of the clips are another
    speaker's.

    Args:
        table: one row per clip with ``clip_id`` and ``voice``.
        embeddings: clip id -> unit vector, for the clips that have one.
    """
    out = table.copy(deep=False)
    groups = out.groupby("voice")
    if embeddings:
        similarity = np.full(len(out), np.nan)
        ids = out["clip_id"].to_numpy()
        known = np.fromiter((clip_id in embeddings for clip_id in ids), bool, len(ids))
        for places in groups.indices.values():
            at = np.asarray(places)[known[places]]
            if at.size >= MIN_CLIPS:
                vectors = np.stack([np.asarray(embeddings[i], dtype=np.float64) for i in ids[at]])
                similarity[at] = likeness(vectors)
        out["speaker_similarity"] = similarity
        out["speaker_deviation"] = out.groupby("voice")["speaker_similarity"].transform(_deviation)
    if has(out, "voiced_share"):
        share = groups["voiced_share"]
        enough = share.transform("count") >= MIN_CLIPS
        out["voiced_share_offset"] = (out["voiced_share"] - share.transform("median")).where(enough)
    if has(out, "pitch_hz"):
        pitch = groups["pitch_hz"]
        enough = pitch.transform("count") >= MIN_CLIPS
        octaves = np.log2(out["pitch_hz"]) - np.log2(pitch.transform("median"))
        out["pitch_offset_st"] = 12.0 * octaves.where(enough)
    return out


def likeness(vectors: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Cosine of each vector to the geometric median of the others, shape ``(n_clips,)``.

    The median is found once for all (Weiszfeld; it is the same from wherever one begins); a
    vector's own part is then taken out of it, at the weight that it has there. In a voice of few
    clips it would else vouch for itself.

    Args:
        vectors: shape ``(n_clips, n_dimensions)``, each of length 1; at least two.
    """
    middle = vectors.mean(axis=0)
    for _ in range(_STEPS):
        weights = _weights(vectors, middle)
        moved = weights @ vectors / weights.sum()
        done = np.linalg.norm(moved - middle) < 1e-6
        middle = moved
        if done:
            break
    weights = _weights(vectors, middle)
    weighted = weights[:, None] * vectors
    others = weighted.sum(axis=0) - weighted
    length = np.maximum(np.linalg.norm(others, axis=1), 1e-12)
    return np.asarray(np.clip(np.sum(vectors * others, axis=1) / length, -1.0, 1.0))


def _weights(
    vectors: npt.NDArray[np.float64], middle: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    distance = np.linalg.norm(vectors - middle, axis=1)
    return np.asarray(1.0 / np.maximum(distance, _NEAR))


def _deviation(similarity: "pd.Series[float]") -> "pd.Series[float]":
    middle = similarity.median()
    # a voice of one engine hardly varies: a small difference would be a large deviation
    spread = max(1.4826 * float((similarity - middle).abs().median()), _LEAST_SPREAD)
    return (similarity - middle) / spread
