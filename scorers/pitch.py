"""How the pitch of a clip moves: how far, and whether it rises or falls at the end."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clips.columns import Column
from scorers import vad
from scorers.base import Measured, Part, Row, Unmeasurable, Utterance
from scorers.levels import is_silent
from scorers.rows import OnProcessor
from scorers.voicing import RATE_HZ, STRENGTH, voicing

FINAL = 30  # voiced frames of 10 ms
_LEAST = 2 * FINAL
_OCTAVE = 9.0  # semitones from the clip's median: beyond, the detector took another period

_COLUMNS = (
    Column(
        *("pitch_range_st", "st", "neither", 0.0, 2 * _OCTAVE),
        "How far the pitch moves: 95th less 5th percentile of the voiced speech, in semitones.",
        "Peak of the normalised autocorrelation over 0.6 (Boersma 1993), within 9 st of the median",
    ),
    Column(
        *("final_pitch_st", "st", "neither", -2 * _OCTAVE, 2 * _OCTAVE),
        "How far the pitch rises (above 0) or falls over the last 0.3 s of voiced speech.",
        "Slope of Theil (1950) and Sen (1968) of the pitch in semitones",
    ),
)


@dataclass(frozen=True)
class Pitch(OnProcessor):
    """Range of the pitch and its final movement; neither changes with level or pitch itself.

    Both need 0.6 s of voiced speech, so that whispers have neither. Frames whose pitch lies more
    than 9 semitones from the clip's median are errors of an octave far more often than speech.
    """

    name: str = "pitch"
    columns: tuple[Column, ...] = _COLUMNS
    depends_on: frozenset[Part] = frozenset({"audio"})

    @property
    def version(self) -> str:
        return vad.version(1)

    def row(self, utterance: Utterance) -> Row:
        """Measure one clip."""
        audio = utterance.at(RATE_HZ)
        if is_silent(audio):
            return Unmeasurable("silence" if audio.size else "no audio")
        cuts = [slice(round(s * RATE_HZ), round(e * RATE_HZ)) for s, e in utterance.speech]
        speech = np.concatenate([audio[:0], *(audio[cut] for cut in cuts)])
        if speech.size == 0:
            return Unmeasurable("no speech found")
        heard = voicing(speech - speech.mean())
        semitones = 12.0 * np.log2(heard.pitch_hz[heard.strength >= STRENGTH])
        if semitones.size:
            semitones = semitones[np.abs(semitones - np.median(semitones)) <= _OCTAVE]
        if semitones.size < _LEAST:
            return Unmeasurable(f"less than {_LEAST / 100:g} s of voiced speech")
        low, high = np.percentile(semitones, (5, 95))
        return Measured({"pitch_range_st": float(high - low), "final_pitch_st": _rise(semitones)})


def _rise(semitones: npt.NDArray[np.float64]) -> float:
    first, second = np.triu_indices(FINAL, 1)
    last = semitones[-FINAL:]
    slope = float(np.median((last[second] - last[first]) / (second - first)))
    return float(np.clip(slope * (FINAL - 1), -2 * _OCTAVE, 2 * _OCTAVE))
