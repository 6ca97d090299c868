"""How loud a clip is: integrated loudness, true peak and loudness range."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clips.columns import Column
from scorers.base import Measured, Part, Row, Samples, Unmeasurable, Utterance
from scorers.rows import OnProcessor, answered

BLOCK_S = 0.4
HOP_S = 0.1
SHORTEST_S = 0.1
RANGE_S = 3.0
RANGE_GATE_LU = 20.0
GATE_LUFS = -70.0
MOST_CHANNELS = 5
OVERSAMPLING = 4

_COLUMNS = (
    Column(
        "integrated_lufs",
        "LUFS",
        "neither",
        -70.0,
        None,
        "Loudness of the whole clip, pauses gated out.",
        "ITU-R BS.1770-4 by pyloudnorm",
    ),
    Column(
        "true_peak_dbtp",
        "dBTP",
        "lower",
        -120.0,
        None,
        "Highest peak between and on the samples of any channel.",
        "ITU-R BS.1770-4 annex 2, 4 times oversampled",
    ),
    Column(
        "loudness_range_lu",
        "LU",
        "neither",
        0.0,
        None,
        "How far loudness moves within the clip.",
        "EBU Tech 3342 over the blocks of pyloudnorm",
    ),
)


@dataclass(frozen=True)
class Loudness(OnProcessor):
    """Loudness over all channels as BS.1770 counts them; one channel counts once.

    A clip under 0.4 s is one ungated block as long as the clip, which ``details["block_s"]`` then
    names; under 0.1 s its loudness is null. Loudness range needs 3 s. Silence is null. A gain of
    ``g`` dB moves the loudness and the true peak by ``g`` and leaves the range alone.
    """

    name: str = "loudness"
    version: str = "1"
    columns: tuple[Column, ...] = _COLUMNS
    depends_on: frozenset[Part] = frozenset({"audio"})

    def row(self, utterance: Utterance) -> Row:
        """Measure one clip."""
        audio, rate = utterance.samples.T.astype(np.float64), utterance.rate_hz
        if audio.size == 0:
            return Unmeasurable("no audio")
        values, reasons = answered(
            integrated_lufs=integrated_lufs(audio, rate),
            true_peak_dbtp=true_peak_dbtp(utterance.samples),
            loudness_range_lu=loudness_range_lu(audio, rate),
        )
        return Measured(values, {"block_s": round(min(BLOCK_S, utterance.duration_s), 4)}, reasons)


def integrated_lufs(audio: npt.NDArray[np.float64], rate_hz: int) -> float | str:
    """Integrated loudness in LUFS, or the reason why there is none.

    Args:
        audio: shape ``(n_samples, channels)``, up to 5 channels (L, R, C, Ls, Rs).
        rate_hz: sample rate.
    """
    samples, channels = audio.shape
    if samples < SHORTEST_S * rate_hz:
        return f"shorter than {SHORTEST_S} s"
    if channels > MOST_CHANNELS:
        return f"more than {MOST_CHANNELS} channels"
    if not np.any(audio):
        return "silence"
    # a hair shorter than the clip: pyloudnorm refuses a block that rounding makes longer
    block = min(BLOCK_S, samples / rate_hz * (1.0 - 1e-9))
    # an unfinished block does not count (BS.1770-4), and pyloudnorm would count it as quieter
    hops = math.floor((samples / rate_hz - block) / HOP_S + 1e-9)
    whole = min(samples, math.ceil((block + hops * HOP_S) * rate_hz))
    loudness = float(_meter(rate_hz, block).integrated_loudness(audio[:whole]))
    return loudness if math.isfinite(loudness) else "quieter than the gate at -70 LUFS"


def true_peak_dbtp(samples: Samples) -> float | str:
    """Peak of the 4 times oversampled waveform in dBTP, or the reason why there is none.

    Args:
        samples: shape ``(channels, n_samples)``.
    """
    import soxr

    peak = float(np.abs(samples).max())
    if peak == 0.0:
        return "silence"
    finer = soxr.resample(samples.T, 1, OVERSAMPLING, quality="HQ")
    if finer.size:
        peak = max(peak, float(np.abs(finer).max()))
    return max(-120.0, 20.0 * math.log10(peak))


def loudness_range_lu(audio: npt.NDArray[np.float64], rate_hz: int) -> float | str:
    """Loudness range in LU, or the reason why there is none; arguments as `integrated_lufs`."""
    samples, channels = audio.shape
    if samples < RANGE_S * rate_hz:
        return f"shorter than {RANGE_S:g} s"
    if channels > MOST_CHANNELS:
        return f"more than {MOST_CHANNELS} channels"
    if not np.any(audio):
        return "silence"
    # pyloudnorm's own loudness_range lays 1.5 s of silence behind the clip, which makes a short
    # clip with a level end look uneven; so the standard's gates and percentiles stand here
    meter = _meter(rate_hz, RANGE_S, 1.0 - HOP_S / RANGE_S)
    hops = math.floor((samples / rate_hz - RANGE_S) / HOP_S + 1e-9)
    meter.integrated_loudness(audio[: math.ceil((RANGE_S + hops * HOP_S) * rate_hz)])
    blocks = np.asarray(meter.blockwise_loudness)
    heard = blocks[blocks >= GATE_LUFS]
    if heard.size == 0:
        return "quieter than the gate at -70 LUFS"
    mean = 10.0 * math.log10(float(np.mean(10.0 ** (heard / 10.0))))
    low, high = np.percentile(heard[heard >= mean - RANGE_GATE_LU], (10, 95))
    return float(high - low)


def _meter(rate_hz: int, block_s: float, overlap: float = 0.75) -> Any:
    """A meter whose filters, at 48 kHz, are those of the standard's tables at any rate.

    pyloudnorm's default "K-weighting" is up to 0.1 LU off on speech; its "DeMan" set is not.
    """
    import pyloudnorm

    return pyloudnorm.Meter(rate_hz, "DeMan", block_s, overlap)
