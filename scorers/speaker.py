"""Who speaks, and in what tone: a speaker embedding, and what tells a whisper from a voice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from clips.columns import Column
from scorers import vad
from scorers.base import Measure, Measured, Part, Row, Samples, Unmeasurable, Utterance
from scorers.embedding import DIGEST, centred_encoder
from scorers.harmonics import harmonics_db
from scorers.levels import ACTIVE_RANGE_DB, decibels, is_silent
from scorers.rows import each
from scorers.voicing import FRAME, HOP, RATE_HZ, STRENGTH, voicing

NAME = "speaker"
EMBEDDING = "embedding"
SHORTEST_S = 0.8
_PITCHED_FRAMES = 10
_EVERY = 2  # windows of four periods overlap at every second frame
_PITCHED = ("pitch_hz", "harmonics_db")
_VOICED_SHARE = 0.3  # a whisper has 0.1, by chance; spoken lines have 0.6 and more

_VOICING = "Peak of the normalised autocorrelation over 0.6 (Boersma 1993)"
_COLUMNS = (
    Column(
        "embedding_s",
        "s",
        "higher",
        0.0,
        None,
        "Speech that the speaker embedding was made from.",
        "Silero VAD; Resemblyzer (GE2E, Wan et al. 2018)",
    ),
    Column(
        *("voiced_share", "", "neither", 0.0, 1.0),
        "Share of the speech with a pitch: near 0 is whispered.",
        _VOICING,
    ),
    Column(
        *("pitch_hz", "Hz", "neither", 60.0, 500.0),
        "Median pitch of the voiced speech.",
        _VOICING,
    ),
    Column(
        *("level_spread_db", "dB", "neither", 0.0, 60.0),
        "How far the loud parts of the speech stand over the soft ones.",
        "90th less 10th percentile of the 40 ms levels within 25 dB of the loud ones",
    ),
    Column(
        *("alpha_ratio_db", "dB", "neither", -60.0, 60.0),
        "Speech under 1 kHz against 1 to 5 kHz: lower in a whisper or a shout than in speech.",
        "Alpha ratio of eGeMAPS (Eyben et al. 2016)",
    ),
    Column(
        *("harmonics_db", "dB", "higher", 0.0, None),
        "How far the harmonics of voiced speech stand out: noise and codecs fill the gaps.",
        "Mean cepstral peak at the pitch, 0.3 to 4 kHz (Noll 1967; Hillenbrand et al. 1994)",
    ),
)


@dataclass(frozen=True)
class Speaker:
    """A speaker embedding of the clip's speech and five plain measures of its tone.

    The embedding, 256 numbers of length 1 from the mean of many voices on, goes into the details;
    what it says of a clip shows only beside other clips of its voice. It needs 0.8 s of speech, the
    rest 40 ms. Nothing here changes with the clip's level.
    """

    name: str = NAME
    columns: tuple[Column, ...] = _COLUMNS
    depends_on: frozenset[Part] = frozenset({"audio"})

    @property
    def version(self) -> str:
        return f"{vad.version(4)}-{DIGEST[:8]}"

    def load(self, device: str) -> Measure:
        """Load the encoder.

        Raises:
            ScoringError: its weights are missing or are others.
        """
        del device  # some milliseconds a clip: not worth a GPU
        embed = centred_encoder()
        return each(lambda utterance: _row(utterance, embed))


def _row(utterance: Utterance, embed: Callable[[Samples], Samples]) -> Row:
    audio = utterance.at(RATE_HZ)
    if is_silent(audio):
        return Unmeasurable("silence" if audio.size else "no audio")
    cuts = [slice(round(s * RATE_HZ), round(e * RATE_HZ)) for s, e in utterance.speech]
    speech = np.concatenate([audio[:0], *(audio[cut] for cut in cuts)])
    if speech.size < FRAME or is_silent(speech):
        return Unmeasurable("no speech found")
    speech -= speech.mean()  # an offset is no part of a voice
    values, reasons = _tone(speech)
    details: dict[str, Any] = {}
    seconds = speech.size / RATE_HZ
    if seconds < SHORTEST_S:
        reasons["embedding_s"] = f"{seconds:.1f} s of speech do not tell a voice; it takes 0.8 s"
    else:
        values["embedding_s"] = seconds
        details[EMBEDDING] = [round(float(x), 5) for x in embed(speech)]
    return Measured(values, details, reasons)


def _tone(speech: Samples) -> tuple[dict[str, float | None], dict[str, str]]:
    frames = np.lib.stride_tricks.sliding_window_view(speech, FRAME)[::HOP]
    powers = np.mean(np.square(frames, dtype=np.float64), axis=1)
    active = powers >= np.percentile(powers, 95) * 10.0 ** (-ACTIVE_RANGE_DB / 10.0)
    found = voicing(speech)
    voiced = active & (found.strength > STRENGTH)
    levels = decibels(powers[active])
    values: dict[str, float | None] = {
        "voiced_share": float(voiced.sum() / active.sum()),
        "level_spread_db": float(np.percentile(levels, 90) - np.percentile(levels, 10)),
        "alpha_ratio_db": _alpha_ratio_db(speech),
    }
    if voiced.sum() < _PITCHED_FRAMES:
        return values, dict.fromkeys(_PITCHED, "hardly any of the speech is voiced")
    pitch_hz = found.pitch_hz[voiced]
    values["pitch_hz"] = float(np.median(pitch_hz))
    if voiced.sum() < _VOICED_SHARE * active.sum():
        return values, {"harmonics_db": "most of the speech is whispered"}
    centres = np.flatnonzero(voiced)[::_EVERY] * HOP + FRAME // 2
    clear = harmonics_db(speech, centres, pitch_hz[::_EVERY])
    values["harmonics_db"] = float(clear.mean())
    return values, {}


def _alpha_ratio_db(speech: Samples) -> float:
    power = np.abs(np.fft.rfft(speech)) ** 2
    hertz = np.fft.rfftfreq(speech.size, 1 / RATE_HZ)
    low = float(power[(hertz >= 50.0) & (hertz < 1000.0)].sum())
    high = float(power[(hertz >= 1000.0) & (hertz < 5000.0)].sum())
    return float(np.clip(10.0 * np.log10((low + 1e-12) / (high + 1e-12)), -60.0, 60.0))
