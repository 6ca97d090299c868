"""Drop-outs: speech that falls into digital silence from one instant to the next."""

import numpy as np

from scorers.artifacts.spans import Spans, spans
from scorers.base import Samples
from scorers.levels import active_power

SHORTEST_S = 0.02
SILENCE_DB = -50.0
SOUND_DB = -40.0
EDGE_S, EDGE_DB = 0.003, -25.0
WIDE_EDGE_S, WIDE_EDGE_DB = 0.01, -22.0


def dropouts(audio: Samples, rate_hz: int) -> Spans:
    """Silences of at least 20 ms, 50 dB under the speech, that begin in the middle of sound.

    The 3 ms before must lie within 25 dB of the speech: a voice needs longer to die away. So short
    a stretch may fall between two of its pulses; where sound breaks off and sets in again, 10 ms
    within 22 dB on both sides are enough. Silence before the first and after the last sample within
    40 dB of the speech is the clip's start and end, and not counted, whatever noise lies in it.

    Args:
        audio: one channel, not silent.
        rate_hz: sample rate.
    """
    level = float(np.sqrt(active_power(audio, rate_hz)))
    size = np.abs(audio)
    quiet = size <= level * 10.0 ** (SILENCE_DB / 20.0)
    sounding = np.flatnonzero(size > level * 10.0 ** (SOUND_DB / 20.0))

    def sounds(start: int, end: int, within_db: float) -> bool:
        part = audio[max(0, start) : end]
        power = float(np.mean(np.square(part, dtype=np.float64))) if part.size else 0.0
        return bool(power >= (level * 10.0 ** (within_db / 20.0)) ** 2)

    edge, wide = max(1, round(EDGE_S * rate_hz)), max(1, round(WIDE_EDGE_S * rate_hz))
    found = [
        (start, end)
        for start, end in spans(quiet, max(1, round(SHORTEST_S * rate_hz))).tolist()
        if start > sounding[0]
        and end <= sounding[-1]
        and (
            sounds(start - edge, start, EDGE_DB)
            or (sounds(start - wide, start, WIDE_EDGE_DB) and sounds(end, end + wide, WIDE_EDGE_DB))
        )
    ]
    return np.array(found, dtype=np.int64).reshape(-1, 2)
