"""How long 1,000 new clips take to be looked up among a million of before, and in what memory.

    python -m benchmarks.shelf [CLIPS] [FOLDER]

Pieces of half a second of the example's fingerprints are strung together to clips of 2 to 8 s, and
each bit is flipped in one of five cases, so that no two clips have the same words. One new clip in
ten is a copy with 8 % of wrong bits.
"""

import itertools
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile as sf
import soxr

from scorers.fingerprint import RATE_HZ, fingerprint
from selection.meetings import Words
from selection.shelf import Shelf, find_on, shelve

EXAMPLE = Path(__file__).parents[1] / "examples" / "submission"
NEW, COPIES, PIECE, FLIPPED, WRONG, PART = 1_000, 100, 25, 0.2, 0.08, 125_000


def real_words() -> Words:
    """The fingerprints of some of the example's clips, one after the other."""
    prints = []
    for path in sorted(EXAMPLE.glob("VOICE_D*/00[012]*.flac")):
        audio, rate = sf.read(path, dtype="float32", always_2d=True)
        prints.append(fingerprint(soxr.resample(audio.mean(axis=1), rate, RATE_HZ)))
    return np.concatenate(prints)


def flipped(words: Words, share: float, rng: np.random.Generator) -> Words:
    """The words with a share of their bits turned; those of silence stay."""
    wrong = np.zeros_like(words)
    for bit in range(32):
        wrong |= (rng.random(words.size, np.float32) < share).astype(np.uint32) << np.uint32(bit)
    return np.where(words == 0, 0, words ^ wrong).astype(np.uint32)


def made(clips: int, real: Words, rng: np.random.Generator) -> tuple[Words, npt.NDArray[np.int64]]:
    """So many fingerprints, and where each begins."""
    pieces = rng.integers(4, 17, clips)
    starts = rng.integers(0, real.size - PIECE, pieces.sum())
    words = real[(starts[:, None] + np.arange(PIECE)).ravel()]
    return flipped(words, FLIPPED, rng), np.cumsum([0, *(pieces * PIECE)])


def main(clips: int = 1_000_000, folder: str | None = None) -> None:
    """Print the figures."""
    rng, real = np.random.default_rng(0), real_words()
    with tempfile.TemporaryDirectory(dir=folder) as place:
        shelves, copies = [], []
        for number in range(-(-clips // PART)):
            words, bounds = made(min(PART, clips - number * PART), real, rng)
            shelf = shelve(words, bounds)
            chosen = rng.choice(shelf.clips, COPIES * PART // clips or 1, replace=False)
            copies += [flipped(shelf.words_of(int(i)), WRONG, rng) for i in chosen]
            for name in ("words", "keys", "places"):
                np.save(f"{place}/{number}-{name}.npy", getattr(shelf, name))
            parts = [
                np.load(f"{place}/{number}-{name}.npy", mmap_mode="r")
                for name in ("words", "keys", "places")
            ]
            shelves.append(Shelf(parts[0], bounds, parts[1], parts[2]))
            del words, shelf
        size = sum(f.stat().st_size for f in Path(place).iterdir())
        words, bounds = made(NEW - len(copies), real, rng)
        new = [*copies, *(words[a:b] for a, b in itertools.pairwise(bounds))]
        wall, cpu = time.perf_counter(), time.process_time()
        found = [copy for shelf in shelves for copy in find_on(shelf, new)]
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        right = {c.later for c in found if c.later < len(copies)}
        wrong = [c for c in found if c.later >= len(copies)]
        peak = anonymous_mib()
        print(f"{clips:,} clips, {sum(s.words.size for s in shelves):,} words, {size / 1e9:.2f} GB")
        print(f"{len(new):,} new clips: {wall:.1f} s, {cpu:.1f} s of processor time")
        print(f"{len(right)} of {len(copies)} copies found, {len(wrong)} false")
        print(f"memory of its own {peak:.0f} MiB; the rest is the files', in the system's cache")


def anonymous_mib() -> float:
    """Memory of this process that no file backs."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("RssAnon:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main(*(int(a) if a.isdigit() else a for a in sys.argv[1:]))  # type: ignore[arg-type]
