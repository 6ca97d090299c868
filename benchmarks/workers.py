"""What a second worker is worth: the same clips on one and on two, as threads and as processes.

    python -m benchmarks.workers [SUBMISSION] [--asr-model FOLDER] [--scorers A,B] [--clips N]

Each round measures everything into an empty store, the kinds in turn, so that what else the machine
does meets all of them. The start of a process and its models count, as they do in a run. Prints
`key = value` lines: the median of the rounds in seconds, and how many times faster than one worker.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.chosen import by_policy
from clips.cpus import CPUS
from clips.submission import Submission, read_submission
from clips.table import Clip
from flows.measure import Work
from flows.plan import plan
from flows.runners.base import Runner
from flows.runners.local import Processes, Threads
from flows.store import Store
from scorers.base import Scorer

ROOT = Path(__file__).parents[1]
RUNNERS: dict[str, Runner] = {
    "processes_1": Processes(1),
    "processes_2": Processes(2),
    "threads_1": Threads(1),
    "threads_2": Threads(2),
}


def seconds(
    submission: Submission, clips: Sequence[Clip], scorers: tuple[Scorer, ...], runner: Runner
) -> float:
    """Seconds of the wall clock that a runner takes for all clips."""
    with tempfile.TemporaryDirectory() as folder:
        work = Work(submission.audio, scorers, Path(folder), "cpu")
        batches = plan(clips, scorers, Store(work.store), workers=runner.workers).batches
        start = time.perf_counter()
        if any(done.failed for done in runner.run(work, batches)):
            raise SystemExit("something could not be measured")
        return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("submission", nargs="?", default=str(ROOT / "examples/submission"))
    parser.add_argument("--asr-model", default="base")
    parser.add_argument("--scorers")
    parser.add_argument("--clips", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    submission = read_submission(options.submission)
    clips = [c for c in submission.clips if c.audio][: options.clips]
    names = options.scorers.split(",") if options.scorers else None
    scorers = by_policy(names, options.asr_model)
    took: dict[str, list[float]] = {name: [] for name in RUNNERS}
    seconds(submission, clips[:1], scorers, Threads(1))  # models come from the disk but once
    print(f"clips = {len(clips)}\nprocessors = {CPUS}\nload = {os.getloadavg()[0]:.1f}")
    for _ in range(options.rounds):
        for name, runner in RUNNERS.items():
            took[name].append(seconds(submission, clips, scorers, runner))
    for name, times in took.items():
        print(f"{name}_s = {median(times):.1f}")
    for kind in ("processes", "threads"):
        pairs = zip(took[f"{kind}_1"], took[f"{kind}_2"], strict=True)
        print(f"{kind}_1_over_2 = {median(one / two for one, two in pairs):.2f}")


if __name__ == "__main__":
    main()
