"""Where the speech stands in a clip: silence around and inside it, and how abruptly it starts."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from clips.columns import Column
from scorers import vad
from scorers.base import Measured, Part, Row, Samples, Unmeasurable, Utterance
from scorers.levels import FRAME_S, active_power, decibels, frame_powers
from scorers.rows import OnProcessor

_VAD = "Silero VAD"
_COLUMNS = (
    Column("lead_silence_s", "s", "lower", 0.0, None, "Time before the first speech.", _VAD),
    Column("trail_silence_s", "s", "lower", 0.0, None, "Time after the last speech.", _VAD),
    Column("inner_silence_s", "s", "lower", 0.0, None, "Longest pause inside the speech.", _VAD),
    Column("speech_s", "s", "higher", 0.0, None, "Time with speech.", _VAD),
    Column("speech_share", "", "higher", 0.0, 1.0, "Share of the clip that is speech.", _VAD),
    Column(
        "start_level_db",
        "dB",
        "lower",
        -100.0,
        20.0,
        "Level of the first 20 ms against the speech: near 0 starts in the middle of a word.",
        "Mean square ratio",
    ),
    Column(
        "end_level_db",
        "dB",
        "lower",
        -100.0,
        20.0,
        "Level of the last 20 ms against the speech: near 0 ends in the middle of a word.",
        "Mean square ratio",
    ),
    Column(
        "opening_level_db",
        "dB",
        "neither",
        -100.0,
        20.0,
        "The same of the first 20 ms after the silence at the start.",
        "Silence: 60 dB below the speech",
    ),
    Column(
        "closing_level_db",
        "dB",
        "neither",
        -100.0,
        20.0,
        "The same of the last 20 ms before the silence at the end: near 0 where it follows a cut.",
        "Silence: 60 dB below the speech",
    ),
)
_SILENCE_DB = -60.0
_HEARABLE_S = 0.5  # a single word in less is now and then missed by the detector
_STEP_S = 0.005


@dataclass(frozen=True)
class Pauses(OnProcessor):
    """Pauses and edges of a clip, of the mean over its channels.

    Edges are those of the detector, which are good to about 0.1 s: it rounds to 32 ms and keeps 30
    ms around speech. Without speech, `speech_s` and `speech_share` are 0 and the rest is null; in
    a clip under 0.5 s, where the detector misses a word, they are null too.
    """

    name: str = "pauses"
    columns: tuple[Column, ...] = _COLUMNS
    depends_on: frozenset[Part] = frozenset({"audio"})

    @property
    def version(self) -> str:
        return vad.version(3)

    def row(self, utterance: Utterance) -> Row:
        """Measure one clip."""
        duration = utterance.duration_s
        if duration == 0.0:
            return Unmeasurable("no audio")
        speech = utterance.speech
        if not speech:
            told = {"speech_s", "speech_share"} if duration >= _HEARABLE_S else set()
            missing = [c.name for c in _COLUMNS if c.name not in told]
            why = "no speech found" if told else f"no speech found in less than {_HEARABLE_S} s"
            return Measured(
                {**dict.fromkeys(missing), **dict.fromkeys(told, 0.0)},
                reasons=dict.fromkeys(missing, why),
            )
        seconds = sum(end - start for start, end in speech)
        gaps = [later[0] - earlier[1] for earlier, later in pairwise(speech)]
        mono = utterance.mono
        edge = max(1, round(FRAME_S * utterance.rate_hz))
        level = decibels(active_power(mono, utterance.rate_hz))
        start, end = _without_silence(mono, utterance.rate_hz, float(level) + _SILENCE_DB)

        def against_speech(audio: np.ndarray) -> float:
            power = float(np.mean(np.square(audio, dtype=np.float64)))
            return float(np.clip(decibels(power) - level, -100.0, 20.0))

        return Measured(
            {
                "lead_silence_s": speech[0][0],
                "trail_silence_s": max(0.0, duration - speech[-1][1]),
                "inner_silence_s": max(gaps, default=0.0),
                "speech_s": seconds,
                "speech_share": min(1.0, seconds / duration),
                "start_level_db": against_speech(mono[:edge]),
                "end_level_db": against_speech(mono[-edge:]),
                "opening_level_db": against_speech(mono[start : start + edge]),
                "closing_level_db": against_speech(mono[max(0, end - edge) : end]),
            },
            {"speech": [[round(start, 3), round(end, 3)] for start, end in speech]},
        )


def _without_silence(audio: Samples, rate_hz: int, silence_db: float) -> tuple[int, int]:
    """First sample and the one after the last, without the frames of 5 ms below a level around."""
    step = max(1, round(_STEP_S * rate_hz))
    loud = np.flatnonzero(decibels(frame_powers(audio, rate_hz, _STEP_S)) > silence_db)
    return (int(loud[0]) * step, int(loud[-1] + 1) * step) if loud.size else (0, audio.size)
