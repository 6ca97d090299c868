"""Measurements -> decision: verdicts, scores, ranks, the selection and each voice's standing."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from clips.table import Finding
from selection.alike import taken
from selection.comparison import with_readings
from selection.consistency import add_consistency
from selection.decisions import Word, approved_terms, mute, overruled, usable, with_words
from selection.derived import DERIVED, derive
from selection.duplicates import (
    BEFORE,
    SAME_BYTES,
    find_duplicates,
    same_audio,
    same_text,
    settle_same_bytes,
)
from selection.findings import tabled
from selection.judge import doubts_about, judge
from selection.misplaced import find_misplaced
from selection.pick import pick, without
from selection.policy import Policy
from selection.ranking import ranks, scores
from selection.recogniser import excuse
from selection.rules.judging import NOT_JUDGED
from selection.standing import (
    LanguageHours,
    Standing,
    language_hours,
    standing_of,
    voices_of,
    wants_of,
)
from selection.terms import LANGUAGE_HOURS
from selection.texts import find_outside, read_labels
from selection.unmoved import Gathered, Unmoved, unmoved
from selection.verdicts import DECODED, Evidence, held_back, verdicts


@dataclass(frozen=True)
class Decision:
    """What was decided.

    Args:
        clips: the given table with derived columns, ``verdict, reasons, decided_by`` (machine or
            maintainer)``, score, rank, selected``.
        findings: every reason, see `selection.findings.FINDING_COLUMNS`.
        voices: in the order of the table.
        languages: in the order of the table.
        unmoved: what holds wherever the bounds of the policy's rules stand.
    """

    clips: pd.DataFrame
    findings: pd.DataFrame
    voices: tuple[Standing, ...]
    languages: tuple[LanguageHours, ...]
    unmoved: Unmoved


def decide(evidence: Evidence, policy: Policy) -> Decision:
    """Judge, rank and select.

    Raises:
        PolicyError: a rule or a weight names a column that does not exist.
    """
    declared = {c.name: c for c in (*evidence.columns, *evidence.elsewhere, *DERIVED)}
    policy.check_columns(declared)
    charged, spared = excuse(evidence.table, evidence.comparisons, policy.fairness)
    clips = add_consistency(derive(charged), evidence.embeddings)
    clips = clips.join(read_labels(clips))
    if evidence.before:
        clips[BEFORE] = clips["clip_id"].isin(list(evidence.before))
    intake, same_bytes = _apart(
        with_readings(evidence.intake, evidence.comparisons), clips, evidence.pending
    )
    misplaced, doubted = find_misplaced(clips, evidence.comparisons, policy.fairness)
    decided = evidence.decided
    silent = list(clips["clip_id"][clips[DECODED].isna()])
    said = usable(decided.clips, silent)
    known = (*intake, *spared, *misplaced, *decided.findings, *mute(clips, decided.clips, silent))
    told = replace(evidence, table=clips, intake=known, doubted=doubted)
    doubts = doubts_about(told, policy)
    findings = approved_terms(judge(told, policy, declared, doubts), decided)
    judged = _Judged(clips, findings, said)
    equal = list(settle_same_bytes(judged.so_far, same_bytes))
    judged = judged.plus(equal, policy)
    alike = [*same_audio(clips, evidence.fingerprints), *same_text(clips)]
    copies = list(find_duplicates(judged.so_far, alike))
    judged = judged.plus(copies, policy).without_before()
    outside = list(find_outside(judged.clips))
    judged = judged.plus(outside, policy)
    languages = language_hours(judged.so_far, policy)
    wants = [want for spoken in languages for want in wants_of(spoken, judged.clips)]
    judged = judged.plus(wants, policy)
    findings = with_words(judged.findings, judged.clips, judged.machine, said)
    clips = judged.clips.assign(**judged.overruled[["verdict", "reasons", "decided_by"]])
    clips["score"] = scores(clips, policy, declared)
    clips["rank"] = ranks(clips)
    clips = clips.join(pick(clips, policy.budget.hours_per_voice, policy.selection))
    short = voices_of([s.language for s in languages if s.wants], clips)
    unjudged = any(finding.rule == NOT_JUDGED for finding in evidence.intake)
    parked = {
        voice: why
        for voice, why in evidence.parked.items()
        if unjudged or not decided.approves(voice)
    }
    held = held_back(clips, findings, dict.fromkeys(short, LANGUAGE_HOURS) | parked)
    counted = clips[["voice", "verdict", "duration_s", "selected"]]
    voices = tuple(
        standing_of(str(voice), rows, policy, held.get(str(voice), ""))
        for voice, rows in counted.groupby("voice", sort=False)
    )
    clips = without([s.voice for s in voices if s.status == "parked"], clips)
    told = replace(told, parked=parked)
    gathered = Gathered(doubts, same_bytes, alike, outside, said)
    if evidence.before:
        told, gathered = _of_new_alone(told, gathered, equal, copies)
    rest = unmoved(told, policy, declared, gathered)
    return Decision(clips, findings, voices, languages, rest)


@dataclass(frozen=True)
class _Judged:
    """Clips, what is found of them so far, and the verdicts that come of it once they are asked."""

    clips: pd.DataFrame
    findings: pd.DataFrame
    said: Mapping[str, Word]

    @cached_property
    def machine(self) -> pd.DataFrame:
        return verdicts(self.clips, self.findings)

    @cached_property
    def overruled(self) -> pd.DataFrame:
        return overruled(self.machine, self.said)

    @cached_property
    def so_far(self) -> pd.DataFrame:
        """The clips with the verdict that they have so far."""
        return self.clips.assign(verdict=self.overruled["verdict"])

    def plus(self, more: Sequence[Finding], policy: Policy) -> "_Judged":
        """With more findings, these with the policy's verdict."""
        if not more:
            return self
        added = tabled((finding, policy.verdicts[finding.rule]) for finding in more)
        return replace(self, findings=pd.concat([self.findings, added], ignore_index=True))

    def without_before(self) -> "_Judged":
        """What was not there before, and what is said of it."""
        if BEFORE not in self.clips:
            return self
        before = self.clips[BEFORE]
        of_others = self.findings["clip_id"].isin(self.clips["clip_id"][before])
        clips = self.clips[~before].drop(columns=BEFORE)
        return _Judged(clips, self.findings[~of_others], self.said)


def _apart(
    intake: Iterable[Finding], clips: pd.DataFrame, pending: Container[str]
) -> tuple[list[Finding], list[Finding]]:
    """What reading told but for copies whose every measurement is there, and those."""
    of_clips = clips["audio_sha256"].tolist() if "audio_sha256" in clips else []
    digests = dict(zip(clips["clip_id"].tolist(), of_clips, strict=False))
    waiting = {digest for clip_id, digest in digests.items() if clip_id in pending}
    apart: tuple[list[Finding], list[Finding]] = [], []
    for finding in intake:
        digest = digests.get(finding.clip_id)
        settled = finding.rule in SAME_BYTES and digest and digest not in waiting
        apart[bool(settled)].append(finding)
    return apart


def _of_new_alone(
    told: Evidence, gathered: Gathered, equal: Sequence[Finding], copies: Sequence[Finding]
) -> tuple[Evidence, Gathered]:
    """The same without what was there before, copies of which are copies whatever the bounds."""
    before = told.table[BEFORE].to_numpy(bool)
    gone = taken(gathered.alike, set(np.flatnonzero(before).tolist()))
    number = (np.cumsum(~before) - 1).tolist()
    rest = [
        replace(group, places=tuple(number[p] for p in group.places if (group.rule, p) not in gone))
        for group in gathered.alike
    ]
    table = told.table[~before].drop(columns=BEFORE)
    known = set(table["clip_id"])
    place = {clip_id: n for n, clip_id in enumerate(told.table["clip_id"].tolist())}
    late = [f for f in copies if f.clip_id in known and (f.rule, place[f.clip_id]) in gone]
    intake = [f for f in (*told.intake, *equal) if f.clip_id in known or not f.clip_id]
    return replace(told, table=table, intake=intake), replace(
        gathered,
        same_bytes=[],
        alike=[group for group in rest if len(group.places) > 1],
        late=[*gathered.late, *late],
    )
