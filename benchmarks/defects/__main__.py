"""Plant defects in clean clips, run the real scorers and policy, print what is caught.

    python -m benchmarks.defects [--data FOLDER] [--work FOLDER] [--asr-model NAME] [--clean N] ...

Kokoro speaks for it (`benchmarks.kokoro` fetches the weights; `pip install kokoro-onnx`), its
voices and texts in two splits: bounds are tuned on one, everything is reported on the other. HTS is
a second synthesiser (Debian: festival, festvox-us-slt-hts; left out where festival is missing), and
`--data` adds the clean speech of a folder with a manifest.jsonl. The recogniser is Whisper base.

First the clean clips and edited labels of every part are measured, then spoilt audio, ladders of
strengths last. Everything is kept in the work folder: speech, what the recogniser answered about
which audio, and measurements. A run that is stopped goes on where it was, and one after a change of
the code measures only what the change touches. `--steps clean,labels` leaves the longest out;
`--lying` makes no speech. Prints `key = value` lines; `--write` renews docs/accuracy.md, once the
labels are judged and again at the end.
"""

import argparse
import logging
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

import pandas as pd

from benchmarks.chosen import by_policy
from benchmarks.defects import ROOT
from benchmarks.defects.clean import (
    DATA,
    HTS,
    KOKORO,
    Clean,
    by_voice,
    hts,
    kokoro,
    manifest,
    pool,
    rooms,
)
from benchmarks.defects.judge import judge
from benchmarks.defects.kinds import HEARD, WHOLE_LABELS, Kind, kinds
from benchmarks.defects.labels import LENGTHS, Around, length_class
from benchmarks.defects.ladder import Ladders, climb
from benchmarks.defects.measure import (
    Planted,
    as_clean,
    as_edited,
    as_spoilt,
    measure,
    submission,
)
from benchmarks.defects.mistakes import mistakes
from benchmarks.defects.outcome import Outcome, Part
from benchmarks.defects.passes import kept_in
from benchmarks.defects.plant import Samples
from benchmarks.defects.references import compare
from benchmarks.defects.report import lines, write_page
from benchmarks.defects.speech import REPORTED
from benchmarks.defects.whole import whole_submission
from clips.languages import primary_tag
from scorers.asr.models import Model, find_model
from scorers.base import Scorer
from scorers.catalog import scorer_names
from selection.policy import Policy, load_policy

log = logging.getLogger("benchmarks.defects.run")
FIRST = f"{KOKORO} {REPORTED}"
PARTS = (FIRST, f"{DATA} {REPORTED}", f"{HTS} {REPORTED}", f"{KOKORO} tuning")
STEPS = ("clean", "labels", "audio", "ladders", "whole")
# a whole label is easier to tell than a word of it
WHOLE_SHARE = 3


@dataclass(frozen=True)
class Options:
    """What to run."""

    work: Path
    data: Path | None
    speech: Path
    lying: bool
    model: Model
    clean: int
    per_edit: int
    per_defect: int
    other_per_defect: int
    scorers: frozenset[str]
    kinds: frozenset[str]
    parts: frozenset[str]
    steps: frozenset[str]
    write: bool

    def chosen(self, names: Sequence[str]) -> tuple[Scorer, ...]:
        """The named scorers that take part, the recogniser as the policy asks it."""
        taking = [n for n in names if n in self.scorers]
        return by_policy(taking, self.model.name)

    def taken(self, found: Sequence[Kind]) -> list[Kind]:
        """The wanted ones of some kinds."""
        return [kind for kind in found if not self.kinds or kind.name in self.kinds]


@dataclass(frozen=True)
class Task:
    """One split of one source: its clips, what to plant, and how often."""

    name: str
    clean: Sequence[Clean]
    kinds: Sequence[Kind]
    per_edit: int
    per_defect: int


def counts(kind: Kind, per_defect: int) -> dict[float, int]:
    """Clips per strength: the wanted number over the strengths that have a target, or over all."""
    least = ceil(per_defect / len(kind.strengths))
    aimed = ceil(per_defect / max(1, len(kind.targeted)))
    return {s: aimed if s in kind.targeted else least for s in kind.strengths}


def planted(clean: Sequence[Clean], kind: Kind, per_defect: int, first: int) -> list[Planted]:
    """The clips of a kind, their sources taken in turn from all voices."""
    voices = by_voice(clean)
    # one clip of each voice, then the next of each
    turns = sorted((c for c in clean if c.bulk), key=lambda c: voices[c.voice].index(c))
    made: list[Planted] = []
    at = first
    for strength, count in counts(kind, per_defect).items():
        for i in range(min(count, len(turns))):
            source = turns[(at + i) % len(turns)]
            made.append(as_spoilt(source, voices[source.voice].index(source), kind, strength))
        at += count
    return made


def edited(clean: Sequence[Clean], found: Sequence[Kind], per_edit: int) -> list[Planted]:
    """Clips with edited labels: of each kind so many in each language, a third of each length.

    A clip may come several times with different edits of one kind where there are few of its
    length. Clips alike in audio stand together.
    """
    languages: dict[str, list[Clean]] = {}
    for clip in clean:
        languages.setdefault(primary_tag(clip.language), []).append(clip)
    made: list[Planted] = []
    for language, clips in languages.items():
        foreign = [c.text for other, rows in languages.items() if other != language for c in rows]
        same = list(dict.fromkeys(c.text for c in clips))
        for kind in found:
            per = ceil(per_edit / (WHOLE_SHARE if kind.name in WHOLE_LABELS else 1))
            made += _edits(clips, kind, per, (language, same, foreign))
    return sorted(made, key=lambda p: p.source.digest)


def _edits(
    clips: Sequence[Clean], kind: Kind, count: int, words: tuple[str, list[str], list[str]]
) -> list[Planted]:
    voices = by_voice(clips)
    classes = {
        name: [c for c in clips if length_class(c.text, words[0]) == name] for name in LENGTHS
    }
    made: dict[tuple[str, str], Planted] = {}
    for sources in classes.values():
        wanted = ceil(count / len(LENGTHS))
        had = 0
        for turn in range(min(wanted * len(sources), 3 * wanted)):
            source = sources[turn % len(sources)]
            rows = voices[source.voice]
            row = rows.index(source)
            near = [c.text for c in (*rows[row + 1 :], *rows[:row])]
            around = Around(words[0], near, words[1], words[2])
            item = as_edited(source, row, kind, around, turn // len(sources))
            if item and (source.digest, item.clip.text) not in made:
                made[source.digest, item.clip.text] = item
                had += 1
            if had == wanted:
                break
    return list(made.values())


def text_policy(policy: Policy) -> Policy:
    """The policy without what is said of a file as such: its rate and its length."""
    about_files = ("sample-rate", "too-short", "too-long")
    rules = {name: rule for name, rule in policy.rules.items() if name not in about_files}
    return policy.model_copy(update={"rules": rules})


def as_submitted(clean: Sequence[Clean]) -> list[Planted]:
    """The clips as they are, each in its row of its voice."""
    return [
        as_clean(clip, row) for clips in by_voice(clean).values() for row, clip in enumerate(clips)
    ]


def heard(task: Task, policy: Policy, options: Options) -> Part:
    """Measure and judge clean clips and edited labels of one split of one source."""
    good = as_submitted(task.clean)
    work, every = options.work, options.chosen(scorer_names())
    measure(submission(good, work), every, work, f"{task.name} clean")
    decided, _ = judge(good, [], every, policy, work)
    comparison = options.chosen(HEARD)
    texts = text_policy(policy)
    judged, _ = judge(good, [], comparison, texts, work)
    part = Part(task.name, decided, judged)
    if "labels" not in options.steps or not task.per_edit:
        return part
    bad = edited(task.clean, [k for k in options.taken(task.kinds) if k.label], task.per_edit)
    measure(submission(bad, work), comparison, work, f"{task.name} labels")
    _, found = judge(good, bad, comparison, texts, work)
    return replace(part, edited=found)


def spoilt(part: Part, task: Task, policy: Policy, options: Options) -> Part:
    """The part with what was caught of spoilt audio."""
    if "audio" not in options.steps or not task.per_defect:
        return part
    found: dict[str, pd.DataFrame] = {}
    baseline: dict[str, pd.DataFrame] = {}
    sources = {c.voice for c in task.clean if c.bulk}
    bulk = [p for p in as_submitted(task.clean) if p.clip.voice in sources]
    for number, kind in enumerate(k for k in options.taken(task.kinds) if not k.label):
        if not set(kind.scorers) <= options.scorers:
            continue
        bad = planted(task.clean, kind, task.per_defect, 37 * number)
        chosen = options.chosen(kind.scorers)
        measure(submission(bad, options.work), chosen, options.work, f"{task.name} {kind.name}")
        baseline[kind.name], found[kind.name] = judge(bulk, bad, chosen, policy, options.work)
    return replace(part, baseline=baseline, spoilt=found)


def clean_of(name: str, options: Options) -> Sequence[Clean]:
    """The clips of a part; none where its source is not at hand."""
    source, split = name.split()
    if source == DATA:
        real = manifest(options.data) if options.data else []
        return capped([c for c in real if c.split == split], options.clean)
    if source == HTS:
        if not shutil.which("festival"):
            log.warning("festival is not installed: %s is left out", name)
            return []
        return hts(options.speech, max(1, options.clean // 6))
    count = options.clean if split == REPORTED else options.clean // 2
    return kokoro(options.speech, split, count, lying=options.lying)


def tasks_of(options: Options, given: Sequence[tuple[Samples, int]]) -> Iterator[Task]:
    """The parts that take part and have clips."""
    for name in PARTS:
        if name not in options.parts or not (clips := clean_of(name, options)):
            continue
        yield Task(
            name=name,
            clean=clips,
            kinds=kinds([clip.read for clip in pool(clips)], given),
            per_edit=options.per_edit if name.startswith(KOKORO) else 0,
            per_defect=options.per_defect if name == FIRST else options.other_per_defect,
        )


def run(options: Options) -> Iterator[Outcome]:
    """What is known once all labels are judged, then all of it."""
    begun = time.monotonic()
    options.work.mkdir(parents=True, exist_ok=True)
    policy = load_policy()
    given = rooms(options.data) if options.data else []
    tasks = {task.name: task for task in tasks_of(options, given)}
    parts: dict[str, Part] = {}
    for name, task in tasks.items():
        parts[name] = heard(task, policy, options)
        log.info("%s: labels done, %.0f s", name, time.monotonic() - begun)
    outcome = Outcome(
        parts=parts,
        kinds=kinds([], given),
        whole=(),
        ladders={},
        references=compare((), None),
        mistakes=mistakes(options.speech, options.chosen(scorer_names()), policy, options.work),
        recogniser=f"Whisper {Path(options.model.name).name}, digest {options.model.digest}",
        seconds=time.monotonic() - begun,
    )
    yield outcome
    for name, task in tasks.items():
        parts[name] = spoilt(parts[name], task, policy, options)
        log.info("%s: audio done, %.0f s", name, time.monotonic() - begun)
    spoken = tasks[FIRST].clean if FIRST in tasks else ()
    if spoken and "whole" in options.steps:
        outcome = replace(
            outcome,
            whole=whole_submission(spoken, options.work, policy, options.per_defect),
            references=compare(spoken[:40], options.data),
        )
    if spoken and "ladders" in options.steps:
        outcome = replace(outcome, ladders=_ladders(spoken, policy, options))
    yield replace(outcome, parts=parts, seconds=time.monotonic() - begun)


def _ladders(clean: Sequence[Clean], policy: Policy, options: Options) -> Ladders:
    spoken = [c for c in clean if c.tone != "whispering"]
    every = kinds([clip.read for clip in pool(clean)], [])
    taken = options.taken(every)
    return climb(spoken, taken, options.chosen(scorer_names()), policy, options.work)


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
    parser.add_argument(
        "--speech", type=Path, help="folder of the speech, by default in the work's"
    )
    parser.add_argument("--lying", action="store_true", help="make no speech, take what lies there")
    parser.add_argument("--asr-model", default="base", help="name or folder of the recogniser")
    parser.add_argument("--clean", type=int, default=602, help="clean Kokoro clips reported")
    parser.add_argument("--per-edit", type=int, default=60, help="labels of a kind and a language")
    parser.add_argument("--per-defect", type=int, default=60, help="reported Kokoro clips")
    parser.add_argument("--other-per-defect", type=int, default=12, help="in the other parts")
    parser.add_argument("--scorers", default=",".join(scorer_names()))
    parser.add_argument("--kinds", default="", help="only these defects")
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--steps", default=",".join(STEPS))
    parser.add_argument("--write", action="store_true", help="renew docs/accuracy.md")
    given = parser.parse_args()
    logging.getLogger("phonemizer").setLevel(logging.ERROR)  # counts words to no purpose of ours
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    ours = logging.getLogger("benchmarks")
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    ours.propagate = False  # Prefect has its own ideas of what the root logger shows
    options = Options(
        work=given.work,
        data=given.data,
        speech=given.speech or given.work / "speech",
        lying=given.lying,
        model=find_model(given.asr_model),
        clean=given.clean,
        per_edit=given.per_edit,
        per_defect=given.per_defect,
        other_per_defect=given.other_per_defect,
        scorers=frozenset(given.scorers.split(",")),
        kinds=frozenset(k for k in given.kinds.split(",") if k),
        parts=frozenset(given.parts.split(",")),
        steps=frozenset(given.steps.split(",")),
        write=given.write,
    )
    with kept_in(options.work):
        for outcome in run(options):
            outcome.save(options.work)
            if options.write:
                write_page(outcome, ROOT / "docs", "make bench-defects DATA=FOLDER")
    print("\n".join(lines(outcome)))


if __name__ == "__main__":
    main()
