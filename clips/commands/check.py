"""`tenhours check`: everything about a submission that needs no model, for contributors."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from clips.limits import DEFAULT_LIMITS, Limits
from clips.names import OUTSIDE, shown
from clips.numbers import count
from clips.rules import INTAKE_RULES, about
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


@dataclass(frozen=True)
class Checked:
    """A submission and what is to be said of it.

    Args:
        submission: what was handed in.
        rules: what each rule id means.
        weights: rule id -> reject, review or note; review where not given.
    """

    submission: Submission
    rules: Mapping[str, str] = field(default_factory=lambda: about(INTAKE_RULES.values()))
    weights: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_rule(self) -> dict[str, tuple[Finding, ...]]:
        """Findings by rule, in the order in which the rules are declared."""
        groups: dict[str, list[Finding]] = {rule: [] for rule in self.rules}
        for finding in self.submission.findings:
            groups[finding.rule].append(finding)
        return {rule: tuple(found) for rule, found in groups.items() if found}

    def weight(self, rule: str) -> str:
        """What a finding of a rule does to a clip."""
        return self.weights.get(rule, "review")

    @property
    def to_mend(self) -> int:
        """How many findings are more than notes."""
        return sum(self.weight(finding.rule) != "note" for finding in self.submission.findings)

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
                f" {voice.hours:.2f} h, {voice.unlabelled} without a label,"
                f" {count(voice.findings, 'finding')}"
            )
        for rule, found in self.by_rule.items():
            yield ""
            yield f"{self.weight(rule)}: {rule} ({len(found)}): {self.rules[rule]}"
            for finding in found[:examples]:
                yield f"  - {_place(finding)}{finding.sentence}"
            if examples is not None and len(found) > examples:
                yield f"  ... and {len(found) - examples} more (--all shows them)"
        yield ""
        yield from self._end()

    def _end(self) -> Iterator[str]:
        pending = self.submission.pending
        if pending:
            why = next(iter(pending.values()))
            yield f"{count(len(pending), 'audio file')} not looked at ({why}). Check again."
        notes = len(self.submission.findings) - self.to_mend
        counts = [f"{self.to_mend} to mend"] if self.to_mend else []
        counts += [count(notes, "note")] if notes else []
        if counts:
            yield f"{', '.join(counts)}."
        if self.is_empty:
            yield "Nothing to score: the submission holds no clips."
        elif not counts and not pending:
            yield "Nothing was found wrong."


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
    return Checked(read_submission(path, limits))
