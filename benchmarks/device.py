"""The same clips measured on processors and on a GPU: how long it takes, and what differs.

    python -m benchmarks.device [FOLDER] [--asr-model NAME] [--asr-before NAME] [--times N]
                                [--runs DEVICE:KIND:WORKERS ...]

DEVICE is `cpu` or `cuda`, KIND `local` (what a run takes), `threads` or `processes`. Every clip is
measured N times, each a hundredth of a decibel quieter than the last, so that nothing knows it from
before. Each run begins with an empty store; its processes and models count as they do in a run, but
threads find the models of an earlier run by threads on the same device. Then the tables are held
against that of the first: transcripts and verdicts that differ, and the largest difference of each
number. Prints `key = value` lines.
"""

import argparse
import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pandas as pd
import soundfile as sf

from benchmarks.chosen import by_policy
from benchmarks.speed import EXAMPLE
from clips.cpus import CPUS
from clips.submission import Submission, read_submission
from flows.evidence import gather
from flows.measure import Work
from flows.plan import plan
from flows.runners.base import Runner
from flows.runners.local import Local, Processes, Threads
from flows.store import Store
from selection.decide import decide
from selection.policy import load_policy

KINDS: dict[str, Callable[[int], Runner]] = {
    "local": Local,
    "threads": Threads,
    "processes": Processes,
}


def write(source: Path, folder: Path, times: int) -> None:
    """A submission of the clips of another that can be read, so many times."""
    folder.mkdir(parents=True)
    shutil.copy(source / "submission.toml", folder)
    submission = read_submission(str(source))
    said: dict[str, list[dict[str, str]]] = {}
    for clip in submission.clips:
        if not clip.audio or clip.row < 0:
            continue
        (folder / clip.voice).mkdir(exist_ok=True)
        with submission.open_audio(clip) as file:
            samples, rate = sf.read(file, dtype="float32")
        for n in range(times):
            name, gain_db = f"{clip.row:06}-{n}.wav", -0.01 * n
            sf.write(folder / clip.voice / name, samples * 10 ** (gain_db / 20), rate, "FLOAT")
            said.setdefault(clip.voice, []).append({"audio_file": name, "text": clip.text})
    for voice, samples in said.items():
        (folder / voice / "labels.json").write_text(json.dumps({"samples": samples}), "utf-8")


def measured(
    submission: Submission, models: Sequence[str], device: str, runner: Runner
) -> tuple[float, pd.DataFrame]:
    """Seconds that a run takes, and its table with verdicts."""
    scorers = by_policy(None, models[-1], models[:-1], device)
    with tempfile.TemporaryDirectory() as folder:
        work = Work(submission.audio, scorers, Path(folder), device)
        batches = plan(submission.clips, scorers, Store(work.store), workers=runner.workers).batches
        start = time.perf_counter()
        failed = {k: why for done in runner.run(work, batches) for k, why in done.failed.items()}
        took = time.perf_counter() - start
        if failed:
            raise SystemExit(f"{len(failed)} not measured, as {next(iter(failed.values()))}")
        evidence, _ = gather(submission, scorers, Store(work.store), {})
    return took, decide(evidence, load_policy()).clips


def differences(one: pd.DataFrame, other: pd.DataFrame) -> Iterator[tuple[str, object]]:
    """What differs between two tables of the same clips, as names and values."""
    for column in ("transcript", "confirmed_by", "verdict"):
        yield f"{column}_differs", int((one[column] != other[column]).sum())
    pairs = Counter(zip(one["verdict"], other["verdict"], strict=True))
    yield "verdicts", {f"{a} to {b}": count for (a, b), count in pairs.items() if a != b}
    lost = one.isna() != other[one.columns].isna()
    for name, count in lost.sum().items():
        if count:
            yield f"{name}_on_one_side_only", int(count)
    numbers = one.select_dtypes("number").columns.intersection(other.columns)
    apart = (one[numbers] - other[numbers]).abs().max()
    for column, most in sorted((str(name), value) for name, value in apart.items() if value > 1e-6):
        yield f"{column}_largest_difference", f"{most:.4g}"


def compare(submission: Submission, models: Sequence[str], runs: Sequence[str]) -> None:
    """Measure by each run and print what it took and what differs from the first."""
    print(f"clips = {len(submission.clips)}\nprocessors = {CPUS}", flush=True)
    print(f"audio_s = {sum(c.audio.duration_s for c in submission.clips if c.audio):.0f}")
    first: pd.DataFrame | None = None
    for run in runs:
        device, kind, workers = run.split(":")
        took, table = measured(submission, models, device, KINDS[kind](int(workers)))
        print(f"{run}_s = {took:.1f}", flush=True)
        for name, value in differences(first, table) if first is not None else ():
            print(f"{run}_{name} = {value}", flush=True)
        first = table if first is None else first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("submission", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--asr-model", default="base")
    parser.add_argument("--asr-before", action="append", default=[])
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--runs", nargs="+", default=[f"{d}:local:{CPUS}" for d in ("cpu", "cuda")])
    options = parser.parse_args()
    models = (*options.asr_before, options.asr_model)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "submission"
        write(options.submission, folder, options.times)
        compare(read_submission(str(folder)), models, options.runs)


if __name__ == "__main__":
    main()
