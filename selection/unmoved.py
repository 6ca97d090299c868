"""What of a decision stays as it is wherever the bounds of its policy's rules stand.

A report moves the bounds: from this and the measurements it finds the verdicts that `decide` would
give. Clips are named by their places in the table, voices by the order in which they first occur.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from clips.columns import Column
from clips.rules.base import SEVERITY
from clips.table import Finding
from selection.alike import Alike
from selection.decisions import Word, approved_terms
from selection.doubts import Doubts, severity_on_label
from selection.judge import Mask, judge, judged_by
from selection.policy import BOUNDS, Policy, Terms
from selection.rules.judging import AUDIO, TEXT
from selection.standing import primary_tags
from selection.terms import LANGUAGE_HOURS, language_finding
from selection.verdicts import Evidence, held_back, of_terms, verdicts

Severities = npt.NDArray[np.uint8]
UNSAID, ACCEPTED, REJECTED = 0, 1, 2


@dataclass(frozen=True)
class EqualFiles:
    """Files that are equal byte by byte, of which one stays.

    Args:
        places: all of them.
        told: those that reading told of, and how grave that is for whichever does not stay.
    """

    places: tuple[int, ...]
    told: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Wanting:
    """A language that wants more hours than the bound, or nothing of its voices is selected.

    Args:
        places: its clips.
        voices: that have clips in it.
        hours: the bound.
    """

    places: tuple[int, ...]
    voices: tuple[int, ...]
    hours: float


@dataclass(frozen=True)
class Unmoved:
    """A decision but for the bounds of its rules. Severities are the machine's, as in `SEVERITY`.

    Args:
        severity: of each clip, by all that no bound finds and no other clip's verdict changes, but
            for the terms.
        above: the same of what the terms hold against the submission or a voice as a whole.
        late: the same of what is only found once copies are settled.
        label_review: what a review by a rule on the label comes to.
        label_reject: what a reject by one comes to: a review where the recogniser is in doubt.
        unlabelled: audio without a label, which never stays beside a copy that has one.
        judges: rule -> the clips that it judges, for rules whose column was measured.
        equal_files: copies that reading found.
        alike: further copies, of the audio and of the text.
        audio: how grave a copy of the audio is.
        text: how grave a copy of the text is.
        languages: new ones.
        language: how grave it is to be of a language that wants more.
        said: what the maintainer said, see `UNSAID`.
        held: whether nothing of a voice is selected, however many hours it has.
    """

    severity: Severities
    above: Severities
    late: Severities
    label_review: Severities
    label_reject: Severities
    unlabelled: Mask
    judges: Mapping[str, Mask]
    equal_files: tuple[EqualFiles, ...]
    alike: tuple[Alike, ...]
    audio: int
    text: int
    languages: tuple[Wanting, ...]
    language: int
    said: Severities
    held: tuple[bool, ...]


@dataclass(frozen=True)
class Gathered:
    """What a decision has gathered beside its evidence.

    Args:
        doubts: about labels.
        same_bytes: what reading told of equal files, which is not in the evidence.
        alike: copies of the audio and of the text.
        late: what is only found once copies are settled, whatever the bounds.
        said: clip id -> the word of the maintainer that counts.
    """

    doubts: Doubts
    same_bytes: Sequence[Finding]
    alike: Sequence[Alike]
    late: Sequence[Finding]
    said: Mapping[str, Word]


def unmoved(
    evidence: Evidence, policy: Policy, columns: Mapping[str, Column], gathered: Gathered
) -> Unmoved:
    """All but the bounds, from what a decision has gathered.

    Args:
        evidence: as `judge` takes it.
        policy: whose bounds move.
        columns: as `judge` takes them.
        gathered: of the same clips.
    """
    table, weights = evidence.table, policy.verdicts
    place = {clip_id: n for n, clip_id in enumerate(table["clip_id"].tolist())}
    none = dict.fromkeys(BOUNDS)
    bare = {name: rule.model_copy(update=none) for name, rule in policy.rules.items()}
    bounds = policy.model_copy(update={"rules": bare})
    judged = judge(evidence, bounds, columns, gathered.doubts)
    findings = approved_terms(judged, evidence.decided)
    terms = of_terms(findings).index
    late = np.zeros(len(table), np.uint8)
    for found in gathered.late:
        at = place[found.clip_id]
        late[at] = max(late[at], SEVERITY[weights[found.rule]])
    held = held_back(table, findings, evidence.parked)
    return Unmoved(
        severity=_severities(table, findings.drop(terms)),
        above=_severities(table, findings.loc[terms]),
        late=late,
        label_review=severity_on_label(place, "review", gathered.doubts, weights),
        label_reject=severity_on_label(place, "reject", gathered.doubts, weights),
        unlabelled=(table["row"] < 0).to_numpy(bool),
        judges={
            name: judged_by(table, rule)
            for name, rule in policy.rules.items()
            if rule.column in table
        },
        equal_files=tuple(_equal_files(table, gathered.same_bytes, place, weights)),
        alike=tuple(gathered.alike),
        audio=SEVERITY[weights[AUDIO]],
        text=SEVERITY[weights[TEXT]],
        languages=tuple(_wanting(table, policy.terms)),
        language=SEVERITY[weights[LANGUAGE_HOURS]],
        said=_said(place, gathered.said),
        held=tuple(voice in held for voice in table["voice"].unique()),
    )


def _severities(table: pd.DataFrame, findings: pd.DataFrame) -> Severities:
    found = verdicts(table, findings)["verdict"]
    return np.array([SEVERITY[verdict] for verdict in found.tolist()], np.uint8)


def _said(place: Mapping[str, int], said: Mapping[str, Word]) -> Severities:
    words = np.full(len(place), UNSAID, np.uint8)
    for clip_id, word in said.items():
        if clip_id in place:
            words[place[clip_id]] = ACCEPTED if word.accepts else REJECTED
    return words


def _wanting(table: pd.DataFrame, terms: Terms) -> Iterator[Wanting]:
    """The languages that want hours, however many there are."""
    voices = {voice: n for n, voice in enumerate(table["voice"].unique())}
    tags = primary_tags(table)
    for tag in tags.unique():
        want = language_finding(str(tag), 0.0, terms)
        if want is not None and want.bound is not None:
            (places,) = np.nonzero((tags == tag).to_numpy())
            mine = table["voice"].iloc[places].unique()
            numbers = tuple(voices[voice] for voice in mine)
            yield Wanting(tuple(places.tolist()), numbers, want.bound)


def _equal_files(
    table: pd.DataFrame,
    told: Iterable[Finding],
    place: Mapping[str, int],
    weights: Mapping[str, str],
) -> Iterator[EqualFiles]:
    by_digest: dict[str, list[tuple[int, int]]] = {}
    for finding in told:
        at = place[finding.clip_id]
        digest = str(table["audio_sha256"].iloc[at])
        by_digest.setdefault(digest, []).append((at, SEVERITY[weights[finding.rule]]))
    places: dict[str, list[int]] = {digest: [] for digest in by_digest}
    for at, digest in enumerate(table["audio_sha256"].tolist() if by_digest else ()):
        if digest in places:
            places[digest].append(at)
    for digest, mine in by_digest.items():
        yield EqualFiles(tuple(places[digest]), tuple(mine))
