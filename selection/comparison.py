"""What a recogniser made of a clip's label, word by word."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from clips.languages import find_language
from clips.rules.base import Weight
from clips.table import Finding
from clips.word_error import WordError
from clips.words import Phrase, Quote, say

LABEL_COLUMNS = frozenset({"wer", "cer", "edge_start_cer", "edge_end_cer"})
LANGUAGE_COLUMN = "language_prob"
WORD_COLUMN = "label_least_logprob"
_PLAIN_SIGNS = frozenset(".,:;!?'’-")
_KINDS: Mapping[str, str] = {
    "wrong-text": "Most of its words were heard as other words.",
    "missing-words": "The label has words that were not heard.",
    "extra-words": "Words were heard that the label does not have.",
    "cut-start": "The label has words at its start that were not heard: cut off at the start?",
    "cut-end": "The label has words at its end that were not heard: cut off at the end?",
}


@dataclass(frozen=True, slots=True)
class Comparison:
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
        weakest: the label's least likely word as written, and its start and end in seconds.
    """

    label: tuple[str, ...]
    errors: int
    wrong: tuple[WordError, ...]
    kind: str = ""
    readings: tuple[tuple[str, str], ...] = ()
    heard: tuple[str, ...] = ()
    spoken: str = ""
    weakest: tuple[str, float, float] | None = None

    @classmethod
    def read(cls, details: Mapping[str, Any]) -> "Comparison":
        """From the recogniser's details of a clip: ``alignment``, ``misheard``, ``label_kind``,
        ``variant`` with ``transcript``, ``detected_language`` and ``weakest_word``.
        """
        weakest = details.get("weakest_word")
        chunks = [c for c in details.get("alignment", ()) if c["op"] != "equal"]
        return cls(
            label=tuple(word for c in details.get("alignment", ()) for word in c["label"]),
            errors=sum(max(len(c["label"]), len(c["heard"])) for c in chunks),
            wrong=tuple(WordError(**word) for word in details.get("misheard", ())),
            kind=details.get("label_kind", ""),
            readings=tuple(_readings(details.get("variant", ""), details.get("transcript", ""))),
            heard=tuple(word for c in details.get("alignment", ()) for word in c["heard"]),
            spoken=details.get("detected_language", ""),
            weakest=(weakest[0], weakest[1], weakest[2]) if weakest else None,
        )


def with_readings(
    findings: Iterable[Finding], comparisons: Mapping[str, Comparison]
) -> Iterator[Finding]:
    """Findings; those on an ambiguous label say the readings that were heard."""
    for finding in findings:
        comparison = comparisons.get(finding.clip_id)
        heard = _heard_as(finding.rule, comparison) if comparison else None
        yield replace(finding, words=finding.words.plus(heard)) if heard else finding


def _heard_as(rule: str, comparison: Comparison) -> Phrase | None:
    is_meant = _AMBIGUOUS.get(rule)
    heard = tuple(
        say("“{written}” is heard as “{heard}”", written=Quote(written), heard=Quote(reading, 80))
        for written, reading in comparison.readings
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


def kind_in_words(comparison: Comparison, proven: bool = False) -> Phrase | None:
    """The kind of bad label, ``None`` where there is none.

    Args:
        comparison: of the clip.
        proven: the label is rejected for it.
    """
    if comparison.kind != "wrong-text":
        return say(_KINDS[comparison.kind]) if comparison.kind in _KINDS else None
    wrong, n = len(comparison.wrong), len(comparison.label)
    if proven:
        return say("The label is another text than the speech.")
    if wrong and 2 * wrong < n:
        as_what = "was heard as another" if wrong == 1 else "were heard as others"
        return say("{wrong} of {n} words {as_what}.", wrong=wrong, n=n, as_what=as_what)
    return say(_KINDS["wrong-text"])


def with_language(
    judged: Iterator[tuple[Finding, Weight]], comparisons: Mapping[str, Comparison]
) -> Iterator[tuple[Finding, Weight]]:
    """Findings on the language, each with the one that was heard."""
    return _with(judged, comparisons, _spoken)


def with_word(
    judged: Iterator[tuple[Finding, Weight]], comparisons: Mapping[str, Comparison]
) -> Iterator[tuple[Finding, Weight]]:
    """Findings on the least likely word, each with the word and where the recogniser seeks it."""
    return _with(judged, comparisons, _weakest)


def _with(
    judged: Iterator[tuple[Finding, Weight]],
    comparisons: Mapping[str, Comparison],
    told: Callable[[Comparison], Phrase | None],
) -> Iterator[tuple[Finding, Weight]]:
    for finding, verdict in judged:
        comparison = comparisons.get(finding.clip_id)
        more = told(comparison) if comparison and finding.value is not None else None
        yield replace(finding, words=finding.words.plus(more)) if more else finding, verdict


def _spoken(comparison: Comparison) -> Phrase | None:
    if not comparison.spoken:
        return None
    known = find_language(comparison.spoken)
    return say("It was heard as {name}.", name=known.name if known else comparison.spoken)


def _weakest(comparison: Comparison) -> Phrase | None:
    if comparison.weakest is None:
        return None
    word, start_s, end_s = comparison.weakest
    return say(
        "It is “{word}”, at {start} to {end} s.",
        word=Quote(word.strip()),
        start=f"{start_s:.2f}",
        end=f"{end_s:.2f}",
    )
