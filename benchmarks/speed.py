"""Where the time goes, and how a run compares with the obvious loop over the same clips.

    python -m benchmarks.speed [SUBMISSION] [--asr-model FOLDER] [--clips N]

The baseline is what one writes first: for each clip load it, transcribe with faster-whisper's
defaults, take jiwer's WER of the bare strings, torchmetrics' DNSMOS and pyloudnorm's loudness.
tenhours measures more (a second decoding, artifacts, bandwidth, pauses, tempo), on as many threads
as there are processors. Both run in this process, one after the other, with models loaded before.
Prints `key = value` lines.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import jiwer
import numpy as np
import pyloudnorm
import soundfile as sf
import torch

from clips.cpus import CPUS
from clips.submission import Submission, read_submission
from clips.table import Clip
from flows.measure import Work, load
from flows.plan import plan
from flows.runners.local import Local
from flows.store import Store
from scorers.asr.models import find_model
from scorers.base import Scorer, Utterance
from scorers.catalog import choose
from scorers.dnsmos.models import provide

ROOT = Path(__file__).parents[1]


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def obvious_loop(submission: Submission, clips: list[Clip], model: str) -> Callable[[], None]:
    """The loop, with its models loaded."""
    from faster_whisper import WhisperModel
    from torchmetrics.functional.audio import dnsmos

    dnsmos.DNSMOS_DIR = str(provide())
    whisper = WhisperModel(find_model(model).path, device="cpu", compute_type="int8")

    def run() -> None:
        for clip in clips:
            with submission.open_audio(clip) as file:
                samples, rate = sf.read(file, dtype="float32")
            mono = samples if samples.ndim == 1 else samples.mean(axis=1)
            with tempfile.NamedTemporaryFile(suffix=".wav") as copy:
                sf.write(copy.name, mono, rate)
                segments, _ = whisper.transcribe(copy.name, language="en", without_timestamps=True)
                heard = " ".join(s.text for s in segments)
            jiwer.wer(clip.text, heard)
            dnsmos.deep_noise_suppression_mean_opinion_score(
                torch.from_numpy(mono.copy()), rate, personalized=False
            )
            pyloudnorm.Meter(rate).integrated_loudness(np.asarray(samples, np.float64))

    return run


def measured(submission: Submission, clips: list[Clip], scorers: tuple[Scorer, ...]) -> float:
    """Seconds of a run over an empty store."""
    with tempfile.TemporaryDirectory() as folder:
        work = Work(submission.audio, scorers, Path(folder), "cpu")
        batches = plan(clips, scorers, Store(work.store), batch_s=20).batches
        return timed(lambda: list(Local().run(work, batches)))


def shares(submission: Submission, clips: list[Clip], scorers: tuple[Scorer, ...]) -> None:
    """Print processor time per clip and scorer, on one thread, in the order of a run."""
    from clips.audio import decode

    utterances = []
    for clip in clips:
        with submission.open_audio(clip) as file:
            decoded = decode(file)
        utterances.append(Utterance(decoded.samples, decoded.rate_hz, clip.text, clip.language))
    for scorer in scorers:
        measure = load(scorer, "cpu")
        start = time.process_time()
        measure(utterances)
        print(
            f"{scorer.name}_ms_per_clip = {1000 * (time.process_time() - start) / len(clips):.1f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("submission", nargs="?", default=str(ROOT / "examples/submission"))
    parser.add_argument("--asr-model", default="base")
    parser.add_argument("--clips", type=int, default=40)
    options = parser.parse_args()
    submission = read_submission(options.submission)
    refused = {f.clip_id for f in submission.findings}
    clips = [c for c in submission.clips if c.audio and c.clip_id not in refused][: options.clips]
    scorers = choose(None, options.asr_model, 5, "default")
    audio_s = sum(c.audio.duration_s for c in clips if c.audio)
    for scorer in scorers:
        load(scorer, "cpu")
    loop = obvious_loop(submission, clips, options.asr_model)
    ours, baseline = measured(submission, clips, scorers), timed(loop)
    print(f"clips = {len(clips)}\naudio_s = {audio_s:.1f}\nprocessors = {CPUS}")
    print(f"obvious_loop_s = {baseline:.1f}\ntenhours_s = {ours:.1f}")
    print(f"obvious_loop_over_tenhours = {baseline / ours:.2f}")
    shares(submission, clips, scorers)


if __name__ == "__main__":
    main()
