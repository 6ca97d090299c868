"""What a recogniser made of a clip's label, and whether its transcript is to be believed."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from clips.languages import find_language
from clips.rules.base import Weight
from clips.table import Finding
from clips.words import Phrase, Quote, say
from selection.needs import has
from selection.policy import Fairness
from selection.rules import words
from selection.rules.judging import HALLUCINATION, OTHER_SCRIPT

LABEL_COLUMNS = frozenset({"wer", "cer", "edge_start_cer", "edge_end_cer"})
LANGUAGE_COLUMN = "language_prob"
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
_PLAIN_SIGNS = frozenset(".,:;!?'’-")
_KIND_COLUMNS = frozenset({"wer", "cer"})
_KINDS: Mapping[str, str] = {
    "wrong-text": "Most of its words were heard as other words.",
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
        heard: the transcript's words as compared.
        spoken: Whisper's code of the language that the speech was taken for, "" where unknown.
    """

    label: tuple[str, ...]
    errors: int
    wrong: tuple[Misheard, ...]
    kind: str = ""
    readings: tuple[tuple[str, str], ...] = ()
    heard: tuple[str, ...] = ()
    spoken: str = ""

    @classmethod
    def read(cls, details: Mapping[str, Any]) -> "Hearing":
        """From the recogniser's details of a clip: ``alignment``, ``misheard``, ``label_kind``,
        ``variant`` with ``transcript``, and ``detected_language``.
        """
        chunks = [c for c in details.get("alignment", ()) if c["op"] != "equal"]
        return cls(
            label=tuple(word for c in details.get("alignment", ()) for word in c["label"]),
            errors=sum(max(len(c["label"]), len(c["heard"])) for c in chunks),
            wrong=tuple(Misheard(**word) for word in details.get("misheard", ())),
            kind=details.get("label_kind", ""),
            readings=tuple(_readings(details.get("variant", ""), details.get("transcript", ""))),
            heard=tuple(word for c in details.get("alignment", ()) for word in c["heard"]),
            spoken=details.get("detected_language", ""),
        )


def with_readings(
    findings: Iterable[Finding], hearings: Mapping[str, Hearing]
) -> Iterator[Finding]:
    """Findings; those on an ambiguous label say the readings that were heard."""
    for finding in findings:
        hearing = hearings.get(finding.clip_id)
        heard = _heard_as(finding.rule, hearing) if hearing else None
        yield replace(finding, words=finding.words.plus(heard)) if heard else finding


def _heard_as(rule: str, hearing: Hearing) -> Phrase | None:
    is_meant = _AMBIGUOUS.get(rule)
    heard = tuple(
        say("“{written}” is heard as “{heard}”", written=Quote(written), heard=Quote(reading, 80))
        for written, reading in hearing.readings
        if is_meant and is_meant(written)
    )
    return say("Here {heard}.", heard=heard) if heard else None


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


def kind_in_words(hearing: Hearing, proven: bool = False) -> Phrase | None:
    """The kind of bad label, ``None`` where there is none.

    Args:
        hearing: of the clip.
        proven: the label is rejected for it.
    """
    if hearing.kind != "wrong-text":
        return say(_KINDS[hearing.kind]) if hearing.kind in _KINDS else None
    wrong, n = len(hearing.wrong), len(hearing.label)
    if proven:
        return say("The label is another text than the speech.")
    if wrong and 2 * wrong < n:
        as_what = "was heard as another" if wrong == 1 else "were heard as others"
        return say("{wrong} of {n} words {as_what}.", wrong=wrong, n=n, as_what=as_what)
    return say(_KINDS["wrong-text"])


@dataclass(frozen=True, slots=True)
class Doubts:
    """What speaks against rejecting labels on the recogniser's word.

    Args:
        failures: clip id -> rule and words of the recogniser's failure.
        unproven: clip id -> why nothing is proven.
    """

    failures: Mapping[str, tuple[str, Phrase]]
    unproven: Mapping[str, Phrase]


def fair(
    judged: Iterator[tuple[Finding, Weight]],
    column: str,
    hearings: Mapping[str, Hearing],
    doubts: Doubts,
    weights: Mapping[str, Weight],
) -> Iterator[tuple[Finding, Weight]]:
    """Findings on a label, with its kind; what is made up or unproven only asks for review.

    Args:
        judged: the findings of a rule.
        column: what the rule judges, one of `LABEL_COLUMNS`.
        hearings: clip id -> what was heard.
        doubts: of the clips.
        weights: rule -> verdict.
    """
    for finding, verdict in judged:
        clip_id = finding.clip_id
        failure, why = doubts.failures.get(clip_id), doubts.unproven.get(clip_id)
        spared = verdict == "reject" and bool(failure or why)
        hearing = hearings.get(clip_id)
        proven = verdict == "reject" and not spared
        kind = kind_in_words(hearing, proven) if hearing and column in _KIND_COLUMNS else None
        doubt = why if spared and not failure else None
        judged_so: Weight = "review" if spared else verdict
        yield replace(finding, words=finding.words.plus(kind, doubt)), judged_so
        if failure and (spared or failure[0] == OTHER_SCRIPT):
            rule, told = failure
            about = replace(finding, rule=rule, words=told, value=None, bound=None, unit="")
            yield about, weights[rule]


def with_language(
    judged: Iterator[tuple[Finding, Weight]], hearings: Mapping[str, Hearing]
) -> Iterator[tuple[Finding, Weight]]:
    """Findings on the language, each with the one that was heard."""
    for finding, verdict in judged:
        hearing = hearings.get(finding.clip_id)
        if hearing and hearing.spoken and finding.value is not None:
            known = find_language(hearing.spoken)
            name = known.name if known else hearing.spoken
            heard = say("It was heard as {name}.", name=name)
            yield replace(finding, words=finding.words.plus(heard)), verdict
        else:
            yield finding, verdict


def unproven(table: pd.DataFrame, bounds: Fairness) -> dict[str, Phrase]:
    """Clip id -> why its label is not rejected as another text on the recogniser's word.

    Words and characters must say so, of a clip that is long enough for a recogniser, and the
    label's own probability must not object; what was not measured does not.
    """
    found: dict[str, Phrase] = {}
    if "cer" in table:
        near = table["cer"] < bounds.proof_cer
        least = f"{bounds.proof_cer:.0%}"
        found |= {
            str(clip_id): say(_NEAR, cer=f"{cer:.0%}", least=least)
            for clip_id, cer in zip(table["clip_id"][near], table["cer"][near], strict=True)
        }
    if has(table, "label_logprob"):
        likely = table["label_logprob"] > bounds.proof_logprob
        rows = zip(table["clip_id"][likely], table["label_logprob"][likely], strict=True)
        for clip_id, logprob in rows:
            told = say(_LIKELY, logprob=f"{logprob:.2g}", most=bounds.proof_logprob)
            found.setdefault(str(clip_id), told)
    brief = table["duration_s"] < bounds.proof_s
    for clip_id, seconds in zip(table["clip_id"][brief], table["duration_s"][brief], strict=True):
        told = say(_BRIEF, seconds=f"{seconds:.2g}", least=f"{bounds.proof_s:g}")
        found.setdefault(str(clip_id), told)
    return found


def failures(table: pd.DataFrame, bounds: Fairness) -> dict[str, tuple[str, Phrase]]:
    """Clip id -> rule and words of why the recogniser, not the label, is at fault."""
    made_up = {i: (HALLUCINATION, why) for i, why in _invented(table, bounds).items()}
    return made_up | {
        i: (OTHER_SCRIPT, why) for i, why in _in_another_script(table, bounds).items()
    }


def _invented(table: pd.DataFrame, bounds: Fairness) -> dict[str, Phrase]:
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
