"""What many short clips cost: memory of a first run, time of a second.

    python -m benchmarks.short FOLDER [--clips N] [--scorers A,B]

Writes N clips of one second into FOLDER, each two cuts of the example's at another speed, one over
the other, with labels of Kokoro's lexicon. `tenhours score` measures them into an empty store,
then again. Then the scheduled flow finds the submission in an inbox, with all of that stored, and
finds it once more, unchanged. The memory is that of all its processes at once, shared pages counted
once (proportional set size). Prints `key = value` lines; the goals are a memory within 10 % of that
of 2,000 clips for 20,000, and a second run within 2 % of the time of the first. Linux.
"""

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil
import soundfile as sf

from benchmarks.scale import labels
from benchmarks.speed import EXAMPLE

CHEAP = "snr,artifacts,bandwidth,reverberation,loudness,pauses,fingerprint,tempo,pitch"
VOICES = 4
Floats = npt.NDArray[np.float64]
EVERY_S = 0.5


def write(folder: Path, clips: int) -> None:
    """A submission of so many clips of one second."""
    recorded = sorted((EXAMPLE / "VOICE_A_NEUTRAL").glob("*.wav"))
    sources = [sf.read(path) for path in recorded if path.stat().st_size]
    rate = sources[0][1]
    spoken = np.concatenate([samples for samples, _ in sources])
    chance = np.random.default_rng(0)
    described = (EXAMPLE / "submission.toml").read_text(encoding="utf-8")
    folder.mkdir(parents=True)
    (folder / "submission.toml").write_text(described, encoding="utf-8")
    lines = labels(clips)
    for voice in range(VOICES):
        own = folder / f"VOICE_{'ABCD'[voice]}_NEUTRAL"
        own.mkdir()
        said = []
        for i in range(voice, clips, VOICES):
            mixed = (_cut(spoken, rate, chance) + _cut(spoken, rate, chance)) / 2
            sf.write(own / f"{i:06}.wav", mixed, rate, "PCM_16")
            text = " ".join(lines[i].split()[:3])
            said.append({"audio_file": f"{i:06}.wav", "text": text})
        (own / "labels.json").write_text(json.dumps({"samples": said}), encoding="utf-8")


def _cut(spoken: Floats, rate: int, chance: np.random.Generator) -> Floats:
    """A second of speech, from somewhere and up to a quarter faster or slower."""
    speed = chance.uniform(0.8, 1.25)
    start = int(chance.integers(len(spoken) - 2 * rate))
    part = spoken[start : start + 2 * rate]
    return np.asarray(np.interp(speed * np.arange(rate), np.arange(len(part)), part))


def run(submission: Path, out: Path, store: Path, scorers: str) -> tuple[float, float]:
    """Score; seconds, and MiB of all processes at most."""
    command = [sys.executable, "-m", "flows", "score", str(submission), "--out", str(out)]
    options = ["--store", str(store), "--scorers", scorers, "--ledger", "", "--measure-all"]
    start, most = time.perf_counter(), 0.0
    with (out.parent / f"{out.name}.log").open("w") as log:
        scoring = psutil.Popen([*command, *options], stdout=log, stderr=log)
        while scoring.poll() is None:
            most = max(most, memory_mib(scoring))
            time.sleep(EVERY_S)
    if scoring.returncode:
        raise SystemExit(f"tenhours score ended with {scoring.returncode}: {log.name}")
    return time.perf_counter() - start, most


def scheduled(submission: Path, folder: Path, store: Path, scorers: str) -> Iterator[float]:
    """Let the scheduled flow look into an inbox that holds the submission, twice; seconds."""
    from benchmarks.hardening.watcher import prefect_server, watch

    inbox = folder / "inbox"
    inbox.mkdir()
    submission.rename(inbox / submission.name)
    asked = {"scorers": tuple(scorers.split(",")), "ledger": "", "measure_all": True}
    with prefect_server(folder / "prefect") as server:
        for settled in ("scored", "unchanged"):
            start = time.perf_counter()
            counts = watch(inbox, folder / "reports", store, server, runner="threads", **asked)
            yield time.perf_counter() - start
            if counts[settled] != 1:
                raise SystemExit(f"the submission was not {settled}: {counts}")


def memory_mib(process: psutil.Process) -> float:
    """What a process and all under it hold, each shared page by its share."""
    held = 0
    for one in (process, *process.children(recursive=True)):
        try:
            held += one.memory_full_info().pss
        except psutil.Error:  # it ended
            continue
    return held / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clips", type=int, default=20_000)
    parser.add_argument("--scorers", default=CHEAP)
    options = parser.parse_args()
    shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True)
    submission, store = options.folder / "submission", options.folder / "store"
    write(submission, options.clips)
    print(f"clips = {options.clips}\nscorers = {options.scorers}\nload = {os.getloadavg()[0]:.1f}")
    first_s, first_mib = run(submission, options.folder / "first", store, options.scorers)
    print(f"first_s = {first_s:.1f}\nfirst_mib = {first_mib:.0f}")
    second_s, second_mib = run(submission, options.folder / "first", store, options.scorers)
    print(f"second_s = {second_s:.1f}\nsecond_mib = {second_mib:.0f}")
    print(f"second_share = {second_s / first_s:.3f}")
    found_s, again_s = scheduled(submission, options.folder, store, options.scorers)
    print(f"scheduled_s = {found_s:.1f}\nscheduled_again_s = {again_s:.1f}")
    print(f"scheduled_again_share = {again_s / first_s:.4f}")


if __name__ == "__main__":
    main()
