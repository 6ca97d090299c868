"""What Distill-MOS hears of planted defects of the audio, beside DNSMOS.

    python -m benchmarks.judges OUT [--clips N] [--defects NAME,...]

Takes accepted clips of a scored folder, of the voices in turn, plants each defect of
`benchmarks.defects` at one audible strength, and has both networks judge them before and after.
Prints `key = value` lines as it goes: per network the area under the ROC curve against the clean
clips, the median fall of a clip's own value, and in how many clips it falls.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.chosen import by_policy
from benchmarks.defects.figures import auroc
from benchmarks.defects.kinds import kinds
from benchmarks.defects.measure import generator
from benchmarks.defects.plant import Samples
from clips.columns import Column
from flows.policies import every_column
from flows.scored import read_scored
from scorers.base import Measure, Measured, Utterance

COLUMNS = {"distillmos": "distillmos", "dnsmos": "dnsmos_ovrl"}
STRENGTHS = {
    "hum": 20.0,
    "clipping": 0.03,
    "clicks": 8.0,
    "drop-out": 0.1,
    "repeat": 0.4,
    "brought up": 8000.0,
    "MP3": 16.0,
    "Opus": 16.0,
    "white noise": 20.0,
    "reverberation": 0.4,
}
Sound = tuple[str, Samples, int]


def accepted(out: Path, count: int) -> list[Sound]:
    """Digest, samples and rate of accepted clips, of the voices in turn."""
    scored = read_scored(out)
    clips = scored.clips[scored.clips["verdict"] == "accept"]
    clips = clips.assign(turn=clips.groupby("voice").cumcount()).sort_values(["turn", "voice"])
    found = []
    for sha256 in clips["audio_sha256"].head(count):
        samples, rate = soundfile.read(scored.copies[sha256[:24]], always_2d=True)
        found.append((sha256, samples.mean(axis=1), int(rate)))
    return found


def judged(sounds: Sequence[Sound], judges: Mapping[str, Measure]) -> dict[str, list[float]]:
    """Each network's values, in the order of the clips; NaN where it has none."""
    values: dict[str, list[float]] = {name: [] for name in judges}
    for _, samples, rate in sounds:
        clipped = np.clip(samples[None], -1.0, 1.0).astype(np.float32)
        for name, measure in judges.items():
            (row,) = measure([Utterance(clipped, rate, "", "en")])
            value = row.values[COLUMNS[name]] if isinstance(row, Measured) else None
            values[name].append(float("nan") if value is None else value)
    return values


def lines(
    defect: str,
    clean: Mapping[str, Sequence[float]],
    spoilt: Mapping[str, Sequence[float]],
    declared: Mapping[str, Column],
) -> Iterator[str]:
    """The figures of one defect."""
    key = f"{defect.replace(' ', '_')}_{STRENGTHS[defect]:g}"
    for name, column in COLUMNS.items():
        fall = np.subtract(clean[name], spoilt[name])
        area = auroc(clean[name], spoilt[name], declared[column])
        yield f"{key}.{name}.auroc = {area:.3f}"
        yield f"{key}.{name}.median_fall = {np.nanmedian(fall):.2f}"
        yield f"{key}.{name}.falls = {(fall > 0).sum()} of {fall.size}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path, help="folder of tenhours score")
    parser.add_argument("--clips", type=int, default=24)
    parser.add_argument("--defects", default=",".join(STRENGTHS))
    given = parser.parse_args()
    chosen = by_policy(list(COLUMNS), "base")
    judges = {s.name: s.load("cpu") for s in chosen if s.name in COLUMNS}
    sounds = accepted(given.out, given.clips)
    clean = judged(sounds, judges)
    print(f"clean.clips = {len(sounds)}")
    for name, values in clean.items():
        print(f"clean.{name}.median = {np.median(values):.2f}", flush=True)
    every = {kind.name: kind for kind in kinds([], [])}
    for defect in given.defects.split(","):
        spoil = every[defect].spoil(STRENGTHS[defect])
        spoilt = [
            (sha256, spoil(samples, rate, generator(f"{defect} {sha256}")), rate)
            for sha256, samples, rate in sounds
        ]
        for line in lines(defect, clean, judged(spoilt, judges), every_column()):
            print(line, flush=True)


if __name__ == "__main__":
    main()
