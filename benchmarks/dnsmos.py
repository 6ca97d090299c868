"""The engines of DNSMOS against the reference: error, cost and verdicts.

    python -m benchmarks.dnsmos [FOLDER] [--every N] [--engines onnxruntime,openvino]

Every N-th audio file below FOLDER (the example's by default) is scored by torchmetrics and by each
engine, on one thread, with the models loaded before. Prints `key = value` lines: the largest and
the mean error of each column, processor time, and each bound of the shipped policy that a clip
crosses by one and not by the other.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from clips.audio import decode
from clips.errors import TenhoursError
from scorers.base import Samples, Utterance
from scorers.dnsmos.engines import load
from scorers.dnsmos.scorer import Dnsmos
from scorers.dnsmos.windows import RATE_HZ
from selection.policy import load_policy

ROOT = Path(__file__).parents[1]
SUFFIXES = {".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a"}
COLUMNS = [column.name for column in Dnsmos().columns]
SHORTEST = RATE_HZ // 10


def read(folder: Path, every: int) -> dict[str, Samples]:
    """Mono audio at 16 kHz by file name; what does not decode is left out."""
    clips = {}
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)[::every]:
        try:
            with path.open("rb") as file:
                decoded = decode(file)
        except TenhoursError:
            continue
        audio = Utterance(decoded.samples, decoded.rate_hz, "", "").at(RATE_HZ)
        if audio.size >= SHORTEST and np.abs(audio).max() > 0.0:
            clips[str(path.relative_to(folder))] = audio
    return clips


def scored(engine: str, clips: dict[str, Samples]) -> tuple[np.ndarray, float]:
    """Scores, shape ``(n_clips, 4)``, and milliseconds of processor time for a clip."""
    score = load(engine, "cpu")
    score(np.zeros(RATE_HZ, np.float32))
    start = time.process_time()
    found = np.array([np.clip(score(audio), 1.0, 5.0) for audio in clips.values()])
    return found, 1000 * (time.process_time() - start) / len(clips)


def crossed(names: Sequence[str], reference: np.ndarray, found: np.ndarray) -> list[str]:
    """Clips on another side of a bound than by the reference."""
    lines = []
    for rule_id, rule in load_policy().rules.items():
        if rule.column not in COLUMNS:
            continue
        one, two = (values[:, COLUMNS.index(rule.column)] for values in (reference, found))
        for bound in (rule.reject_below, rule.review_below):
            if bound is not None:
                (at,) = np.nonzero((one < bound) != (two < bound))
                lines += [f"{names[i]} {rule_id} {one[i]:.3f} {two[i]:.3f}" for i in at.tolist()]
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "examples/submission")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--engines", default="onnxruntime,openvino")
    options = parser.parse_args()
    clips = read(options.folder, options.every)
    reference, cost_ms = scored("torchmetrics", clips)
    print(f"clips = {len(clips)}\ntorchmetrics_ms_per_clip = {cost_ms:.0f}")
    for engine in options.engines.split(","):
        found, cost_ms = scored(engine, clips)
        print(f"{engine}_ms_per_clip = {cost_ms:.0f}")
        errors = np.abs(found - reference)
        for i, column in enumerate(COLUMNS):
            print(f"{engine}_{column}_largest_error = {errors[:, i].max():.4f}")
            print(f"{engine}_{column}_mean_error = {errors[:, i].mean():.4f}")
        across = crossed(list(clips), reference, found)
        print("\n".join([f"{engine}_bounds_crossed = {len(across)}", *across]))


if __name__ == "__main__":
    main()
