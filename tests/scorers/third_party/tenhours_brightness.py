"""The spectral centroid of a clip, in a package of its own."""

from dataclasses import dataclass

import numpy as np

from clips.columns import Column
from scorers.base import Measured, Part, Row, Unmeasurable, Utterance
from scorers.rows import OnProcessor


@dataclass(frozen=True)
class Brightness(OnProcessor):
    """Mean frequency of the power spectrum: where the middle of the sound lies."""

    name: str = "brightness"
    version: str = "1"
    columns: tuple[Column, ...] = (
        Column(
            *("brightness_hz", "Hz", "higher", 0.0, None),
            "Mean frequency of the power spectrum.",
            "spectral centroid",
        ),
    )
    depends_on: frozenset[Part] = frozenset({"audio"})

    def row(self, utterance: Utterance) -> Row:
        """Measure one clip."""
        power = np.abs(np.fft.rfft(utterance.mono)) ** 2
        if not power.any():
            return Unmeasurable("silence")
        frequency = np.fft.rfftfreq(utterance.mono.size, 1 / utterance.rate_hz)
        return Measured({"brightness_hz": float(frequency @ power / power.sum())})
