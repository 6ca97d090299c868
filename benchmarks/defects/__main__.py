"""Plant defects in clean clips, run the real scorers and policy, print what is caught.

    python -m benchmarks.defects [--data FOLDER] [--work FOLDER] [--clean N] [--per-defect N]

HTS speech is made for it, its speakers and sentences in two splits: bounds are tuned on one and
everything is reported on the other. `--data` adds the clean speech of a folder with a
manifest.jsonl, for every scorer but the recogniser, whose small model knows only the HTS grammar.
Measurements are kept in the work folder: a second run measures only what is new. Prints
`key = value` lines; `--write` renews docs/accuracy.md.
"""

import argparse
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import pandas as pd

from benchmarks.defects import ROOT
from benchmarks.defects.clean import (
    REPORTED,
    TUNING,
    WHISPER,
    Clean,
    by_voice,
    hts,
    manifest,
    pool,
    rooms,
)
from benchmarks.defects.judge import judge
from benchmarks.defects.kinds import Kind, kinds
from benchmarks.defects.ladder import Ladders, climb
from benchmarks.defects.measure import Planted, as_clean, as_spoilt, measure, submission
from benchmarks.defects.outcome import Outcome, Part
from benchmarks.defects.references import compare
from benchmarks.defects.report import lines, write_page
from benchmarks.defects.whole import whole_submission
from scorers.base import Scorer
from scorers.catalog import NAMES, choose
from selection.policy import Policy, load_policy

log = logging.getLogger("benchmarks.defects.run")
PARTS = ("hts reported", "data reported", "hts tuning")
MODEL = ROOT / "examples/models/tiny-whisper-en"


@dataclass(frozen=True)
class Options:
    """What to run."""

    work: Path
    data: Path | None
    clean: int
    per_defect: int
    other_per_defect: int
    scorers: frozenset[str]
    kinds: frozenset[str]
    parts: frozenset[str]
    write: bool


def counts(kind: Kind, per_defect: int) -> dict[float, int]:
    """Clips per strength: the wanted number over the strengths that have a target, or over all."""
    least = ceil(per_defect / len(kind.strengths))
    aimed = ceil(per_defect / max(1, len(kind.targeted)))
    return {s: aimed if s in kind.targeted else least for s in kind.strengths}


def planted(clean: Sequence[Clean], kind: Kind, per_defect: int, first: int) -> list[Planted]:
    """The clips of a kind, their sources taken in turn from all voices."""
    sources = [c for c in clean if c.bulk]
    voices = by_voice(clean)
    # one clip of each voice, then the next of each
    turns = sorted(sources, key=lambda c: voices[c.voice].index(c))
    made: list[Planted] = []
    at = first
    for strength, count in counts(kind, per_defect).items():
        for i in range(min(count, len(turns))):
            source = turns[(at + i) % len(turns)]
            rows = voices[source.voice]
            row = rows.index(source)
            others = [*rows[row + 1 :], *rows[:row]]
            if kind.label and len({o.text for o in others}) < 3:
                continue
            made.append(as_spoilt(source, row, kind, strength, others))
        at += count
    return made


def scorers_for(names: Sequence[str], options: Options) -> tuple[Scorer, ...]:
    """The named scorers that take part."""
    return choose([n for n in names if n in options.scorers], str(MODEL), 5, "default")


@dataclass(frozen=True)
class Task:
    """One split of one source: its clips, what to plant how often, and who judges."""

    name: str
    clean: Sequence[Clean]
    kinds: Sequence[Kind]
    scorers: Sequence[str]
    policy: Policy
    per_defect: int


def run_part(task: Task, options: Options) -> Part:
    """Measure and judge one split of one source."""
    name, clean, policy, per_defect = task.name, task.clean, task.policy, task.per_defect
    names = task.scorers
    rows: dict[str, int] = {}
    good = []
    for clip in clean:
        rows[clip.voice] = rows.get(clip.voice, -1) + 1
        good.append(as_clean(clip, rows[clip.voice]))
    store = options.work
    measure(submission(good, store), scorers_for(names, options), store, f"{name} clean")
    decided, _ = judge(good, [], scorers_for(names, options), policy, store)
    spoilt: dict[str, pd.DataFrame] = {}
    baseline: dict[str, pd.DataFrame] = {}
    sources = {c.voice for c in clean if c.bulk}
    bulk = [p for p in good if p.clip.voice in sources]
    for number, kind in enumerate(task.kinds):
        takes = [n for n in kind.scorers if n in names]
        if (options.kinds and kind.name not in options.kinds) or not per_defect:
            continue
        if "asr" in kind.scorers and "asr" not in takes:
            continue
        bad = planted(clean, kind, per_defect, 37 * number)
        chosen = scorers_for(takes, options)
        measure(submission(bad, store), chosen, store, f"{name} {kind.name}")
        baseline[kind.name], spoilt[kind.name] = judge(bulk, bad, chosen, policy, store)
    return Part(name, decided, baseline, spoilt)


def run(options: Options) -> Outcome:
    """All parts."""
    begun = time.monotonic()
    options.work.mkdir(parents=True, exist_ok=True)
    example, default = load_policy(str(ROOT / "examples/policy.toml")), load_policy()
    speech = {
        REPORTED: hts(options.work, REPORTED, options.clean),
        TUNING: hts(options.work, TUNING, options.clean // 2),
    }
    given = rooms(options.data) if options.data else []
    real = manifest(options.data) if options.data else []
    parts: dict[str, Part] = {}
    every = kinds([], given)
    without = [n for n in NAMES if n != "asr"]
    for name in PARTS:
        source, split = name.split()
        if name not in options.parts or (source == "data" and not options.data):
            continue
        babblers = [clip.read for clip in pool(speech[split])]
        found = kinds(babblers, given)
        wanted = options.per_defect if name == PARTS[0] else options.other_per_defect
        if source == "data":
            clips = capped([c for c in real if c.split == split], options.clean)
            task = Task(name, clips, found, without, default, wanted)
        else:
            task = Task(name, speech[split], found, NAMES, example, wanted)
        parts[name] = run_part(task, options)
        log.info("%s done, %.0f s", name, time.monotonic() - begun)
    ladders = _ladders(speech[REPORTED], example, options) if PARTS[0] in parts else {}
    log.info("ladders done, %.0f s", time.monotonic() - begun)
    whole = whole_submission(speech[REPORTED], options.work, example, options.per_defect)
    references = compare(speech[REPORTED][:40], options.data)
    return Outcome(parts, every, whole, ladders, references, time.monotonic() - begun)


def _ladders(clean: Sequence[Clean], policy: Policy, options: Options) -> Ladders:
    spoken = [c for c in clean if WHISPER not in c.voice]
    every = kinds([clip.read for clip in pool(clean)], [])
    taken = [k for k in every if not options.kinds or k.name in options.kinds]
    return climb(spoken, taken, scorers_for(NAMES, options), policy, options.work)


def capped(clips: Sequence[Clean], count: int) -> list[Clean]:
    """At most half of the count of commercial voices, and a sixth of every other group."""
    room: dict[str, int] = {}
    kept = []
    for clip in clips:
        most = count // 2 if clip.bulk else count // 6
        room[clip.group] = room.get(clip.group, 0) + 1
        if room[clip.group] <= most:
            kept.append(clip)
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder with a manifest.jsonl")
    parser.add_argument("--work", type=Path, default=ROOT / "out/bench-defects")
    parser.add_argument("--clean", type=int, default=304, help="clean HTS clips reported")
    parser.add_argument("--per-defect", type=int, default=100, help="reported HTS clips")
    parser.add_argument("--other-per-defect", type=int, default=20, help="in the other parts")
    parser.add_argument("--scorers", default=",".join(NAMES))
    parser.add_argument("--kinds", default="", help="only these defects")
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--write", action="store_true", help="renew docs/accuracy.md")
    given = parser.parse_args()
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    ours = logging.getLogger("benchmarks")
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    ours.propagate = False  # Prefect has its own ideas of what the root logger shows
    options = Options(
        work=given.work,
        data=given.data,
        clean=given.clean,
        per_defect=given.per_defect,
        other_per_defect=given.other_per_defect,
        scorers=frozenset(given.scorers.split(",")),
        kinds=frozenset(k for k in given.kinds.split(",") if k),
        parts=frozenset(given.parts.split(",")),
        write=given.write,
    )
    outcome = run(options)
    outcome.save(options.work)
    print("\n".join(lines(outcome)))
    if options.write:
        write_page(outcome, ROOT / "docs", "make bench-defects DATA=FOLDER")


if __name__ == "__main__":
    main()
