"""asr: what a recogniser hears against what the label says, as counts."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, ClassVar

from clips.columns import Column
from scorers.asr.engine import PINNED, RATE_HZ, Engine, Heard, Model
from scorers.asr.text import REVISION, Comparison, UnknownLanguage, compare
from scorers.base import Measure, Measured, Part, Row, Unmeasurable, Utterance

_JIWER = "jiwer (Levenshtein alignment of normalised words)"
_EDGE = "first and last 12 characters, as NeMo Curator's truncation check"
_WHISPER = "faster-whisper"


def _count(name: str, unit: str, better: Any, about: str, source: str) -> Column:
    return Column(name, unit, better, 0, None, about, source)


COLUMNS = (
    _count("wer_errors", "words", "lower", "Words wrong, missing or added.", _JIWER),
    _count("wer_substitutions", "words", "lower", "Words heard as another word.", _JIWER),
    _count("wer_deletions", "words", "lower", "Label words that were not heard.", _JIWER),
    _count("wer_insertions", "words", "lower", "Words heard that the label lacks.", _JIWER),
    _count("wer_ref_words", "words", "neither", "Words of the label.", _JIWER),
    _count("cer_errors", "characters", "lower", "Characters wrong, missing or added.", _JIWER),
    _count("cer_ref_chars", "characters", "neither", "Characters of the label.", _JIWER),
    _count("edge_start_errors", "characters", "lower", "Character errors at the start.", _EDGE),
    _count("edge_start_chars", "characters", "neither", "Characters compared at the start.", _EDGE),
    _count("edge_end_errors", "characters", "lower", "Character errors at the end.", _EDGE),
    _count("edge_end_chars", "characters", "neither", "Characters compared at the end.", _EDGE),
    Column(
        *("avg_logprob", "", "higher", -100.0, 0.0),
        "Mean log-probability of the transcript's tokens: how sure the recogniser was.",
        _WHISPER,
    ),
    Column(
        *("no_speech_prob", "", "lower", 0.0, 1.0),
        "The recogniser's probability that there is no speech.",
        _WHISPER,
    ),
)
_COUNTS = tuple(c.name for c in COLUMNS[:11])


@dataclass(frozen=True)
class Asr:
    """Word and character errors of a Whisper transcript against the label.

    The language is forced. A transcript that differs from the label is decoded a second way (greedy
    beside the beam); the decoding with fewer word errors stands (then fewer character errors, then
    the beam), and both are kept in the details. An empty label has no counts.
    """

    model: Model
    beam_size: int = 5
    compute_type: str = "default"

    name = "asr"
    columns = COLUMNS
    depends_on: ClassVar[frozenset[Part]] = frozenset({"audio", "text", "language"})

    @cached_property
    def version(self) -> str:
        options = json.dumps([PINNED, self.beam_size, self.compute_type, REVISION], sort_keys=True)
        return f"1-{self.model.digest}-{hashlib.sha256(options.encode()).hexdigest()[:8]}"

    def load(self, device: str) -> Measure:
        engine = Engine(self.model, device, self.compute_type)

        def measure(utterances: Sequence[Utterance]) -> list[Row]:
            return [self._one(engine, u) for u in utterances]

        return measure

    def _one(self, engine: Engine, utterance: Utterance) -> Row:
        language = utterance.language.split("-")[0].lower()
        if language not in engine.languages:
            return Unmeasurable(
                f"the recogniser {self.model.name} does not know the language"
                f" {utterance.language or '(none given)'!r}"
            )
        audio = utterance.at(RATE_HZ)
        if audio.size < RATE_HZ // 50:
            return Unmeasurable("shorter than 0.02 s")
        first = engine.transcribe(audio, language, self.beam_size)
        try:
            best, comparison, other = self._better(engine, utterance, language, first)
        except UnknownLanguage as error:
            return Unmeasurable(str(error))
        return _row(best, comparison, other)

    def _better(
        self, engine: Engine, utterance: Utterance, language: str, first: Heard
    ) -> tuple[Heard, Comparison, Heard | None]:
        beam = compare(utterance.text, first.text, utterance.language)
        if not beam.label_words or not _errors(beam)[1]:
            return first, beam, None
        second = engine.transcribe(utterance.at(RATE_HZ), language, 1)
        greedy = compare(utterance.text, second.text, utterance.language)
        if _errors(greedy) < _errors(beam):
            return second, greedy, first
        return first, beam, second


def _errors(c: Comparison) -> tuple[int, int]:
    return (
        c.substitutions + c.deletions + c.insertions,
        c.char_substitutions + c.char_deletions + c.char_insertions,
    )


def _row(best: Heard, comparison: Comparison, other: Heard | None) -> Measured:
    words, characters = _errors(comparison)
    counts = dict.fromkeys(_COUNTS, None) | (
        {}
        if not comparison.label_words
        else {
            "wer_errors": words,
            "wer_substitutions": comparison.substitutions,
            "wer_deletions": comparison.deletions,
            "wer_insertions": comparison.insertions,
            "wer_ref_words": len(comparison.label_words),
            "cer_errors": characters,
            "cer_ref_chars": len(comparison.label_chars),
            "edge_start_errors": comparison.edge_start_errors,
            "edge_start_chars": comparison.edge_start_chars,
            "edge_end_errors": comparison.edge_end_errors,
            "edge_end_chars": comparison.edge_end_chars,
        }
    )
    details: dict[str, Any] = {
        "transcript": best.text,
        "alignment": [asdict(chunk) for chunk in comparison.alignment],
        "variant": comparison.variant,
    }
    if other is not None:
        details["other_transcript"] = other.text
    scores = {"avg_logprob": min(0.0, best.avg_logprob), "no_speech_prob": best.no_speech_prob}
    no_words = {} if comparison.label_words else dict.fromkeys(_COUNTS, "the label has no words")
    return Measured(counts | scores, details, no_words)
