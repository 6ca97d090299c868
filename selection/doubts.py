"""Whether a transcript is to be believed: what speaks against rejecting a label on its word."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import repeat

import numpy as np
import numpy.typing as npt
import pandas as pd

from clips.rules.base import SEVERITY, Weight
from clips.table import Finding
from clips.words import Phrase, say
from selection.comparison import Comparison, kind_in_words
from selection.needs import has
from selection.policy import Fairness
from selection.rules import words
from selection.rules.judging import HALLUCINATION, OTHER_SCRIPT

_NEAR = (
    "It is not rejected: of its characters {cer} are wrong, where another text has {least} and"
    " more."
)
_LIKELY = (
    "It is not rejected: made to write the label, the recogniser finds it likelier (label_logprob"
    " {logprob}) than another text ({most} and less)."
)
_BRIEF = (
    "It is not rejected: of {seconds} s of audio the recogniser's word proves nothing, which takes"
    " {least} s."
)
_KIND_COLUMNS = frozenset({"wer", "cer"})


@dataclass(frozen=True, slots=True)
class Doubts:
    """What speaks against rejecting labels on the recogniser's word.

    Args:
        failures: clip id -> rule and words of the recogniser's failure.
        unproven: clip id -> a column whose value says that nothing is proven, and that value: it is
            so of nearly every good clip.
        doubted: clip id -> what else spares it.
        bounds: that the values are held against.
    """

    failures: Mapping[str, tuple[str, Phrase]]
    unproven: Mapping[str, tuple[str, float]]
    doubted: Mapping[str, Phrase]
    bounds: Fairness

    def spares(self, clip_id: str) -> bool:
        """Whether the label is not rejected on the recogniser's word."""
        return any(clip_id in of for of in (self.unproven, self.doubted, self.failures))

    def why_unproven(self, clip_id: str) -> Phrase:
        """Why not, of a clip that is spared for more than a failure."""
        if clip_id in self.doubted:
            return self.doubted[clip_id]
        column, value = self.unproven[clip_id]
        return _TOLD[column](value, self.bounds)


def fair(
    judged: Iterator[tuple[Finding, Weight]],
    column: str,
    comparisons: Mapping[str, Comparison],
    doubts: Doubts,
    weights: Mapping[str, Weight],
) -> Iterator[tuple[Finding, Weight]]:
    """Findings on a label, with its kind; what is made up or unproven only asks for review.

    Args:
        judged: the findings of a rule.
        column: what the rule judges, one of `LABEL_COLUMNS`.
        comparisons: clip id -> what was heard.
        doubts: of the clips.
        weights: rule -> verdict.
    """
    for finding, verdict in judged:
        clip_id = finding.clip_id
        ruled, failure = _ruled(clip_id, verdict, doubts)
        comparison = comparisons.get(clip_id)
        kind = None
        if comparison and column in _KIND_COLUMNS:
            kind = kind_in_words(comparison, proven=ruled == "reject")
        doubt = None
        if ruled != verdict and not failure:
            doubt = doubts.why_unproven(clip_id)
        yield replace(finding, words=finding.words.plus(kind, doubt)), ruled
        if failure:
            rule, told = failure
            about = replace(finding, rule=rule, words=told, value=None, bound=None, unit="")
            yield about, weights[rule]


def _ruled(
    clip_id: str, verdict: Weight, doubts: Doubts
) -> tuple[Weight, tuple[str, Phrase] | None]:
    """What a rule's verdict on a label comes to, and the recogniser's failure to tell besides."""
    failure = doubts.failures.get(clip_id)
    spared = verdict == "reject" and doubts.spares(clip_id)
    is_told = failure is not None and (spared or failure[0] == OTHER_SCRIPT)
    return "review" if spared else verdict, failure if is_told else None


def severity_on_label(
    clips: Iterable[str], verdict: Weight, doubts: Doubts, weights: Mapping[str, Weight]
) -> npt.NDArray[np.uint8]:
    """What a verdict by a rule on the label comes to, as `fair` has it.

    Args:
        clips: ids.
        verdict: of the bound that is broken, review or reject.
        doubts: of the clips.
        weights: rule -> verdict.

    Returns:
        A severity for each clip, as in `SEVERITY`.
    """
    severities = []
    for clip_id in clips:
        ruled, failure = _ruled(clip_id, verdict, doubts)
        told = SEVERITY[weights[failure[0]]] if failure else 0
        severities.append(max(SEVERITY[ruled], told))
    return np.array(severities, np.uint8)


def unproven(table: pd.DataFrame, bounds: Fairness) -> dict[str, tuple[str, float]]:
    """Clip id -> column and value for which its label is not rejected on the recogniser's word.

    Words and characters must say so, of a clip that is long enough for a recogniser, and the
    label's own probability must not object; what was not measured does not.
    """
    found = _each(table, table["duration_s"] < bounds.proof_s, "duration_s")
    if has(table, "label_logprob"):
        likely = table["label_logprob"] > bounds.proof_logprob
        found |= _each(table, likely, "label_logprob")
    if "cer" in table:
        found |= _each(table, table["cer"] < bounds.proof_cer, "cer")
    return found


def _each(
    table: pd.DataFrame, rows: "pd.Series[bool]", column: str
) -> dict[str, tuple[str, float]]:
    some = table.loc[rows, ["clip_id", column]]
    values = zip(repeat(column), some[column].tolist())
    return dict(zip(some["clip_id"].tolist(), values, strict=True))


def _near(cer: float, bounds: Fairness) -> Phrase:
    return say(_NEAR, cer=f"{cer:.0%}", least=f"{bounds.proof_cer:.0%}")


def _likely(logprob: float, bounds: Fairness) -> Phrase:
    return say(_LIKELY, logprob=f"{logprob:.2g}", most=bounds.proof_logprob)


def _brief(seconds: float, bounds: Fairness) -> Phrase:
    return say(_BRIEF, seconds=f"{seconds:.2g}", least=f"{bounds.proof_s:g}")


_TOLD = {"duration_s": _brief, "label_logprob": _likely, "cer": _near}


def failures(table: pd.DataFrame, bounds: Fairness) -> dict[str, tuple[str, Phrase]]:
    """Clip id -> rule and words of why the recogniser, not the label, is at fault."""
    made_up = {i: (HALLUCINATION, why) for i, why in _hallucinated(table, bounds).items()}
    return made_up | {
        i: (OTHER_SCRIPT, why) for i, why in _in_another_script(table, bounds).items()
    }


def _hallucinated(table: pd.DataFrame, bounds: Fairness) -> dict[str, Phrase]:
    """Why a transcript looks made up; a sign that the label shows too is none."""
    signs = (
        ("unique_share", "below", bounds.unique_share, "different words per word"),
        ("chars_per_s", "above", bounds.chars_per_s, "characters per second"),
        ("compression", "above", bounds.compression, "times as long as it is when compressed"),
        ("repeated_share", "above", bounds.repeated_share, "of it in one repeated piece"),
    )
    found: dict[str, Phrase] = {}
    for name, side, bound, what in signs:
        if not has(table, f"heard_{name}"):
            continue
        heard, label = table[f"heard_{name}"], table[f"label_{name}"]
        if side == "below":
            odd = (heard <= bound) & ~(label <= bound)
        else:
            odd = (heard > bound) & ~(label > bound)
        for clip_id, value, said in zip(table["clip_id"][odd], heard[odd], label[odd], strict=True):
            told = words(HALLUCINATION, measured=f"{value:.2g}", what=what)
            if not pd.isna(said):
                beside = say("The label has {label}.", label=f"{said:.2g}")
                told = told.plus(beside)
            found.setdefault(str(clip_id), told)
    return found


def _in_another_script(table: pd.DataFrame, bounds: Fairness) -> dict[str, Phrase]:
    """That a transcript is not written as its language is."""
    if not has(table, "other_script_share"):
        return {}
    other = table[table["other_script_share"] > bounds.other_script_share]
    return {
        str(clip_id): words(OTHER_SCRIPT, share=f"{share:.0%}")
        for clip_id, share in zip(other["clip_id"], other["other_script_share"], strict=True)
    }
