"""How many copies of clips are found in a submission of many hours, and at what cost.

    python -m benchmarks.copies [CLIPS...]

Clips of the example, each with a copy: coded, trimmed, at another rate, or all of it at once; the
rest are clips of random words, 4 to 12 s long. Prints `key = value` lines, the cost in seconds of
processor time.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile as sf
import soxr

from benchmarks.defects import plant
from benchmarks.speed import chosen
from clips.submission import read_submission
from scorers.fingerprint import HOP_S, RATE_HZ, fingerprint
from selection.copies import find_copies
from selection.meetings import Words

EXAMPLE = Path(__file__).parents[1] / "examples" / "submission"
LEAST_S = 1.5
Samples = plant.Samples


def trimmed(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
    """A quarter of a second less before, a sixth less behind."""
    del rng
    return samples[rate // 4 : -rate // 6]


def all_at_once(samples: Samples, rate: int, rng: np.random.Generator) -> Samples:
    """Trimmed, 12 dB quieter and through Opus at 32 kbit/s."""
    return OPUS(trimmed(samples, rate, rng) / 4, rate, rng)


OPUS = plant.coded("libopus", 32)
KINDS = {
    "mp3_64_kbit": plant.coded("libmp3lame", 64),
    "opus_32_kbit": OPUS,
    "trimmed": trimmed,
    "another_rate": plant.resampled(22_050),
    "trimmed_quieter_opus": all_at_once,
}


def words(samples: Samples, rate: int) -> Words:
    return fingerprint(soxr.resample(samples.astype(np.float32), rate, RATE_HZ))


def copied(rng: np.random.Generator) -> Iterator[tuple[str, Words, Words]]:
    """Kind of copy, the clip and its copy, kinds in turns."""
    submission = read_submission(str(EXAMPLE))
    long = [
        c for c in chosen(submission, EXAMPLE, 1000) if c.audio and c.audio.duration_s > LEAST_S
    ]
    for number, clip in enumerate(long):
        kind = list(KINDS)[number % len(KINDS)]
        with submission.open_audio(clip) as file:
            samples, rate = sf.read(file)
        yield kind, words(samples, rate), words(KINDS[kind](samples, rate, rng), rate)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("clips", nargs="*", type=int, default=[0, 40_000, 60_000, 100_000, 300_000])
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    kinds, originals, copies = zip(*copied(rng), strict=True)
    asked = Counter(kinds)
    for clips in options.clips:
        lengths = rng.integers(round(4 / HOP_S), round(12 / HOP_S), clips)
        others = [rng.integers(1, 1 << 32, length, dtype=np.uint32) for length in lengths]
        every = [*originals, *copies, *others]
        start = time.process_time()
        found = {(one.earlier, one.later) for one in find_copies(every)}
        took = time.process_time() - start
        hours = sum(map(len, every)) * HOP_S / 3600
        hits = Counter(k for n, k in enumerate(kinds) if (n, len(kinds) + n) in found)
        print(f"clips = {len(every)}\nhours = {hours:.0f}\ncopies_s = {took:.1f}")
        for kind in KINDS:
            print(f"{kind} = {hits[kind]}/{asked[kind]}")
        print(f"others_found = {len(found) - sum(hits.values())}")


if __name__ == "__main__":
    main()
