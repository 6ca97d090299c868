"""Clipping: flat tops, at full scale or below."""

from scorers.artifacts.spans import Spans, merged, spans
from scorers.base import Samples

SHORTEST_RUN = 3
CLOSENESS = 2e-4


def clipped(audio: Samples) -> Spans:
    """Runs of at least 3 samples that stay at the highest or the lowest value of the clip.

    Each side has its own ceiling, which need not be full scale: a clip that was clipped and then
    turned down still has flat tops. Clipping that was resampled or coded with loss afterwards has
    none left and is not seen. Runs of 1 or 2 samples do not count, so that light clipping comes out
    up to 40 % low.

    Args:
        audio: one channel, not silent.
    """
    return merged(
        spans(side >= side.max() * (1.0 - CLOSENESS), SHORTEST_RUN)
        for side in (audio, -audio)
        if side.max() > 0.0
    )
