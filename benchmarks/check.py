"""What `tenhours check` costs: 10,000 WAV clips of 5 s, hashed and their headers read.

    python -m benchmarks.check [--clips N] [--folder FOLDER]

The clips (2.4 GB) are made in a temporary folder and removed, or kept in FOLDER for the next run.
Prints `key = value` lines; the bounds are 30 s and 500 MiB on two cores.
"""

import argparse
import json
import resource
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

RATE_HZ, SECONDS = 24_000, 5


def make(folder: Path, clips: int) -> None:
    """Write noise that differs in its first samples, so that no two files are alike."""
    voice = folder / "VOICE"
    voice.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(0).integers(-3000, 3000, RATE_HZ * SECONDS, np.int16)
    size = noise.nbytes
    form = struct.pack("<IHHIIHH", 16, 1, 1, RATE_HZ, 2 * RATE_HZ, 2, 16)
    header = b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + form + b"data"
    header += struct.pack("<I", size)
    rows = []
    for number in range(clips):
        noise[:2] = (number % 30_000, number // 30_000)
        name = f"{number:06d}.wav"
        (voice / name).write_bytes(header + noise.tobytes())
        rows.append({"audio_file": name, "text": "The dog is here.", "duration": SECONDS})
    (voice / "labels.json").write_text(json.dumps({"samples": rows}))


def measure(folder: Path) -> None:
    """Check the folder in this process and print what it took."""
    start = time.perf_counter()
    from clips.commands.check import check

    imported = time.perf_counter()
    checked = check(folder)
    lines = list(checked.lines())
    done = time.perf_counter()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(f"clips = {len(checked.submission.clips)}")
    print(f"last_line = {lines[-1]}")
    print(f"import_s = {imported - start:.2f}")
    print(f"check_s = {done - imported:.2f}")
    print(f"cpu_s = {usage.ru_utime + usage.ru_stime:.2f}")
    print(f"peak_mib = {usage.ru_maxrss / 1024:.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=10_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch) / "submission"
        if not (folder / "VOICE" / "labels.json").exists():
            make(folder, options.clips)
        # a process of its own, so that making the clips does not count
        command = [sys.executable, "-m", "benchmarks.check", "--measure", str(folder)]
        subprocess.run(command, check=True, cwd=Path(__file__).parents[1])


if __name__ == "__main__":
    main()
