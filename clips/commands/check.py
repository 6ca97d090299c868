"""`tenhours check`: everything about a submission that needs no model, for contributors."""

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from clips.limits import DEFAULT_LIMITS, Limits
from clips.names import OUTSIDE, shown
from clips.numbers import count, duration
from clips.rules import INTAKE_RULES, about
from clips.rules.base import WORST_FIRST, Weight
from clips.rules.causes import traced
from clips.submission import Submission, read_submission
from clips.table import UNLABELLED_ROW, Finding

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class VoiceSummary:
    """What came in for one voice; hours by the headers, files that are listed twice once."""

    voice: str
    rows: int
    files: int
    unlabelled: int
    hours: float
    findings: int


@dataclass(frozen=True, slots=True)
class Cause:
    """A rule with its findings, and what is found only because of them.

    Args:
        shows: what follows, of other rules.
    """

    rule: str
    findings: tuple[Finding, ...]
    shows: tuple[Finding, ...]

    @property
    def things(self) -> int:
        """How many different faults there are; a fault of every row of a file is one."""
        return len({(f.voice, f.words.says) for f in self.findings})


@dataclass(frozen=True)
class Checked:
    """A submission and what is to be said of it.

    Args:
        submission: what was handed in.
        place: where it was read from.
        rules: what each rule id means.
        weights: rule id -> reject, review or note; review where not given.
    """

    submission: Submission
    place: Path = Path()
    rules: Mapping[str, str] = field(default_factory=lambda: about(INTAKE_RULES.values()))
    weights: Mapping[str, Weight] = field(default_factory=dict)

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """What is to be mended or known, the gravest first, then what is found most often."""
        found = self.submission.findings
        rows = [(f.level, _voice_of(f), f.clip_id, f.rule, self.weight(f.rule)) for f in found]
        own: dict[str, list[Finding]] = {}
        shows: dict[str, list[Finding]] = {}
        for finding, cause in zip(found, traced(rows), strict=True):
            (own if finding.rule == cause else shows).setdefault(cause, []).append(finding)
        declared = {rule: place for place, rule in enumerate(self.rules)}
        order = sorted(
            own,
            key=lambda r: (WORST_FIRST.index(self.weight(r)), -len(own[r]), declared[r]),
        )
        return tuple(Cause(r, tuple(own[r]), tuple(shows.get(r, ()))) for r in order)

    def weight(self, rule: str) -> Weight:
        """What a finding of a rule does to a clip."""
        return self.weights.get(rule, "review")

    @property
    def to_mend(self) -> int:
        """How many things there are to mend; one fault of many rows is one thing."""
        return sum(c.things for c in self.causes if self.weight(c.rule) != "note")

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to score where there should be."""
        submission = self.submission
        return not submission.clips and submission.description.stage != "description"

    @cached_property
    def voices(self) -> tuple[VoiceSummary, ...]:
        """One summary per voice, by name."""
        clips = self.submission.clips
        names = sorted({clip.voice for clip in clips} | set(self.submission.description.voices))
        return tuple(self._summary(name) for name in names)

    def _summary(self, voice: str) -> VoiceSummary:
        clips = [clip for clip in self.submission.clips if clip.voice == voice]
        audio = {clip.path: clip.audio for clip in clips if clip.audio}
        unlabelled = sum(clip.row == UNLABELLED_ROW for clip in clips)
        return VoiceSummary(
            voice,
            len(clips) - unlabelled,
            len(audio),
            unlabelled,
            sum(info.duration_s for info in audio.values()) / 3600,
            sum(_voice_of(finding) == (voice or OUTSIDE) for finding in self.submission.findings),
        )

    def lines(self, examples: int | None = _EXAMPLES) -> Iterator[str]:
        """The result as plain text, with so many examples of each kind of finding, or all."""
        for voice in self.voices:
            yield (
                f"{shown(voice.voice) or OUTSIDE}:"
                f" {count(voice.rows, 'label row')}, {count(voice.files, 'audio file')},"
                f" {duration(voice.hours)}, {voice.unlabelled} without a label,"
                f" {count(voice.findings, 'finding')}"
            )
        for cause in self.causes:
            rule, found = cause.rule, cause.findings
            yield ""
            yield f"{self.weight(rule)}: {rule} ({len(found)}): {self.rules[rule]}"
            for finding in found[:examples]:
                yield f"  - {_place(finding)}{finding.sentence}"
            if examples is not None and len(found) > examples:
                yield f"  ... and {len(found) - examples} more (--all shows them)"
            if cause.shows:
                times = Counter(finding.rule for finding in cause.shows)
                gone = ", ".join(f"{rule} ({n})" for rule, n in times.items())
                yield f"  Gone with it: {gone}."
            for finding in cause.shows if examples is None else ():
                yield f"  - {_place(finding)}{finding.sentence}"
        yield ""
        yield from self._end()

    def _end(self) -> Iterator[str]:
        pending = self.submission.pending
        if pending:
            why = next(iter(pending.values()))
            yield f"{count(len(pending), 'audio file')} not looked at ({why}). Check again."
        notes = sum(self.weight(cause.rule) == "note" for cause in self.causes)
        counts = [f"{count(self.to_mend, 'thing')} to mend"] if self.to_mend else []
        counts += [count(notes, "note")] if notes else []
        if counts:
            yield f"{', '.join(counts)}."
        if self.is_empty:
            yield "Nothing to score: the submission holds no clips."
        elif not self.to_mend and not pending:
            yield from self._ready()

    def _ready(self) -> Iterator[str]:
        stage = self.submission.description.stage
        yield f"Ready to send, as {stage}."
        place = self.place.resolve()
        if place.is_dir():
            folder = " ".join(map(shlex.quote, (str(place.parent), place.name)))
            yield f"Send the folder, or one file: tar -cf {shlex.quote(place.name)}.tar -C {folder}"
        else:
            yield "Send it as it is."


def _voice_of(finding: Finding) -> str:
    return finding.voice or (OUTSIDE if finding.level == "clip" else "")


def _place(finding: Finding) -> str:
    """Voice and clip of a finding, as far as its words do not name them."""
    voice, name, words = finding.voice, finding.audio_file, finding.words
    path = "/".join(filter(None, (voice, name)))
    if not path or words.names(path) or (not name and words.states("voice")):
        return ""
    has_file = words.states("file") or words.names(name)
    return f"{shown(voice if voice and has_file else path)}: "


def check(path: str | Path, limits: Limits = DEFAULT_LIMITS) -> Checked:
    """Read a submission and sum up what was found.

    Raises:
        SubmissionError: the path is no submission at all.
    """
    return Checked(read_submission(path, limits), Path(path))
