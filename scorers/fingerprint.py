"""What the audio is, whatever its file: an acoustic fingerprint after Haitsma & Kalker (2002)."""

import base64
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clips.columns import Column
from scorers.base import Measured, Part, Row, Samples, Unmeasurable, Utterance
from scorers.levels import is_silent
from scorers.rows import OnProcessor

NAME = "fingerprint"
PRINT = "fingerprint"
RATE_HZ = 8_000
FRAME = 1_600  # 200 ms: long against the hop, so that a trimmed copy need not lie on the same grid
HOP = 160
HOP_S = HOP / RATE_HZ
LAG = 4  # frames between the two that a bit compares: 80 ms
ACTIVE_DB = 25.0
_BITS = 32
_LOWEST_HZ, _HIGHEST_HZ = 250.0, 3_600.0
_SIZE = 2_048
_CHUNK = 512

_COLUMNS = (
    Column(
        "fingerprint_s",
        "s",
        "neither",
        0.0,
        None,
        "How much of the clip its acoustic fingerprint covers.",
        "Haitsma & Kalker 2002; frames within 25 dB of the loud ones",
    ),
)


@dataclass(frozen=True)
class Fingerprint(OnProcessor):
    """32 bits every 20 ms that survive coding, trimming and another level.

    A bit says whether the step from one of 33 bands to the next has grown over 80 ms. Frames far
    under the loud ones hold noise and are 0. The words go into the details, little-endian in
    base64, so that copies can be found later without the audio, across submissions too.
    """

    name: str = NAME
    version: str = "1"
    columns: tuple[Column, ...] = _COLUMNS
    depends_on: frozenset[Part] = frozenset({"audio"})

    def row(self, utterance: Utterance) -> Row:
        """Measure one clip."""
        audio = utterance.at(RATE_HZ)
        if is_silent(audio):
            return Unmeasurable("silence" if audio.size else "no audio")
        words = fingerprint(audio)
        if not words.any():
            return Unmeasurable("too short for a fingerprint, which takes 0.3 s")
        packed = base64.b64encode(words.astype("<u4").tobytes()).decode("ascii")
        return Measured({"fingerprint_s": float(np.count_nonzero(words) * HOP_S)}, {PRINT: packed})


def fingerprint(audio: Samples) -> npt.NDArray[np.uint32]:
    """One word per frame, 0 where the frame is quiet; empty under 0.3 s.

    Args:
        audio: mono at 8 kHz, shape ``(n_samples,)``.
    """
    if audio.size < FRAME + LAG * HOP:
        return np.zeros(0, np.uint32)
    frames = np.lib.stride_tricks.sliding_window_view(audio, FRAME)[::HOP]
    bands = np.concatenate(
        [_band_energies(frames[i : i + _CHUNK]) for i in range(0, len(frames), _CHUNK)]
    )
    steps = bands[:, :-1] - bands[:, 1:]
    bits = steps[LAG:] > steps[:-LAG]
    words = (bits @ (1 << np.arange(_BITS, dtype=np.uint64))).astype(np.uint32)
    total = bands.sum(axis=1)
    least = np.percentile(total, 95) * 10.0 ** (-ACTIVE_DB / 10.0)
    active = total >= max(float(least), np.finfo(np.float64).tiny)
    return np.where(active[LAG:], np.maximum(words, 1), 0).astype(np.uint32)


def unpack(packed: str) -> npt.NDArray[np.uint32]:
    """The words of a fingerprint as it lies in the details."""
    return np.frombuffer(base64.b64decode(packed), "<u4").astype(np.uint32)


def _band_energies(frames: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    power = np.abs(np.fft.rfft(frames * np.hanning(FRAME), _SIZE)) ** 2
    edges = np.geomspace(_LOWEST_HZ, _HIGHEST_HZ, _BITS + 2) * _SIZE / RATE_HZ
    sums = np.add.reduceat(power, np.round(edges).astype(int), axis=1)
    return np.asarray(sums[:, :-1], dtype=np.float64)
