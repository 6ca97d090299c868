"""What is asked of the recognisers about one clip, and the row that follows from the answers.

Nothing here loads a model or opens audio: a question is yielded, its answer comes back, from the
store or from a recogniser. Agreement proves a label and disagreement does not: a clip's label is
first held against short decodings and those of the steps before the last, each step of the ladder
in turn, and what none of them confirms is decoded in full by the last step, whose counts stand.
"""

import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TypeVar

from clips.languages import primary_tag
from scorers.asr.columns import FITTED, PLACED
from scorers.asr.decodings import LEAST_S, WINDOW_S, Decoding, ways
from scorers.asr.languages import code_of, languages_of, likeliest
from scorers.asr.questions import (
    EVERY_LABEL,
    TOO_LONG,
    LabelFit,
    Recogniser,
    Spoken,
    TextLogprob,
    Transcript,
    digest,
)
from scorers.asr.row import Try, row_of
from scorers.asr.text import Comparison, as_dictated, compare
from scorers.base import Answer, Inquiry, Measured, Question, Unmeasurable

T = TypeVar("T")
Asking = Generator[Question, Answer, T]

ONE_LANGUAGE = "the recogniser knows one language"
# rates: errors, and of how many
_RATES = {
    "cer": ("cer_errors", "cer_ref_chars"),
    "edge_start_cer": ("edge_start_errors", "edge_start_chars"),
    "edge_end_cer": ("edge_end_errors", "edge_end_chars"),
}
_AT_MOST = ("uncovered_s", "no_speech_prob", *_RATES)


@dataclass(frozen=True, slots=True)
class Sure:
    """Within which bounds a decoding that agrees with the label is believed.

    Each is a column of the same name, measured in that decoding's window by who decoded. The
    columns move a little from window to window and from model to model, so that these bounds are
    narrower than those of rules.

    Args:
        avg_logprob: at least so much.
        label_least_logprob: at least so much.
        uncovered_s: at most so much, in seconds.
        language_prob: at least so much.
        label_logprob: at least so much.
        no_speech_prob: at most so much.
        cer: at most so much, for words that agree may differ in marks.
        edge_start_cer: at most so much.
        edge_end_cer: at most so much.
    """

    avg_logprob: float
    label_least_logprob: float
    uncovered_s: float
    language_prob: float
    label_logprob: float = -math.inf
    no_speech_prob: float = 1.0
    cer: float = math.inf
    edge_start_cer: float = math.inf
    edge_end_cer: float = math.inf

    def holds(self, row: Measured) -> bool:
        """Whether no column of a row speaks against the label; a missing one does not."""

        def within(name: str) -> bool:
            value, bound = _value(row, name), getattr(self, name)
            if value is None:
                return True
            return bool(value <= bound if name in _AT_MOST else value >= bound)

        return all(within(f.name) for f in fields(self))


def _value(row: Measured, name: str) -> float | None:
    if name not in _RATES:
        return row.values.get(name)
    errors, of = (row.values.get(column) for column in _RATES[name])
    return errors / of if errors is not None and of else None


class _TooShortError(Exception):
    """No recogniser can say anything of the clip."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip's label, and who is asked about the clip.

    Args:
        text: the label.
        language: BCP 47 tag, known to the last step.
        ladder: recognisers from the fastest to the one whose counts stand.
        second: another one beside the last; ``None`` for none.
        beam_size: of the first full decoding.
        sure: when a decoding that agrees is believed; ``None`` decodes everything in full.
    """

    text: str
    language: str
    ladder: Sequence[Recogniser]
    second: Recogniser | None
    beam_size: int
    sure: Sure | None
    _compared: dict[str, Comparison] = field(default_factory=dict, repr=False, compare=False)

    def inquire(self) -> Inquiry:
        """The clip's row, of whatever confirms its label first."""
        try:
            row = yield from self._confirmed()
            return row or (yield from self._in_full())
        except _TooShortError:
            return Unmeasurable(f"shorter than {LEAST_S} s")

    def _confirmed(self) -> Asking[Measured | None]:
        """The row of a decoding that agrees with the label and leaves no doubt."""
        if self.sure is None or not any(c.isalnum() for c in self.text):
            return None
        for place, (step, language) in enumerate(self._able(self.ladder)):
            last = step == self.ladder[-1]
            for decoding in ways(place, last, self.beam_size):
                asked = Transcript(step, language, decoding, self.text)
                found = yield from self._try(asked)
                # of several windows nothing says how the label fits: the last step has the word
                if found.heard["seconds"] > WINDOW_S:
                    return None
                if found.heard["cut_for"] not in ("", EVERY_LABEL, mine := digest(self.text)):
                    found = yield from self._try(replace(asked, anew=mine))
                if found.heard["cut_for"] or not found.agrees_in_words:
                    continue
                row = yield from self._with_label([found], 0.0)
                if self.sure.holds(row):
                    by = f"{found.recogniser}, {decoding}"
                    return replace(row, details={**row.details, "confirmed_by": by})
        return None

    def _in_full(self) -> Asking[Measured]:
        tries = yield from self._tries()
        odds = yield from self._log_odds(tries)
        return (yield from self._with_label(tries, odds))

    def _tries(self) -> Asking[list[Try]]:
        """Full decodings in order, up to the first that agrees with the label."""
        tries: list[Try] = []
        for step, language in self._able([self.ladder[-1], self.second]):
            for beam_size in dict.fromkeys((self.beam_size, 1)):
                found = yield from self._try(Transcript(step, language, Decoding(beam_size)))
                tries.append(found)
                if found.agrees or not found.comparison.label_words:
                    return tries
        return tries

    def _try(self, asked: Transcript) -> Asking[Try]:
        heard = yield asked
        if heard["seconds"] < LEAST_S:
            raise _TooShortError
        text = heard["text"]
        if text not in self._compared:  # decodings often give the same
            self._compared[text] = compare(self.text, text, self.language)
        return Try(asked, heard, self._compared[text])

    def _able(self, asked: Sequence[Recogniser | None]) -> Iterator[tuple[Recogniser, str]]:
        """Those who know the language, each with its own code of it."""
        for step in asked:
            code = code_of(self.language, languages_of(step.model.path)) if step else ""
            if step and code:
                yield step, code

    def _with_label(self, tries: Sequence[Try], odds: float | str) -> Asking[Measured]:
        """The row of the best try, with what the first recogniser says of label and language."""
        asked = tries[0].asked
        best, *others = sorted(tries, key=lambda t: t.errors)
        row = row_of(self.text, self.language, best)
        values, reasons, details = dict(row.values), dict(row.reasons), dict(row.details)
        details["transcripts"] = [t.record for t in tries]
        if others:
            details["other_transcript"] = others[0].heard["text"]
        if isinstance(odds, str):
            reasons["label_log_odds"] = odds
        values["label_log_odds"] = None if isinstance(odds, str) else odds
        fit = yield from self._fit(tries[0])
        values |= {name: fit.get(name) for name in FITTED}
        details |= {name: fit[name] for name in PLACED if fit.get(name)}
        why = fit.get("unfitted", "the label has no words")
        reasons |= {name: why for name in FITTED if values[name] is None}
        spoken = (yield Spoken(asked.recogniser, asked.decoding))["probabilities"]
        if spoken:
            found = likeliest(spoken, asked.language)
            values["language_prob"] = found.stated_prob
            details["detected_language"] = primary_tag(found.detected)
        else:
            values["language_prob"], reasons["language_prob"] = None, ONE_LANGUAGE
        return Measured(values, details, reasons)

    def _fit(self, first: Try) -> Asking[Answer]:
        """How the label fits, or ``unfitted`` with why that cannot be said."""
        if why := self._unforced(first):
            return {"unfitted": why}
        asked, label = first.asked, self._dictated
        spaced = _spaced(first)
        return (yield LabelFit(asked.recogniser, asked.language, label, spaced, asked.decoding))

    def _log_odds(self, tries: Sequence[Try]) -> Asking[float | str]:
        """The label's log-odds against the likeliest transcript, or why there are none."""
        if why := self._unforced(tries[0]):
            return why
        if any(not t.comparison.char_errors for t in tries):
            return 0.0
        found = []
        for step in dict.fromkeys(t.asked.recogniser for t in tries):
            mine = [t for t in tries if t.asked.recogniser == step]
            asked = TextLogprob(step, mine[0].asked.language, self._dictated, _spaced(mine[0]))
            likely = (yield asked)["logprob"]
            heard = []
            for text in dict.fromkeys(self._as_dictated(t.heard["text"]) for t in mine):
                heard.append((yield replace(asked, written=text))["logprob"])
            if likely is not None:
                found.append(likely - max((h for h in heard if h is not None), default=0.0))
        return min(0.0, max(found)) if found else TOO_LONG

    @property
    def _dictated(self) -> str:
        return self._as_dictated(self.text)

    def _as_dictated(self, text: str) -> str:
        return as_dictated(text, primary_tag(self.language))

    def _unforced(self, first: Try) -> str:
        """Why a decoder cannot be made to write the label, ``""`` where it can."""
        if not self._dictated:
            return "the label is empty"
        if first.heard["seconds"] > WINDOW_S:
            return f"longer than the recogniser's window of {WINDOW_S:g} s"
        return ""


def _spaced(first: Try) -> bool:
    return first.heard["spaced"] or not first.heard["text"]
