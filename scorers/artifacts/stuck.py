"""A stuck buffer: one value, or one short stretch, over and over."""

from typing import Any

import numpy as np
import numpy.typing as npt

from scorers.artifacts.spans import Spans, merged, spans
from scorers.base import Samples

LONGEST_LOOP_S = 0.05
SHORTEST_S = 0.005
KEY_SAMPLES = 16
FRAME_S = 0.01
LOUD_PERCENTILE = 95.0
SPEECH_RANGE_DB = 35.0
HELD_RANGE_DB = 20.0
AROUND_S = 0.02


def stuck(audio: Samples, rate_hz: int) -> Spans:
    """Runs of 5 ms and more of one value other than zero, and exact loops of up to 50 ms.

    A loop counts from its second round on and needs two of them: the stretch from its second round
    to the end is at least as long as the loop itself. Silence is neither: what is 20 dB under the
    loud moments, counted from the clip's median as a faulty converter shifts its silence, and has
    no speech (35 dB under them at most) right before it or none right after.

    Args:
        audio: one channel, not silent.
        rate_hz: sample rate.
    """
    same = np.zeros(audio.size, dtype=bool)
    same[1:] = (audio[1:] == audio[:-1]) & (audio[1:] != 0.0)
    flat = spans(same, max(2, round(SHORTEST_S * rate_hz)))
    found = merged([flat, _loops(audio, rate_hz)])
    return found[_in_speech(audio, rate_hz, found)]


def _in_speech(audio: Samples, rate_hz: int, found: Spans) -> npt.NDArray[np.bool_]:
    """Which of the spans are loud themselves, or have speech on both sides."""
    if not len(found):
        return np.zeros(0, dtype=bool)
    power = np.square(audio - np.median(audio), dtype=np.float64)
    frame = max(1, round(FRAME_S * rate_hz))
    frames = power[: power.size // frame * frame].reshape(-1, frame).mean(axis=1)
    loud = np.percentile(frames, LOUD_PERCENTILE) if frames.size else power.max()
    around = round(AROUND_S * rate_hz)

    def reaches(start: int, end: int, under_db: float) -> bool:
        part = power[max(0, start) : end]
        return bool(part.size) and float(part.mean()) > loud * 10.0 ** (-under_db / 10.0)

    return np.array(
        [
            reaches(start, end, HELD_RANGE_DB)
            or (
                reaches(start - around, start, SPEECH_RANGE_DB)
                and reaches(end, end + around, SPEECH_RANGE_DB)
            )
            for start, end in found.tolist()
        ]
    )


def _loops(audio: Samples, rate_hz: int) -> Spans:
    """Where stretches of samples equal, bit for bit, the last ones of their kind before."""
    if audio.size < 2 * KEY_SAMPLES:
        return merged([])
    keys = _keys(audio)
    # hash and place in one number: sorting it is far cheaper than a stable argsort
    places = np.uint64((1 << keys.size.bit_length()) - 1)
    ordered = np.sort((keys & ~places) | np.arange(keys.size, dtype=np.uint64))
    order = (ordered & places).astype(np.int64)
    alike = ordered[1:] & ~places == ordered[:-1] & ~places
    lag = np.zeros(keys.size, dtype=np.int64)
    lag[order[1:][alike]] = np.diff(order)[alike]
    moving = np.lib.stride_tricks.sliding_window_view(audio[1:] != audio[:-1], KEY_SAMPLES - 1)
    lag[~moving.any(axis=1)] = 0
    lag[lag > LONGEST_LOOP_S * rate_hz] = 0
    steps = np.flatnonzero(np.diff(lag)) + 1
    starts = np.concatenate(([0], steps))
    ends = np.concatenate((steps, [lag.size])) + KEY_SAMPLES - 1
    lags = lag[starts]
    shortest = np.maximum(2 * lags, round(SHORTEST_S * rate_hz))
    kept = (lags > 0) & (ends - starts >= shortest)
    return np.stack([starts[kept], ends[kept]], axis=1).astype(np.int64)


def _keys(audio: Samples) -> npt.NDArray[np.uint64]:
    """One number per stretch of 16 samples, equal for equal stretches."""
    mix: Any = np.uint64(0x9E3779B97F4A7C15)
    keys: Any = (audio + np.float32(0.0)).view(np.uint32).astype(np.uint64) * mix
    step = 1
    while step < KEY_SAMPLES:
        keys = (keys[:-step] ^ (keys[:-step] >> np.uint64(29))) * mix + keys[step:]
        step *= 2
    return np.asarray(keys)
