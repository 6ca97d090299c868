"""What a recogniser made of a clip's label, and whether its transcript is to be believed."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from clips.names import shown
from clips.table import Finding
from selection.policy import Fairness, Weight

LABEL_COLUMNS = frozenset({"wer", "cer", "edge_start_cer", "edge_end_cer"})
HALLUCINATION = "hallucination"
_PLAIN_SIGNS = frozenset(".,:;!?'’-")
_KIND_COLUMNS = frozenset({"wer", "cer"})
_KINDS: Mapping[str, str] = {
    "wrong-text": "The label is another text than the speech.",
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
        readings: what of the label can be read in several ways -> the words that were heard.
    """

    label: tuple[str, ...]
    errors: int
    wrong: tuple[Misheard, ...]
    kind: str = ""
    readings: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, details: Mapping[str, Any]) -> "Hearing":
        """From the recogniser's details of a clip: ``alignment``, ``misheard``, ``label_kind`` and
        ``variant`` with ``transcript``.
        """
        chunks = [c for c in details.get("alignment", ()) if c["op"] != "equal"]
        return cls(
            label=tuple(word for c in details.get("alignment", ()) for word in c["label"]),
            errors=sum(max(len(c["label"]), len(c["heard"])) for c in chunks),
            wrong=tuple(Misheard(**word) for word in details.get("misheard", ())),
            kind=details.get("label_kind", ""),
            readings=tuple(_readings(details.get("variant", ""), details.get("transcript", ""))),
        )


def with_readings(
    findings: Iterable[Finding], hearings: Mapping[str, Hearing]
) -> Iterator[Finding]:
    """Findings; those on an ambiguous label end with the reading that was heard."""
    for finding in findings:
        hearing = hearings.get(finding.clip_id)
        heard = _heard_as(finding.rule, hearing) if hearing else ""
        yield replace(finding, sentence=f"{finding.sentence} {heard}") if heard else finding


def _heard_as(rule: str, hearing: Hearing) -> str:
    is_meant = _AMBIGUOUS.get(rule)
    heard = [
        f"“{shown(written, 40)}” is heard as “{shown(words, 80)}”"
        for written, words in hearing.readings
        if is_meant and is_meant(written)
    ]
    return f"Here {'; '.join(heard)}." if heard else ""


def _readings(variant: str, transcript: str) -> Iterator[tuple[str, str]]:
    """Written and heard, where the transcript has it in words: from digits no reading is known."""
    heard = _words(transcript)
    for chosen in filter(None, variant.split("; ")):
        written, _, reading = chosen.rpartition(" = ")
        words = _words(reading)
        unspaced = all(len(word) == 1 for word in words.split())
        if f" {words} " in f" {heard} " or (
            unspaced and words.replace(" ", "") in heard.replace(" ", "")
        ):
            yield written, reading.replace(" ", "") if unspaced else reading


def _words(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(" " if _is_sign(char) else char for char in plain).split())


def _is_sign(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


_AMBIGUOUS: Mapping[str, Callable[[str], bool]] = {
    "label-digits": lambda written: any(char.isnumeric() for char in written),
    "label-symbols": lambda written: any(map(_is_sign, set(written) - _PLAIN_SIGNS)),
}


def kind_in_words(hearing: Hearing) -> str:
    """The kind of bad label as a sentence that names no word of it, ``""`` where there is none."""
    if hearing.kind == "wrong-text" and 2 * len(hearing.wrong) < len(hearing.label):
        return "Single words were heard as other words."
    return _KINDS.get(hearing.kind, "")


def fair(
    judged: Iterator[tuple[Finding, Weight]],
    column: str,
    hearings: Mapping[str, Hearing],
    invented: Mapping[str, str],
    weights: Mapping[str, Weight],
) -> Iterator[tuple[Finding, Weight]]:
    """Findings on a label, with its kind; an invented transcript only asks for review."""
    for finding, verdict in judged:
        if verdict == "reject" and finding.clip_id in invented:
            why = invented[finding.clip_id]
            yield finding, "review"
            doubt = replace(
                finding, rule=HALLUCINATION, sentence=why, value=None, bound=None, unit=""
            )
            yield doubt, weights.get(HALLUCINATION, "review")
            continue
        hearing = hearings.get(finding.clip_id)
        kind = kind_in_words(hearing) if hearing and column in _KIND_COLUMNS else ""
        yield replace(finding, sentence=f"{finding.sentence} {kind}".rstrip()), verdict


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
