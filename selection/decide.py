"""Measurements -> decision: verdicts, scores, ranks, the selection and each voice's standing."""

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from clips.languages import primary_tag
from clips.numbers import duration
from clips.rules.base import SEVERITY
from clips.table import Finding
from selection.consistency import add_consistency
from selection.derived import DERIVED, derive
from selection.duplicates import SAME_BYTES, find_duplicates, settle_same_bytes
from selection.findings import tabled
from selection.hearing import with_readings
from selection.misplaced import find_misplaced
from selection.pick import PARKED, pick
from selection.policy import Policy
from selection.ranking import ranks, scores
from selection.recogniser import excuse
from selection.terms import LANGUAGE_HOURS, language_finding
from selection.texts import find_outside, read_labels
from selection.verdicts import Evidence, judge, of_a_whole, verdicts


@dataclass(frozen=True)
class Standing:
    """One voice against the minimum and the budget, in hours and clips.

    Args:
        status: ``"complete"`` (budget reached), ``"growing"`` (from the minimum on) or ``"parked"``
            (below the minimum, or held back as a whole: scored, kept, not selected).
        missing: what is missing, in plain words; ``""`` where nothing is.
    """

    voice: str
    clips: int
    accepted: int
    review: int
    rejected: int
    hours_offered: float
    hours_accepted: float
    hours_selected: float
    status: str
    missing: str


@dataclass(frozen=True)
class LanguageHours:
    """One language over all of its voices, in hours.

    Args:
        language: primary BCP 47 tag.
        hours_accepted: whatever comes of it that they are too few.
        wants: what a new language still wants; ``None`` where it wants nothing.
    """

    language: str
    voices: int
    hours_offered: float
    hours_accepted: float
    wants: Finding | None

    @property
    def missing(self) -> str:
        """What it still wants, in plain words; ``""`` where that is nothing."""
        return self.wants.sentence if self.wants else ""


@dataclass(frozen=True)
class Decision:
    """What was decided.

    Args:
        clips: the given table with derived columns, ``verdict, reasons, score, rank, selected``.
        findings: every reason, see `selection.findings.FINDING_COLUMNS`.
        voices: in the order of the table.
        languages: in the order of the table.
    """

    clips: pd.DataFrame
    findings: pd.DataFrame
    voices: tuple[Standing, ...]
    languages: tuple[LanguageHours, ...]


def decide(evidence: Evidence, policy: Policy) -> Decision:
    """Judge, rank and select.

    Raises:
        PolicyError: a rule or a weight names a column that does not exist.
    """
    declared = {c.name: c for c in (*evidence.columns, *evidence.elsewhere, *DERIVED)}
    policy.check_columns(declared)
    charged, spared = excuse(evidence.table, evidence.hearings, policy.fairness)
    clips = add_consistency(derive(charged), evidence.embeddings)
    clips = clips.join(read_labels(clips))
    intake, same_bytes = _apart(
        with_readings(evidence.intake, evidence.hearings), clips, evidence.pending
    )
    misplaced, doubted = find_misplaced(clips, evidence.hearings, policy.fairness)
    told = replace(evidence, table=clips, intake=(*intake, *spared, *misplaced), doubted=doubted)
    findings = judge(told, policy, declared)
    judged = verdicts(clips, findings)
    so_far = clips.assign(verdict=judged["verdict"])
    if equal := list(settle_same_bytes(so_far, same_bytes)):
        findings = _with(findings, equal, policy)
        judged = verdicts(clips, findings)
        so_far = clips.assign(verdict=judged["verdict"])
    if copies := list(find_duplicates(so_far, evidence.fingerprints)):
        findings = _with(findings, copies, policy)
        judged = verdicts(clips, findings)
    if odd := list(find_outside(clips)):
        findings = _with(findings, odd, policy)
        judged = verdicts(clips, findings)
    languages = _languages(clips.assign(verdict=judged["verdict"]), policy)
    wants = [want for spoken in languages for want in _wants(spoken, clips)]
    if wants:
        findings = _with(findings, wants, policy)
        judged = verdicts(clips, findings)
    clips["verdict"], clips["reasons"] = judged["verdict"], judged["reasons"]
    clips["score"] = scores(clips, policy, declared)
    clips["rank"] = ranks(clips)
    clips = clips.join(pick(clips, policy.budget.hours_per_voice, policy.selection))
    short = _voices_of([s.language for s in languages if s.wants], clips)
    held = _held(clips, findings, dict.fromkeys(short, LANGUAGE_HOURS) | {**evidence.parked})
    voices = []
    for voice, rows in clips.groupby("voice", sort=False):
        standing = _standing(str(voice), rows, policy, held.get(str(voice), ""))
        if standing.status == "parked":
            clips.loc[rows.index, ["selected", "pick", "gain"]] = [False, math.nan, math.nan]
            clips.loc[rows.index[rows["verdict"] == "accept"], "not_selected"] = PARKED
        voices.append(standing)
    return Decision(clips, findings, tuple(voices), languages)


def _apart(
    intake: Iterable[Finding], clips: pd.DataFrame, pending: Container[str]
) -> tuple[list[Finding], list[Finding]]:
    """What reading told but for copies whose every measurement is there, and those."""
    digests = dict(zip(clips["clip_id"], clips.get("audio_sha256", ""), strict=False))
    waiting = {digest for clip_id, digest in digests.items() if clip_id in pending}
    apart: tuple[list[Finding], list[Finding]] = [], []
    for finding in intake:
        digest = digests.get(finding.clip_id)
        settled = finding.rule in SAME_BYTES and digest and digest not in waiting
        apart[bool(settled)].append(finding)
    return apart


def _held(clips: pd.DataFrame, findings: pd.DataFrame, parked: Mapping[str, str]) -> dict[str, str]:
    """Voice -> why all of it is held back: the rule of the gravest finding, or why it is parked."""
    blocked: dict[str, str] = {}
    above = of_a_whole(findings).to_dict("records")
    for finding in sorted(above, key=lambda found: -SEVERITY[found["verdict"]]):
        of_all = finding["level"] == "submission"
        for voice in clips["voice"].unique() if of_all else [finding["voice"]]:
            blocked.setdefault(voice, finding["rule"])
    return {**parked, **blocked}


def _languages(clips: pd.DataFrame, policy: Policy) -> tuple[LanguageHours, ...]:
    languages = []
    for tag, rows in clips.groupby(clips["language"].map(primary_tag), sort=False):
        hours = rows["duration_s"] / 3600
        accepted = float(hours[rows["verdict"] == "accept"].sum())
        languages.append(
            LanguageHours(
                language=str(tag),
                voices=rows["voice"].nunique(),
                hours_offered=float(hours.sum()),
                hours_accepted=accepted,
                wants=language_finding(str(tag), accepted, policy.terms),
            )
        )
    return tuple(languages)


def _voices_of(languages: Sequence[str], clips: pd.DataFrame) -> list[str]:
    of_them = clips["language"].map(primary_tag).isin(languages)
    return [str(voice) for voice in clips["voice"][of_them].unique()]


def _wants(spoken: LanguageHours, clips: pd.DataFrame) -> list[Finding]:
    """What a language still wants: of the submission, or of its voices where there are others."""
    want = spoken.wants
    if want is None:
        return []
    if spoken.voices == clips["voice"].nunique():
        return [want]
    voices = _voices_of([spoken.language], clips)
    return [replace(want, level="voice", voice=voice) for voice in voices]


def _with(findings: pd.DataFrame, more: Sequence[Finding], policy: Policy) -> pd.DataFrame:
    """The findings and more, these with the policy's verdict."""
    verdicts = policy.verdicts
    return pd.concat([findings, tabled((f, verdicts[f.rule]) for f in more)], ignore_index=True)


def _standing(voice: str, rows: pd.DataFrame, policy: Policy, held: str) -> Standing:
    count = rows["verdict"].value_counts()
    hours = rows["duration_s"] / 3600
    accepted = float(hours[rows["verdict"] == "accept"].sum())
    budget, minimum = policy.budget.hours_per_voice, policy.budget.minimum_hours
    parked = accepted < minimum or bool(held)
    selected = 0.0 if parked else float(hours[rows["selected"]].sum())
    status = "parked" if parked else "growing" if accepted < budget else "complete"
    missing = f"held back: {held}" if held else ""
    if parked and not held:
        missing = (
            f"{duration(minimum - accepted, up=True)} more of accepted audio to reach"
            f" {duration(minimum, up=True)}"
        )
    elif status == "growing":
        more = duration(budget - accepted, up=True)
        missing = f"up to {more} more is welcome, to {duration(budget, up=True)}"
    return Standing(
        voice=voice,
        clips=len(rows),
        accepted=int(count.get("accept", 0)),
        review=int(count.get("review", 0)),
        rejected=int(count.get("reject", 0)),
        hours_offered=float(hours.sum()),
        hours_accepted=accepted,
        hours_selected=selected,
        status=status,
        missing=missing,
    )
