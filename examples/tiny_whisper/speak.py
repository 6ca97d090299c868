"""Speak grammar sentences: what the tiny Whisper is trained on.

Writes NAME.raw (16 kHz, 16-bit samples) and NAME.json (byte offset, samples, text and phones of
each sentence). Festival's CMU SLT HTS voice speaks at varied speeds and tells where its phones
end, in seconds. It is asked for varied warping, pitch and voicing too, which festival 2.5
ignores. With --mixed three sentences of ten come from flite and espeak-ng, which tell no phones.
Needs Debian's festival, festvox-us-slt-hts, flite and espeak-ng.

Usage, in examples/: python -m tiny_whisper.speak NAME SEED COUNT [--mixed]
"""

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from tiny_whisper.grammar import sentence

RATE = 16_000
BATCH = 250
SHORTEST, LONGEST = RATE // 2, 9 * RATE
PEAK = 0.7
FLITE_VOICES = ["slt", "rms", "awb", "kal16"]
ESPEAK_VOICES = ["en-us", "en-gb", "en-us+f2", "en-us+f3", "en-us+m3", "en-gb+m4", "en-us+m7"]
ESPEAK_VOICES += ["en-gb+f4"]

SAY = """(voice_cmu_us_slt_arctic_hts)
(define base hts_engine_params)
(define (say text path)
  (let ((u (eval (list 'Utterance 'Text text))))
    (utt.synth u)
    (utt.save.wave u (string-append path ".wav") 'riff)
    (utt.save.segs u (string-append path ".lab"))))
"""


def colour(rng: random.Random) -> str:
    """Random options for festival's HTS engine; festival 2.5 obeys the speed (-r) alone."""
    warp = rng.uniform(0.44, 0.60) if rng.random() < 0.7 else 0.5
    voicing = 1.0 if rng.random() < 0.1 else 0.5
    pitch, pace = rng.uniform(-9, 6), rng.uniform(0.8, 1.25)
    return (
        f'(list (list "-a" {warp:.3f}) (list "-fm" {pitch:.2f})'
        f' (list "-r" {pace:.2f}) (list "-u" {voicing}))'
    )


def festival(texts: list[str], folder: Path, rng: random.Random) -> None:
    """Speak the texts into FOLDER/N.wav, with their phones in FOLDER/N.lab."""
    script = [SAY]
    for i, text in enumerate(texts):
        script.append(f"(set! hts_engine_params (append base {colour(rng)}))")
        script.append(f'(say "{text}" "{folder}/{i}")')
    (folder / "batch.scm").write_text("\n".join(script))
    command = ["festival", "--batch", str(folder / "batch.scm")]
    subprocess.run(command, check=False, capture_output=True)


def other(text: str, path: Path, rng: random.Random) -> None:
    """Speak one text into a file with one of flite's or espeak-ng's voices."""
    if rng.random() < 0.5:
        voice = rng.choice(FLITE_VOICES)
        command = ["flite", "-voice", voice, "-t", text, "-o", str(path)]
    else:
        voice = rng.choice(ESPEAK_VOICES)
        pace = str(rng.randint(130, 180))
        command = ["espeak-ng", "-v", voice, "-s", pace, text, "-w", str(path)]
    subprocess.run(command, check=False, capture_output=True)


def phones(lab: Path) -> list[tuple[float, str]]:
    """The end, in seconds, and the name of each phone; none where there is no file."""
    if not lab.exists():
        return []
    rows = (line.split() for line in lab.read_text().splitlines())
    return [(float(row[0]), row[2]) for row in rows if len(row) == 3]


def read(path: Path) -> npt.NDArray[np.int16] | None:
    """A spoken file at 16 kHz with its peak at 0.7; None if missing, too short or too long."""
    if not path.exists():
        return None
    spoken, rate = soundfile.read(path, dtype="float32", always_2d=True)
    samples = soxr.resample(spoken[:, 0], rate, RATE)
    if not SHORTEST <= len(samples) <= LONGEST:
        return None
    peak = max(1e-6, float(np.abs(samples).max()))
    return np.asarray(samples / peak * PEAK * 32767, dtype=np.int16)


def speak(texts: list[str], festival_count: int, folder: Path, rng: random.Random) -> None:
    """Speak the first texts with festival and the others with flite and espeak-ng."""
    festival(texts[:festival_count], folder, rng)
    for i in range(festival_count, len(texts)):
        other(texts[i], folder / f"{i}.wav", rng)


def main(name: str, seed: int, count: int, mixed: bool) -> None:
    """Write NAME.raw and NAME.json with at most `count` sentences."""
    rng = random.Random(seed)
    index: list[tuple[int, int, str, list[tuple[float, str]]]] = []
    with Path(f"{name}.raw").open("wb") as raw:
        while count > 0:
            texts = [sentence(rng) for _ in range(min(BATCH, count))]
            with tempfile.TemporaryDirectory() as temporary:
                folder = Path(temporary)
                speak(texts, len(texts) * 7 // 10 if mixed else len(texts), folder, rng)
                for i, text in enumerate(texts):
                    samples = read(folder / f"{i}.wav")
                    if samples is None:
                        continue
                    at = raw.tell()
                    raw.write(samples.astype("<i2").tobytes())
                    index.append((at, len(samples), text, phones(folder / f"{i}.lab")))
            count -= len(texts)
    Path(f"{name}.json").write_text(json.dumps(index))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), "--mixed" in sys.argv)
