"""How a run compares with the loop that one writes first, on one processor, and where time goes.

    python -m benchmarks.speed [SUBMISSION] [--asr-model NAME] [--asr-before NAME]
                               [--clips N] [--rounds N]

The loop loads each clip, transcribes it with faster-whisper (`beam_size=5`, the last step of the
ladder), takes jiwer's WER of the bare strings, torchmetrics' DNSMOS and pyloudnorm's loudness.
tenhours measures more: artifacts, bandwidth, pauses, tempo, speaker, what a label's words are
worth. Both have their models loaded and take the same clips in turn, round by round, in one process
that keeps to one processor; the ratio is of its processor time. Of the example the clean clips are
taken. Prints `key = value` lines.
"""

import argparse
import csv
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

import jiwer
import numpy as np
import psutil
import pyloudnorm
import soundfile as sf
import torch

from benchmarks.chosen import by_policy
from clips.rules import INTAKE_RULES
from clips.submission import Submission, read_submission
from clips.table import Clip
from flows.evidence import gather
from flows.measure import Work, load
from flows.plan import plan
from flows.runners.local import Threads
from flows.store import Store
from scorers.asr.models import find_model
from scorers.base import Scorer, Utterance
from scorers.dnsmos.models import provide

EXAMPLE = Path(__file__).parents[1] / "examples/submission"


def processor_s(work: Callable[[], object]) -> float:
    """Processor time of this process and of the decoders that it keeps."""
    start = _spent_s()
    work()
    return _spent_s() - start


def _spent_s() -> float:
    every = psutil.Process()
    return sum(sum(p.cpu_times()[:2]) for p in (every, *every.children(recursive=True)))


def obvious_loop(submission: Submission, clips: Sequence[Clip], model: str) -> Callable[[], None]:
    """The loop, with its models loaded."""
    from faster_whisper import WhisperModel
    from torchmetrics.functional.audio import dnsmos

    dnsmos.DNSMOS_DIR = str(provide())
    path = find_model(model).path
    whisper = WhisperModel(path, device="cpu", compute_type="int8", cpu_threads=1)

    def run() -> None:
        for clip in clips:
            with submission.open_audio(clip) as file:
                samples, rate = sf.read(file, dtype="float32")
            mono = samples if samples.ndim == 1 else samples.mean(axis=1)
            with tempfile.NamedTemporaryFile(suffix=".wav") as copy:
                sf.write(copy.name, mono, rate)
                language = clip.language.partition("-")[0]
                segments, _ = whisper.transcribe(copy.name, language=language, beam_size=5)
                heard = " ".join(s.text for s in segments)
            jiwer.wer(clip.text, heard)
            dnsmos.deep_noise_suppression_mean_opinion_score(
                torch.from_numpy(mono.copy()), rate, personalized=False, num_threads=1
            )
            pyloudnorm.Meter(rate).integrated_loudness(np.asarray(samples, np.float64))

    return run


def measured(
    submission: Submission, clips: Sequence[Clip], scorers: tuple[Scorer, ...], folder: Path
) -> None:
    """A run over an empty store."""
    work = Work(submission.audio, scorers, folder, "cpu")
    for done in Threads(1).run(work, plan(clips, scorers, Store(folder), workers=1).batches):
        if done.failed:
            raise SystemExit(f"something could not be measured: {done.failed}")


def confirmed(
    submission: Submission, clips: Sequence[Clip], scorers: tuple[Scorer, ...], folder: Path
) -> int:
    """How many clips' labels were confirmed before the last step decoded them in full."""
    table = gather(replace(submission, clips=tuple(clips)), scorers, Store(folder), {})[0].table
    return int((table["confirmed_by"] != "").sum())


def shares(submission: Submission, clips: Sequence[Clip], scorers: tuple[Scorer, ...]) -> None:
    """Print processor time per clip and scorer, in the order of a run."""
    from clips.audio import decode

    utterances = []
    for clip in clips:
        with submission.open_audio(clip) as file:
            decoded = decode(file)
        utterances.append(Utterance(decoded.samples, decoded.rate_hz, clip.text, clip.language))
    for scorer in scorers:
        took = processor_s(partial(load(scorer, "cpu"), utterances))
        print(f"{scorer.name}_ms_per_clip = {1000 * took / len(clips):.1f}")


def chosen(submission: Submission, path: Path, count: int) -> list[Clip]:
    """Readable clips, spread over the submission; of the example those with nothing planted."""
    refused = {f.clip_id for f in submission.findings if INTAKE_RULES[f.rule].verdict != "note"}
    truth = path.parent / "truth.csv"
    rows = truth.read_text(encoding="utf-8").splitlines() if truth.exists() else []
    planted = {(row["voice"], row["audio_file"]) for row in csv.DictReader(rows)}
    good = [
        c
        for c in submission.clips
        if c.audio and c.clip_id not in refused and (c.voice, c.audio_file) not in planted
    ]
    step = max(1, len(good) // count)
    return good[::step][:count]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("submission", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--asr-model", default="base")
    parser.add_argument("--asr-before", action="append", default=[])
    parser.add_argument("--clips", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    torch.set_num_threads(1)
    submission = read_submission(str(options.submission))
    clips = chosen(submission, options.submission, options.clips)
    scorers = by_policy(None, options.asr_model, options.asr_before)
    for scorer in scorers:
        load(scorer, "cpu")
    loop = obvious_loop(submission, clips, options.asr_model)
    baseline, ours = [], []
    for _ in range(options.rounds):
        baseline.append(processor_s(loop))
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            ours.append(processor_s(partial(measured, submission, clips, scorers, folder)))
            sure = confirmed(submission, clips, scorers, folder)
    print(f"clips = {len(clips)}\nload = {os.getloadavg()[0]:.1f}")
    print(f"audio_s = {sum(c.audio.duration_s for c in clips if c.audio):.1f}")
    print(f"confirmed = {sure}")
    print(f"loop_s = {median(baseline):.1f}\ntenhours_s = {median(ours):.1f}")
    pairs = zip(baseline, ours, strict=True)
    print(f"loop_over_tenhours = {median(one / other for one, other in pairs):.2f}")
    shares(submission, clips, scorers)


if __name__ == "__main__":
    main()
