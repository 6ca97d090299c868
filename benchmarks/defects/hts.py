"""Festival's HTS voice in speaker colours: another synthesiser beside Kokoro, with other artefacts.

Needs festival and its voice (Debian: festival, festvox-us-slt-hts). Of festival's options for the
voice only the speed has an effect, so that the colours are made from its waveform.
"""

import random
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyloudnorm
import soundfile
import soxr

from benchmarks.defects.plant import Samples, pink_noise, speech_bounds
from benchmarks.defects.speech import REPORTED, texts

RATE = 24_000
PACE = (0.85, 1.2)
EDGE_S = (0.12, 0.4)
FADE_S = 0.02
SAY = """(voice_cmu_us_slt_arctic_hts)
(define base hts_engine_params)
(define (say text path)
  (let ((u (eval (list 'Utterance 'Text text))))
    (utt.synth u)
    (utt.save.wave u (string-append path ".wav") 'riff)))
"""


@dataclass(frozen=True)
class Speaker:
    """A colour of the voice; above 1 its vocal tract is longer and its pitch lower."""

    name: str
    stretch: float
    lufs: float
    floor_dbfs: float


SPEAKERS = (
    Speaker("HTS_BRIGHT", 0.95, -22.0, -74.0),
    Speaker("HTS_PLAIN", 1.0, -23.0, -72.0),
    Speaker("HTS_WARM", 1.07, -26.0, -78.0),
    Speaker("HTS_DARK", 1.15, -21.0, -75.0),
)


def lines() -> list[tuple[Speaker, str]]:
    """Every reported English text, by the speakers in turns."""
    return [(SPEAKERS[i % len(SPEAKERS)], text) for i, text in enumerate(texts(REPORTED, "en"))]


def speak(said: Sequence[tuple[Speaker, str]], paths: Sequence[Path]) -> None:
    """Write each text to its path. The same texts give the same files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = [SAY]
        for i, (speaker, text) in enumerate(said):
            speed = random.Random(text).uniform(*PACE) * speaker.stretch
            script.append(f'(set! hts_engine_params (append base (list (list "-r" {speed:.3f}))))')
            quoted = text.replace('"', "")
            script.append(f'(say "{quoted}" "{folder}/{i}")')
        (folder / "say.scm").write_text("\n".join(script))
        subprocess.run(["festival", "--batch", folder / "say.scm"], check=True, capture_output=True)
        for i, ((speaker, text), path) in enumerate(zip(said, paths, strict=True)):
            spoken, rate = soundfile.read(folder / f"{i}.wav")
            path.parent.mkdir(parents=True, exist_ok=True)
            finished = _finished(spoken, rate, speaker, random.Random(f"{speaker.name} {text}"))
            soundfile.write(path, finished, RATE, subtype="PCM_16")


def _finished(spoken: Samples, rate: int, speaker: Speaker, rng: random.Random) -> Samples:
    """The speech at 24 kHz in its colour, faded, between silences, in a quiet room."""
    samples = soxr.resample(spoken, rate / speaker.stretch, RATE, "VHQ")
    start, end = speech_bounds(samples, RATE)
    fade = round(FADE_S * RATE)
    kept: Samples = samples[max(0, start - fade) : end + fade].copy()
    ramp = np.sin(np.linspace(0, np.pi / 2, fade)) ** 2
    kept[:fade] *= ramp
    kept[-fade:] *= ramp[::-1]
    kept = np.pad(kept, [round(rng.uniform(*EDGE_S) * RATE) for _ in range(2)])
    loudness = pyloudnorm.Meter(RATE).integrated_loudness(kept)
    kept = kept * 10 ** ((speaker.lufs + rng.uniform(-3, 3) - loudness) / 20)
    room = pink_noise(kept.size, RATE, np.random.default_rng(rng.getrandbits(32)))
    kept = kept + room * 10 ** (speaker.floor_dbfs / 20)
    return np.asarray(kept * min(1.0, 0.95 / float(np.abs(kept).max())))
