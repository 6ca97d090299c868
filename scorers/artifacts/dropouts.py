"""Drop-outs: speech that falls into digital silence from one instant to the next."""

import numpy as np

from scorers.artifacts.spans import Spans, spans
from scorers.base import Samples
from scorers.levels import active_power

SHORTEST_S = 0.02
EDGE_S = 0.003
SILENCE_DB = -50.0
EDGE_DB = -25.0


def dropouts(audio: Samples, rate_hz: int) -> Spans:
    """Silences of at least 20 ms, 50 dB under the speech, that begin in the middle of sound.

    The 3 ms before must lie within 25 dB of the speech: a voice needs longer to die away. Silence
    at the start and at the end of the clip is not counted.

    Args:
        audio: one channel, not silent.
        rate_hz: sample rate.
    """
    level = np.sqrt(active_power(audio, rate_hz))
    quiet = np.abs(audio) <= level * 10.0 ** (SILENCE_DB / 20.0)
    found = spans(quiet, max(1, round(SHORTEST_S * rate_hz)))
    edge = max(1, round(EDGE_S * rate_hz))
    floor = (level * 10.0 ** (EDGE_DB / 20.0)) ** 2
    before = [audio[max(0, start - edge) : start] for start in found[:, 0].tolist()]
    abrupt = [
        part.size > 0 and float(np.mean(np.square(part, dtype=np.float64))) >= floor
        for part in before
    ]
    inside = found[:, 1] < audio.size
    return np.asarray(found[np.array(abrupt, dtype=bool) & inside])
