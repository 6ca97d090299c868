"""Which label fits which file: labels that stand one file further, changed places, or fit nothing.

A recogniser that disagrees with most of a voice tells nothing of a single clip: it may be too weak
for the language, the labels may stand in another order than the files, or belong to another text.
What was heard is held against every label of the voice to tell these apart, and the voice gets one
finding. Its clips are for a person, not rejected one by one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from clips.table import Finding
from clips.words import Path, Phrase, say
from selection.comparison import Comparison
from selection.policy import Fairness
from selection.rules import words
from selection.rules.judging import DISAGREES, ELSEWHERE, EXCHANGED, SHIFTED

_MOST = 0.8  # of what fits elsewhere is as many places away
_EVERY = 0.9  # of the labels that have a file there: single ones are misheard
_OWN_RANK = 0.75  # of the other labels are less like what was heard than a clip's own, on average
_ASKED = 300  # clips of a voice that are held against all of its labels
_DOUBT = say("It is not rejected by itself: what is found of the voice says why.")


@dataclass(frozen=True, slots=True)
class _Clip:
    clip_id: str
    audio_file: str
    label: str
    heard: str


def find_misplaced(
    table: pd.DataFrame, comparisons: Mapping[str, Comparison], bounds: Fairness
) -> tuple[list[Finding], dict[str, Phrase]]:
    """What is found of the labels of each voice.

    Args:
        table: one row per clip in the order of the labels: ``clip_id, voice, audio_file``, and
            ``cer``, or ``wer`` where that is missing.
        comparisons: clip id -> what was heard.
        bounds: of the policy.

    Returns:
        Findings, and clip id -> why its label is not rejected on what was heard.
    """
    rate = next((table[name] for name in ("cer", "wer") if name in table), None)
    if rate is None:
        return [], {}
    against = set(table["clip_id"][rate >= bounds.disagree_cer])
    findings: list[Finding] = []
    doubted: dict[str, Phrase] = {}
    for voice, rows in table.groupby("voice", sort=False):
        clips = [
            _Clip(clip_id, file, " ".join(comparison.label), " ".join(comparison.heard))
            for clip_id, file in zip(
                rows["clip_id"].tolist(), rows["audio_file"].tolist(), strict=True
            )
            if (comparison := comparisons.get(clip_id)) and comparison.label
        ]
        wrong = [n for n, clip in enumerate(clips) if clip.clip_id in against]
        if not wrong:
            continue
        places = _places(clips, wrong, bounds)
        findings += [
            Finding(
                ELSEWHERE,
                words(ELSEWHERE, other=Path(clips[there].audio_file)),
                *("clip", str(voice), clips[here].clip_id, clips[here].audio_file),
            )
            for here, there in places.elsewhere.items()
        ]
        if len(clips) >= bounds.disagree_clips and len(wrong) > bounds.disagree_share * len(clips):
            rule, told = _of_voice(places, len(wrong), len(clips))
            findings.append(Finding(rule, told, "voice", str(voice), value=float(len(wrong))))
            doubted |= {clips[n].clip_id: _DOUBT for n in wrong}
    return findings, doubted


@dataclass(frozen=True, slots=True)
class _Places:
    """Where what was heard belongs.

    Args:
        asked: clips that were held against all labels.
        elsewhere: clip -> the other clip whose label it is.
        own_rank: mean share of the other labels that are less like what was heard than the own one.
    """

    asked: int
    elsewhere: Mapping[int, int]
    own_rank: float


def _places(clips: Sequence[_Clip], wrong: Sequence[int], bounds: Fairness) -> _Places:
    asked = _spread([n for n in wrong if clips[n].heard])
    if not asked:
        return _Places(0, {}, 0.0)
    labels = [clip.label for clip in clips]
    likeness: npt.NDArray[np.float32] = cdist(
        [clips[n].heard for n in asked],
        labels,
        scorer=Levenshtein.normalized_similarity,
        dtype=np.float32,
    )
    best = likeness.argmax(axis=1)
    elsewhere = {
        here: int(there)
        for row, (here, there) in enumerate(zip(asked, best, strict=True))
        if likeness[row, there] >= bounds.fits and labels[there] != labels[here]
    }
    own = likeness[np.arange(len(asked)), asked]
    others = np.array([[label != labels[n] for label in labels] for n in asked])
    below = ((likeness < own[:, None]) & others).sum(axis=1)
    return _Places(len(asked), elsewhere, float((below / np.maximum(others.sum(axis=1), 1)).mean()))


def _spread(numbers: Sequence[int]) -> list[int]:
    """All of them, or as many as are asked, evenly spread."""
    if len(numbers) <= _ASKED:
        return list(numbers)
    return [numbers[n * len(numbers) // _ASKED] for n in range(_ASKED)]


def _of_voice(places: _Places, wrong: int, clips: int) -> tuple[str, Phrase]:
    """Rule and words, which quote no label, since they may be published."""
    found = len(places.elsewhere)
    if found > places.asked / 2:
        ((offset, same),) = Counter(t - h for h, t in places.elsewhere.items()).most_common(1)
        if same >= _MOST * found:
            every = same >= _EVERY * (places.asked - abs(offset))
            labels = "Every label fits" if every else "Most labels fit"
            told = words(SHIFTED, labels=labels, away=_away(offset), same=same, asked=places.asked)
            return SHIFTED, told
        return EXCHANGED, words(EXCHANGED, found=found, asked=places.asked)
    if places.own_rank >= _OWN_RANK:
        share = f"{places.own_rank:.0%}"
        return DISAGREES, words(DISAGREES, "weak", wrong=wrong, clips=clips, share=share)
    return DISAGREES, words(DISAGREES, "other", wrong=wrong, clips=clips)


def _away(offset: int) -> str:
    """Where a label's file lies, seen from the label, for the label ``offset`` after its file."""
    places = "" if abs(offset) == 1 else f"{abs(offset)} places "
    return f"{places}{'before' if offset > 0 else 'after'} it"
