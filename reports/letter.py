"""What a contributor is told of their own data: what to mend, dearest first (R17).

Nothing in it comes from another contributor: a letter is made of the submissions that it is given,
and its reader sees the contributor's names as pseudonyms.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from clips.numbers import duration
from clips.rules.base import SEVERITY
from clips.table import about
from clips.words import Param, Phrase, Reader, told
from reports.letter_view import Item, Letter, Line, Part, Voice
from reports.problems import by_verdict, hours, measured, rule_words, text_of
from selection.losses import losses, with_causes
from selection.policy import Policy
from selection.rules import OURS
from selection.several import copies

Record = Mapping[Any, Any]
FOR_US = "There is nothing for you to do: we look into it."


@dataclass(frozen=True)
class Submission:
    """One scored submission, as a run left it.

    Args:
        title: stage and day, to tell several apart.
        clips: ``clip_id, voice, audio_file, row, audio_sha256, duration_s, verdict``.
        findings: see `selection.findings.FINDING_COLUMNS`.
        voices: voice -> how it is shown.
        files: audio file -> how it is shown.
    """

    title: str
    clips: pd.DataFrame
    findings: pd.DataFrame
    policy: Policy
    reader: Reader
    voices: Mapping[str, str]
    files: Mapping[str, str]

    @cached_property
    def rows(self) -> dict[str, int]:
        """Clip id -> row of the label file."""
        return dict(zip(self.clips["clip_id"], map(int, self.clips["row"]), strict=True))


def letter(pseudonym: str, created: str, submissions: Sequence[Submission]) -> Letter:
    """The letter about at least one submission of one contributor, the newest policy last."""
    policy = submissions[-1].policy
    return Letter(
        pseudonym=pseudonym,
        created=created,
        minimum=policy.budget.minimum_hours,
        policy=f"{policy.name} {policy.sha256[:12]}",
        voices=_voices(submissions, policy),
        parts=tuple(map(_part, submissions)),
    )


def _voices(submissions: Sequence[Submission], policy: Policy) -> tuple[Voice, ...]:
    clips = pd.concat(
        [s.clips.assign(voice=s.clips["voice"].map(s.voices)) for s in submissions],
        ignore_index=True,
    )
    once = clips[~copies(clips)]
    return tuple(
        _voice(voice, once[once["voice"] == voice], policy)
        for voice in dict.fromkeys(map(str, clips["voice"]))
    )


def _voice(voice: str, clips: pd.DataFrame, policy: Policy) -> Voice:
    of = {verdict: length for verdict, (_, length) in by_verdict(clips).items()}
    minimum, budget = policy.budget.minimum_hours, policy.budget.hours_per_voice
    if (short := minimum - of["accept"]) > 0:
        missing = f"{duration(short, up=True)} more of accepted audio to {duration(minimum)}"
    elif (short := budget - of["accept"]) > 0:
        missing = f"nothing; up to {duration(short, up=True)} more is welcome"
    else:
        missing = "nothing"
    return Voice(voice, hours(clips), of["accept"], of["review"], of["reject"], missing)


def _part(submission: Submission) -> Part:
    clips, findings = submission.clips, with_causes(submission.findings)
    of = by_verdict(clips)
    lost = losses(clips, findings)
    causes = [
        replace(
            _item(submission, findings[findings["clip_id"].isin(loss.clips)], loss.rule),
            also=tuple(rule_words(submission.policy, rule) for rule in loss.follows),
            lost=loss.seconds / 3600,
            alone=loss.alone_s / 3600,
        )
        for loss in lost
    ]
    rest = findings[
        (findings["cause"] == findings["rule"])
        & ~findings["rule"].isin(OURS)
        & ~((findings["level"] != "clip") & findings["rule"].isin([loss.rule for loss in lost]))
    ]
    is_note = rest["verdict"] == "note"
    return Part(
        title=submission.title,
        clips=len(clips),
        accepted=of["accept"][0],
        review=of["review"][0],
        rejected=of["reject"][0],
        whole=_by_rule(submission, rest[(rest["level"] != "clip") & ~is_note]),
        causes=tuple(causes),
        notes=_by_rule(submission, rest[is_note]),
    )


def _by_rule(submission: Submission, findings: pd.DataFrame) -> tuple[Item, ...]:
    items = [_item(submission, mine, str(rule)) for rule, mine in findings.groupby("cause")]
    return tuple(sorted(items, key=lambda i: (-SEVERITY[i.verdict], -len(i.lines), i.rule)))


def _item(submission: Submission, findings: pd.DataFrame, cause: str) -> Item:
    """A cause with one line for each clip; findings of other causes are left out."""
    by_clip: dict[tuple[str, str], list[Record]] = {}
    for record in findings[findings["cause"] == cause].to_dict("records"):
        by_clip.setdefault((record["voice"], record["clip_id"]), []).append(record)
    lines = [_line(submission, found, cause) for found in by_clip.values()]
    usual = Counter(line.remedy for line in lines).most_common(1)[0][0]
    return Item(
        rule=cause,
        headline=rule_words(submission.policy, cause),
        remedy=usual,
        verdict=max((line.verdict for line in lines), key=SEVERITY.__getitem__),
        lines=tuple(replace(o, remedy="" if o.remedy == usual else o.remedy) for o in lines),
    )


def _line(submission: Submission, found: Sequence[Record], cause: str) -> Line:
    """What is told of one clip or voice under a cause: of the cause itself where it is found."""
    records = [one for one in found if one["rule"] == cause] or found[:1]
    first, reader = records[0], submission.reader
    facts = [about(r["voice"], r["audio_file"], *measured(r)) for r in records]
    gravest = max((one["verdict"] for one in found), key=SEVERITY.__getitem__)
    value, bound, unit = measured(first)
    is_measured = cause in submission.policy.rules and value is not None
    what = [_what(r["words"], reader, f, is_measured) for r, f in zip(records, facts, strict=True)]
    remedy = told(Phrase(first["words"].remedy, params=first["words"].params), reader, facts[0])
    return Line(
        voice=text_of(submission.voices.get(first["voice"], first["voice"])),
        file=text_of(submission.files.get(first["audio_file"], first["audio_file"])),
        row=submission.rows.get(first["clip_id"], -1) + 1,
        verdict=str(gravest),
        what=" ".join(dict.fromkeys(filter(None, what))),
        value=value,
        bound=bound,
        unit=unit,
        remedy=FOR_US if cause in OURS else remedy,
    )


def _what(words: Phrase, reader: Reader, facts: Mapping[str, Param], is_measured: bool) -> str:
    """The sentence without its remedy; of a measurement only what its value does not say."""
    says = "" if is_measured else words.says
    more = tuple(replace(one, remedy="") for one in words.more)
    return told(replace(words, says=says, remedy="", more=more), reader, facts)
