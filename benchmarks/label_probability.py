"""Does the label's own probability tell right labels from wrong ones, and what does it cost?

    python -m benchmarks.label_probability [SUBMISSION] [--asr-model FOLDER] [--truth CSV]

Every clip that has no planted defect, with its own label and with three others of the submission.
Prints `key = value` lines: the area under the ROC curve, the extremes of both sides, and what the
forced pass takes beside the decoding that it follows.
"""

import argparse
import csv
import time
from pathlib import Path

import numpy as np

from clips.isolated import decode
from clips.submission import read_submission
from scorers.asr.engine import Engine
from scorers.asr.loaded import RATE_HZ
from scorers.asr.models import find_model
from scorers.base import Utterance

ROOT = Path(__file__).parents[1]
SHIFTS = (1, 7, 13)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("submission", nargs="?", default=str(ROOT / "examples/submission"))
    parser.add_argument("--asr-model", default="base")
    parser.add_argument("--truth", default=str(ROOT / "examples/truth.csv"))
    options = parser.parse_args()
    with Path(options.truth).open(encoding="utf-8", newline="") as file:
        planted = {(row["voice"], row["audio_file"]) for row in csv.DictReader(file)}
    submission = read_submission(options.submission)
    clips = []
    for clip in submission.clips:
        if clip.audio is None or (clip.voice, clip.audio_file) in planted:
            continue
        with submission.open_audio(clip) as audio:
            decoded = decode(audio)
        utterance = Utterance(decoded.samples, decoded.rate_hz, clip.text, clip.language)
        clips.append((utterance.at(RATE_HZ), clip.text, clip.language.split("-")[0]))
    engine = Engine(find_model(options.asr_model), "cpu", "default")
    right, wrong, decoding, forcing = [], [], [], []
    for number, (samples, text, language) in enumerate(clips):
        start = time.perf_counter()
        heard = engine.transcribe(samples, language, 5)
        decoding.append(time.perf_counter() - start)
        start = time.perf_counter()
        own = engine.label_logprob(samples, language, text, heard.spaced)
        forcing.append(time.perf_counter() - start)
        others = [clips[(number + shift) % len(clips)][1] for shift in SHIFTS]
        theirs = [engine.label_logprob(samples, language, o, heard.spaced) for o in others]
        right += [own] if own is not None else []
        wrong += [value for value in theirs if value is not None]
    likelier = np.subtract.outer(right, wrong)
    print(f"label_logprob.right = {len(right)}")
    print(f"label_logprob.wrong = {len(wrong)}")
    print(f"label_logprob.auroc = {np.mean(likelier > 0) + np.mean(likelier == 0) / 2:.4f}")
    print(f"label_logprob.lowest_right = {min(right):.3f}")
    print(f"label_logprob.highest_wrong = {max(wrong):.3f}")
    print(f"label_logprob.median_ms = {1e3 * np.median(forcing):.0f}")
    print(f"decoding.median_ms = {1e3 * np.median(decoding):.0f}")


if __name__ == "__main__":
    main()
