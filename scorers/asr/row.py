"""A transcript against the label -> the row's counts, signs of hallucination and details."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from scorers.asr.columns import COUNTS
from scorers.asr.hallucination import signs
from scorers.asr.questions import Transcript
from scorers.asr.text import Comparison, label_kind, other_script_share
from scorers.asr.words import misheard
from scorers.base import Answer, Measured


@dataclass(frozen=True, slots=True)
class Try:
    """One decoding by one recogniser, held against the label.

    Args:
        asked: of whom, and how.
        heard: the answer.
        comparison: with the label.
    """

    asked: Transcript
    heard: Answer
    comparison: Comparison

    @property
    def errors(self) -> tuple[int, int]:
        """Of words, then of characters: what is lower stands."""
        return (self.comparison.word_errors, self.comparison.char_errors)

    @property
    def agrees(self) -> bool:
        """Whether it is the label after normalisation."""
        return bool(self.comparison.label_words) and not self.comparison.char_errors

    @property
    def agrees_in_words(self) -> bool:
        """Whether it is the label but for marks that are not heard, such as "que" for "qué"."""
        return bool(self.comparison.label_words) and not self.comparison.word_errors

    @property
    def recogniser(self) -> str:
        """Name and digest of the model."""
        return self.asked.recogniser.shown

    @property
    def record(self) -> dict[str, str]:
        return {
            "model": self.recogniser,
            "decoding": str(self.asked.decoding),
            "text": self.heard["text"],
        }


def row_of(text: str, language: str, best: Try) -> Measured:
    """What follows from the transcript that stands.

    Args:
        text: the label.
        language: BCP 47 tag.
        best: the decoding with the fewest errors.
    """
    comparison, heard = best.comparison, best.heard
    hallucinated = signs(text, heard["text"], comparison, language, heard["seconds"])
    reasons = {} if comparison.label_words else dict.fromkeys(COUNTS, "the label has no words")
    reasons |= {name: "no words to count" for name, value in hallucinated.items() if value is None}
    script = other_script_share(heard["text"], language)
    if script is None:
        reasons["other_script_share"] = "no letters were heard"
    details: dict[str, Any] = {
        "transcript": heard["text"],
        "recogniser": best.recogniser,
        "alignment": [asdict(chunk) for chunk in comparison.alignment],
        "variant": comparison.variant,
        "label_kind": label_kind(comparison) if comparison.label_words else "",
        "misheard": [asdict(word) for word in misheard(comparison)],
    }
    values = {
        **_counts(comparison),
        "avg_logprob": min(0.0, heard["avg_logprob"]),
        "no_speech_prob": heard["no_speech_prob"],
        **hallucinated,
        "other_script_share": script,
    }
    return Measured(values, details, reasons)


def _counts(comparison: Comparison) -> Mapping[str, float | None]:
    if not comparison.label_words:
        return dict.fromkeys(COUNTS)
    return {
        "wer_errors": comparison.word_errors,
        "wer_substitutions": comparison.substitutions,
        "wer_deletions": comparison.deletions,
        "wer_insertions": comparison.insertions,
        "number_errors": comparison.number_errors,
        "wer_ref_words": len(comparison.label_words),
        "cer_errors": comparison.char_errors,
        "cer_ref_chars": len(comparison.label_chars),
        "edge_start_errors": comparison.edge_start_errors,
        "edge_start_chars": comparison.edge_start_chars,
        "edge_end_errors": comparison.edge_end_errors,
        "edge_end_chars": comparison.edge_end_chars,
    }
