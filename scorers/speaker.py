"""Who speaks, and in what tone: a speaker embedding, and what tells a whisper from a voice."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from clips.columns import Column
from clips.errors import ScoringError
from scorers import vad
from scorers.base import Measure, Measured, Part, Row, Samples, Unmeasurable, Utterance
from scorers.harmonics import harmonics_db
from scorers.levels import ACTIVE_RANGE_DB, decibels, is_silent
from scorers.rows import each
from scorers.voicing import FRAME, HOP, RATE_HZ, STRENGTH, voicing

NAME = "speaker"
EMBEDDING = "embedding"
SHORTEST_S = 0.8
DIMENSIONS = 256
WEIGHTS = "resemblyzer.npz"
DIGEST = "af97c11ec6d810684b893970e6f2c6ecbc369b0a521de3d9a8b25e64d1a205f8"
_MELS, _WINDOW, _STEP = 40, 400, 160  # 25 ms every 10 ms
_PARTIAL = 160  # frames: 1.6 s
_PARTIAL_STEP = 77  # 1.3 partials a second
_COVERAGE = 0.75
_MEAN = "mean"
_LEVEL = 10.0 ** (-30.0 / 20.0)
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
        return f"{vad.version(3)}-{DIGEST[:8]}"

    def load(self, device: str) -> Measure:
        """Load the encoder.

        Raises:
            ScoringError: its weights are missing or are others.
        """
        embed, mean = _encoder(device), _weights()[_MEAN]
        return each(lambda utterance: _row(utterance, lambda x: _centred(embed(x), mean)))


def _row(utterance: Utterance, embed: Callable[[Samples], npt.NDArray[np.float32]]) -> Row:
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


def _centred(
    embedding: npt.NDArray[np.float32], mean: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """The embedding from the mean of many voices on: what is common to all speech tells nobody."""
    apart = embedding - mean
    return np.asarray(apart / max(float(np.linalg.norm(apart)), 1e-6))


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


def _encoder(device: str) -> Callable[[Samples], npt.NDArray[np.float32]]:
    import librosa
    import torch

    weights = _weights()
    lstm = torch.nn.LSTM(_MELS, DIMENSIONS, 3, batch_first=True)
    linear = torch.nn.Linear(DIMENSIONS, DIMENSIONS)
    for prefix, module in (("lstm.", lstm), ("linear.", linear)):
        named = {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
        module.load_state_dict({k: torch.from_numpy(v) for k, v in named.items()})
        module.to(device).eval()
    threads = threading.local()

    def embed(speech: Samples) -> npt.NDArray[np.float32]:
        if not getattr(threads, "single", False):
            torch.set_num_threads(1)  # holds for the calling thread alone
            threads.single = True
        mels = librosa.feature.melspectrogram(
            y=_padded(speech * (_LEVEL / np.sqrt(np.mean(np.square(speech, dtype=np.float64))))),
            sr=RATE_HZ,
            n_fft=_WINDOW,
            hop_length=_STEP,
            n_mels=_MELS,
        )
        partials = np.stack([mels.T[s : s + _PARTIAL] for s in _starts(speech.size)])
        with torch.inference_mode():
            _, (hidden, _) = lstm(torch.from_numpy(partials.astype(np.float32)).to(device))
            each_one = torch.relu(linear(hidden[-1]))
            whole = (each_one / each_one.norm(dim=1, keepdim=True)).mean(dim=0)
            return np.asarray((whole / whole.norm()).cpu().numpy())

    return embed


def _starts(n_samples: int) -> list[int]:
    """First frames of the partial utterances; the last may hang over by a quarter."""
    frames = -(-(n_samples + 1) // _STEP)
    starts = list(range(0, max(1, frames - _PARTIAL + _PARTIAL_STEP + 1), _PARTIAL_STEP))
    covered = (n_samples - starts[-1] * _STEP) / (_PARTIAL * _STEP)
    return starts[:-1] if covered < _COVERAGE and len(starts) > 1 else starts


def _padded(speech: Samples) -> Samples:
    end = (_starts(speech.size)[-1] + _PARTIAL) * _STEP
    return np.pad(speech, (0, max(0, end - speech.size))).astype(np.float32)


def _weights() -> dict[str, npt.NDArray[np.float32]]:
    import hashlib
    import io

    try:
        packed = (resources.files("scorers") / "weights" / WEIGHTS).read_bytes()
    except OSError as fault:
        raise ScoringError(f"{WEIGHTS} is missing: install tenhours again ({fault})") from None
    if hashlib.sha256(packed).hexdigest() != DIGEST:
        raise ScoringError(f"{WEIGHTS} is not the file it should be: install tenhours again")
    with np.load(io.BytesIO(packed)) as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}
