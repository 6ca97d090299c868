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

from clips.names import shown
from clips.table import Finding
from selection.hearing import Hearing
from selection.policy import Fairness

SHIFTED = "labels-shifted"
EXCHANGED = "labels-exchanged"
ELSEWHERE = "label-elsewhere"
DISAGREES = "recogniser-disagrees"
MISPLACED_RULES: dict[str, str] = {
    SHIFTED: "The labels of a voice fit other files, all of them as many places away.",
    EXCHANGED: "The labels of a voice fit other files of it.",
    ELSEWHERE: "What was heard in a clip is the label of another one of its voice.",
    DISAGREES: "The recogniser disagrees with most labels of a voice, which fit no other file: it"
    " is too weak for the language, or the labels are another text.",
}
_MOST = 0.8  # of what fits elsewhere is as many places away
_EVERY = 0.9  # of the labels that have a file there: single ones are misheard
_OWN_RANK = 0.75  # of the other labels are less like what was heard than a clip's own, on average
_ASKED = 300  # clips of a voice that are held against all of its labels
_DOUBT = "It is not rejected by itself: what is found of the voice says why."


@dataclass(frozen=True, slots=True)
class _Clip:
    clip_id: str
    audio_file: str
    label: str
    heard: str


def find_misplaced(
    table: pd.DataFrame, hearings: Mapping[str, Hearing], bounds: Fairness
) -> tuple[list[Finding], dict[str, str]]:
    """What is found of the labels of each voice.

    Args:
        table: one row per clip in the order of the labels: ``clip_id, voice, audio_file``, and
            ``cer``, or ``wer`` where that is missing.
        hearings: clip id -> what was heard.
        bounds: of the policy.

    Returns:
        Findings, and clip id -> why its label is not rejected on what was heard.
    """
    rate = next((table[name] for name in ("cer", "wer") if name in table), None)
    if rate is None:
        return [], {}
    against = set(table["clip_id"][rate >= bounds.disagree_cer])
    findings: list[Finding] = []
    doubted: dict[str, str] = {}
    for voice, rows in table.groupby("voice", sort=False):
        clips = [
            _Clip(clip_id, file, " ".join(hearing.label), " ".join(hearing.heard))
            for clip_id, file in zip(rows["clip_id"], rows["audio_file"], strict=True)
            if (hearing := hearings.get(clip_id)) and hearing.label
        ]
        wrong = [n for n, clip in enumerate(clips) if clip.clip_id in against]
        if not wrong:
            continue
        places = _places(clips, wrong, bounds)
        findings += [
            Finding(
                ELSEWHERE,
                f"What was heard here is the label of {shown(clips[there].audio_file, 80)}.",
                *("clip", str(voice), clips[here].clip_id, clips[here].audio_file),
            )
            for here, there in places.elsewhere.items()
        ]
        if len(clips) >= bounds.disagree_clips and len(wrong) > bounds.disagree_share * len(clips):
            rule, sentence = _of_voice(places, len(wrong), len(clips))
            findings.append(Finding(rule, sentence, "voice", str(voice), value=float(len(wrong))))
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


def _of_voice(places: _Places, wrong: int, clips: int) -> tuple[str, str]:
    """Rule and sentence; the sentence names no word, since it may be published."""
    found = len(places.elsewhere)
    if found > places.asked / 2:
        ((offset, same),) = Counter(t - h for h, t in places.elsewhere.items()).most_common(1)
        heard = f"{places.asked} clips that differ from their own label"
        if same >= _MOST * found:
            all_of_them = (
                "Every label fits"
                if same >= _EVERY * (places.asked - abs(offset))
                else "Most labels fit"
            )
            return (
                SHIFTED,
                f"{all_of_them} the file {_away(offset)}: so it was heard in {same} of {heard}.",
            )
        return (
            EXCHANGED,
            f"Labels fit other files of this voice: so it was heard in {found} of {heard}.",
        )
    disagrees = f"The recogniser disagrees with {wrong} of {clips} labels of this voice"
    if places.own_rank >= _OWN_RANK:
        return (
            DISAGREES,
            f"{disagrees}, but what it heard is more like the clip's own label than like"
            f" {places.own_rank:.0%} of the others: it is too weak for this language or voice."
            " Another one (--asr-model) or a person can judge them.",
        )
    return (
        DISAGREES,
        f"{disagrees}, and what it heard is no more like the clip's own label than like the others:"
        " the labels are another text, or it hears nothing of this language.",
    )


def _away(offset: int) -> str:
    """Where a label's file lies, seen from the label, for the label ``offset`` after its file."""
    places = "" if abs(offset) == 1 else f"{abs(offset)} places "
    return f"{places}{'before' if offset > 0 else 'after'} it"
