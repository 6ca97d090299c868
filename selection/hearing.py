"""What a recogniser made of a clip's label, and whether its transcript is to be believed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from clips.table import Finding
from selection.policy import Fairness, Weight

LABEL_COLUMNS = frozenset({"wer", "cer", "edge_start_cer", "edge_end_cer"})
HALLUCINATION = "hallucination"
_KIND_COLUMNS = frozenset({"wer", "cer"})
_KINDS: Mapping[str, str] = {
    "wrong-text": "The label and the speech are different texts, or differ in single words.",
    "missing-words": "The label has words that were not heard.",
    "extra-words": "Words were heard that the label does not have.",
    "cut-start": "The label has words at its start that were not heard: cut off at the start?",
    "cut-end": "The label has words at its end that were not heard: cut off at the end?",
}


@dataclass(frozen=True, slots=True)
class Misheard:
    """One word of a label that was not heard as it is written, with the errors that go with it."""

    word: str
    heard: str
    word_errors: int
    char_errors: int
    edge_start_errors: int
    edge_end_errors: int


@dataclass(frozen=True, slots=True)
class Hearing:
    """A label against its transcript, word by word.

    Args:
        label: the label's words as compared, in order.
        errors: word errors of the clip.
        wrong: the words of the label that were not heard.
        kind: kind of bad label: ``wrong-text, missing-words, extra-words, cut-start, cut-end`` or
            ``""``.
    """

    label: tuple[str, ...]
    errors: int
    wrong: tuple[Misheard, ...]
    kind: str = ""

    @classmethod
    def read(cls, details: Mapping[str, Any]) -> "Hearing":
        """From the recogniser's details of a clip: ``alignment``, ``misheard``, ``label_kind``."""
        chunks = [c for c in details.get("alignment", ()) if c["op"] != "equal"]
        return cls(
            label=tuple(word for c in details.get("alignment", ()) for word in c["label"]),
            errors=sum(max(len(c["label"]), len(c["heard"])) for c in chunks),
            wrong=tuple(Misheard(**word) for word in details.get("misheard", ())),
            kind=details.get("label_kind", ""),
        )


def with_kind(finding: Finding, column: str, hearing: Hearing | None) -> Finding:
    """A finding on an error rate with the kind of bad label in plain words."""
    says = _KINDS.get(hearing.kind, "") if hearing and column in _KIND_COLUMNS else ""
    return replace(finding, sentence=f"{finding.sentence} {says}") if says else finding


def invented(table: pd.DataFrame, bounds: Fairness) -> dict[str, str]:
    """Clip id -> why its transcript looks made up; a sign that the label shows too is none."""
    signs = (
        ("unique_share", "below", bounds.unique_share, "different words per word"),
        ("chars_per_s", "above", bounds.chars_per_s, "characters per second"),
        ("compression", "above", bounds.compression, "as long as when it is compressed"),
    )
    found: dict[str, str] = {}
    for name, side, bound, words in signs:
        if f"heard_{name}" not in table:
            continue
        heard, label = table[f"heard_{name}"], table[f"label_{name}"]
        if side == "below":
            odd = (heard <= bound) & ~(label <= bound)
        else:
            odd = (heard > bound) & ~(label > bound)
        for clip_id, value, said in zip(table["clip_id"][odd], heard[odd], label[odd], strict=True):
            of_label = "" if pd.isna(said) else f", the label {said:.2g}"
            found.setdefault(
                str(clip_id),
                "The recogniser seems to have made its transcript up: it has"
                f" {value:.2g} {words}{of_label}.",
            )
    return found


def fair(
    judged: Iterator[tuple[Finding, Weight]],
    column: str,
    hearings: Mapping[str, Hearing],
    made_up: Mapping[str, str],
) -> Iterator[tuple[Finding, Weight]]:
    """Findings on a label, with its kind; no reject where the transcript is made up."""
    for finding, verdict in judged:
        told = with_kind(finding, column, hearings.get(finding.clip_id))
        if verdict == "reject" and finding.clip_id in made_up:
            says = f"{told.sentence} For review, as the transcript is doubtful."
            yield replace(told, sentence=says), "review"
        else:
            yield told, verdict


def doubts(
    judged: list[tuple[Finding, Weight]], rules: frozenset[str], made_up: Mapping[str, str]
) -> Iterator[Finding]:
    """One finding for each clip that a rule on its label caught and whose transcript is made up."""
    told: set[str] = set()
    for finding, _ in judged:
        clip_id = finding.clip_id
        if finding.rule in rules and clip_id in made_up and clip_id not in told:
            told.add(clip_id)
            yield replace(
                finding,
                rule=HALLUCINATION,
                sentence=made_up[clip_id],
                value=None,
                bound=None,
                unit="",
            )
