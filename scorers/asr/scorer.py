"""asr: what a recogniser hears against what the label says, as counts."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from clips.columns import Column
from clips.languages import primary_tag
from scorers import vad
from scorers.asr.coverage import least_logprob, uncovered_s
from scorers.asr.engine import PINNED, RATE_HZ, WINDOW_S, Engine, Fit, Heard
from scorers.asr.invention import signs
from scorers.asr.languages import code_of, languages_of, unheard
from scorers.asr.models import Model
from scorers.asr.text import (
    REVISION,
    Comparison,
    compare,
    label_kind,
    other_script_share,
)
from scorers.asr.words import misheard
from scorers.base import Measure, Measured, Part, Row, Unmeasurable, Utterance

_JIWER = "jiwer (Levenshtein alignment of normalised words)"
_EDGE = "first and last 12 characters, as NeMo Curator's truncation check"
_WHISPER = "faster-whisper"
_CURATOR = "NeMo Curator's WhisperHallucinationStage"
_RATIO = "Whisper's compression_ratio_threshold (zlib)"
CODE_REVISION = 7
TOO_LONG = "the label does not fit the recogniser's context"
ONE_LANGUAGE = "the recogniser knows one language"


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
    Column(
        *("label_logprob", "", "higher", -16.2, 0.0),
        "Mean log-probability of the label's tokens, as written, when the first recogniser is made"
        " to write them; a token counts at least log(1e-7).",
        "CTranslate2 align, as OpenAI Whisper's find_alignment",
    ),
    Column(
        *("label_least_logprob", "", "higher", -16.2, 0.0),
        "The same of the least likely word, of those without a digit.",
        "CTranslate2 align, as OpenAI Whisper's find_alignment",
    ),
    Column(
        *("uncovered_s", "s", "lower", 0.0, None),
        "Longest time of speech that no word of the label covers, where the first recogniser"
        " attends to the words when it is made to write the label.",
        "CTranslate2 align over Silero VAD speech",
    ),
    Column(
        *("label_log_odds", "", "higher", None, 0.0),
        "Log of how much likelier the label as written is than the likeliest transcript, by the"
        " recogniser that likes it best; 0 where the label was heard.",
        "likelihood ratio of forced decodings",
    ),
    Column(
        *("language_prob", "", "higher", 0.0, 1.0),
        "Probability that the first 30 s are in the stated language or a close relative of it.",
        "Whisper's language detection",
    ),
    *(
        Column(f"{side}_{name}", unit, "neither", 0.0, high, about.format(text), source)
        for name, unit, high, about, source in (
            ("unique_share", "", 1.0, "Different words per word of {}.", _CURATOR),
            ("chars_per_s", "1/s", None, "Characters of {} per second of audio.", _CURATOR),
            ("compression", "", None, "Bytes of {} per byte of it compressed.", _RATIO),
            (
                "repeated_share",
                "",
                1.0,
                "Share of {} that is one piece four times in a row or more.",
                "scorers/asr/text/repeats.py",
            ),
        )
        for side, text in (("heard", "the transcript"), ("label", "the label"))
    ),
    Column(
        *("other_script_share", "", "lower", 0.0, 1.0),
        "Share of the transcript's letters in scripts that the language is not written in.",
        "Unicode Character Database",
    ),
)
_FITTED = ("label_logprob", "label_least_logprob", "uncovered_s")
_COUNTS = tuple(c.name for c in COLUMNS[:11])


@dataclass(frozen=True, slots=True)
class Try:
    """One decoding by one model, held against the label."""

    model: Model
    beam_size: int
    heard: Heard
    comparison: Comparison

    @property
    def errors(self) -> tuple[int, int]:
        """Of words, then of characters: what is lower stands."""
        return (self.comparison.word_errors, self.comparison.char_errors)

    @property
    def recogniser(self) -> str:
        """Who heard it: name and digest of the model."""
        return f"{Path(self.model.name).name} {self.model.digest[:8]}"

    @property
    def record(self) -> dict[str, str]:
        return {
            "model": self.recogniser,
            "decoding": "greedy" if self.beam_size == 1 else f"beam {self.beam_size}",
            "text": self.heard.text,
        }


@dataclass(frozen=True)
class Asr:
    """Word and character errors of a Whisper transcript against the label.

    The language is forced. A transcript that differs from the label is decoded a second way (greedy
    beside the beam); one that still differs is heard by the second model, if there is one that
    knows the language, in both ways again. What has the fewest word errors stands (then the fewest
    character errors, then the earlier one), and all are kept in the details with who heard them.
    An empty label has no counts. Of a clip that still differs, each recogniser says how likely the
    label is beside what it heard. The other probabilities of label and language are the first's.
    """

    model: Model
    beam_size: int = 5
    compute_type: str = "default"
    second: Model | None = None

    name = "asr"
    columns = COLUMNS
    depends_on: ClassVar[frozenset[Part]] = frozenset({"audio", "text", "language"})

    @cached_property
    def version(self) -> str:
        options = json.dumps([PINNED, self.beam_size, self.compute_type, REVISION], sort_keys=True)
        models = [m.digest for m in (self.model, self.second) if m is not None]
        digest = hashlib.sha256(options.encode()).hexdigest()[:8]
        return "-".join([vad.version(CODE_REVISION), *models, digest])

    def unheard(self, language: str) -> str:
        """Why labels in a language cannot be judged, ``""`` where they can; loads nothing."""
        return unheard(language, Path(self.model.name).name, languages_of(self.model.path))

    def load(self, device: str) -> Measure:
        models = [m for m in (self.model, self.second) if m is not None]
        engines = [Engine(m, device, self.compute_type) for m in models]

        def measure(utterances: Sequence[Utterance]) -> list[Row]:
            return [self._one(engines, u) for u in utterances]

        return measure

    def _one(self, engines: Sequence[Engine], utterance: Utterance) -> Row:
        if why := self.unheard(utterance.language):
            return Unmeasurable(why)
        language = code_of(utterance.language, engines[0].languages)
        if utterance.at(RATE_HZ).size < RATE_HZ // 50:
            return Unmeasurable("shorter than 0.02 s")
        tries = self._tries(engines, utterance)
        best, *others = sorted(tries, key=lambda t: t.errors)
        row = _row(utterance, best)
        forced = _forced(engines[0], utterance, language, tries[0].heard)
        odds = _log_odds(engines, utterance, tries)
        spoken = engines[0].detect_language(utterance.at(RATE_HZ), language)
        details = {
            **row.details,
            "recogniser": best.recogniser,
            "transcripts": [t.record for t in tries],
        }
        if others:
            details["other_transcript"] = others[0].heard.text
        if spoken:
            details["detected_language"] = primary_tag(spoken.detected)
        reasons = dict(row.reasons)
        fitted, unfitted = _fitted(forced, utterance)
        reasons |= unfitted
        if isinstance(odds, str):
            reasons["label_log_odds"] = odds
        if spoken is None:
            reasons["language_prob"] = ONE_LANGUAGE
        values = {
            **row.values,
            **fitted,
            "label_log_odds": None if isinstance(odds, str) else odds,
            "language_prob": spoken.stated_prob if spoken else None,
        }
        return Measured(values, details, reasons)

    def _tries(self, engines: Sequence[Engine], utterance: Utterance) -> list[Try]:
        """Decodings in order, up to the first that agrees with the label."""
        tries: list[Try] = []
        for engine in engines:
            language = code_of(utterance.language, engine.languages)
            if not language:
                continue
            for beam_size in dict.fromkeys((self.beam_size, 1)):
                heard = engine.transcribe(utterance.at(RATE_HZ), language, beam_size)
                comparison = compare(utterance.text, heard.text, utterance.language)
                tries.append(Try(engine.model, beam_size, heard, comparison))
                if not comparison.label_words or not comparison.char_errors:
                    return tries
        return tries


def _unforced(utterance: Utterance) -> str:
    """Why a decoder cannot be made to write the label, ``""`` where it can."""
    if not utterance.text.strip():
        return "the label is empty"
    if utterance.at(RATE_HZ).size > WINDOW_S * RATE_HZ:
        return f"longer than the recogniser's window of {WINDOW_S:g} s"
    return ""


def _forced(engine: Engine, utterance: Utterance, language: str, heard: Heard) -> Fit | str:
    """How the label fits, or why that cannot be said."""
    if why := _unforced(utterance):
        return why
    found = engine.label_fit(utterance.at(RATE_HZ), language, utterance.text, _spaced(heard))
    return TOO_LONG if found is None else found


def _fitted(
    forced: Fit | str, utterance: Utterance
) -> tuple[dict[str, float | None], dict[str, str]]:
    """What the forced label tells, and why a part of it is missing."""
    if isinstance(forced, str):
        return dict.fromkeys(_FITTED), dict.fromkeys(_FITTED, forced)
    found = (
        forced.logprob,
        least_logprob(forced.words),
        uncovered_s(forced.words, utterance.speech),
    )
    values = dict(zip(_FITTED, found, strict=True))
    return values, {name: "the label has no words" for name, v in values.items() if v is None}


def _log_odds(engines: Sequence[Engine], utterance: Utterance, tries: Sequence[Try]) -> float | str:
    """The label's log-odds against the likeliest transcript, or why there are none."""
    if why := _unforced(utterance):
        return why
    if any(not t.comparison.char_errors for t in tries):
        return 0.0
    audio = utterance.at(RATE_HZ)
    found = []
    for engine in engines:
        mine = [t.heard for t in tries if t.model == engine.model]
        if not mine:
            continue
        language = code_of(utterance.language, engine.languages)
        label = engine.text_logprob(audio, language, utterance.text, _spaced(mine[0]))
        heard = [
            engine.text_logprob(audio, language, text, _spaced(mine[0]))
            for text in dict.fromkeys(h.text for h in mine)
        ]
        if label is not None:
            found.append(label - max((h for h in heard if h is not None), default=0.0))
    return min(0.0, max(found)) if found else TOO_LONG


def _spaced(heard: Heard) -> bool:
    return heard.spaced or not heard.text


def _row(utterance: Utterance, best: Try) -> Measured:
    comparison = best.comparison
    counts: dict[str, float | None] = dict.fromkeys(_COUNTS)
    if comparison.label_words:
        counts = {
            "wer_errors": comparison.word_errors,
            "wer_substitutions": comparison.substitutions,
            "wer_deletions": comparison.deletions,
            "wer_insertions": comparison.insertions,
            "wer_ref_words": len(comparison.label_words),
            "cer_errors": comparison.char_errors,
            "cer_ref_chars": len(comparison.label_chars),
            "edge_start_errors": comparison.edge_start_errors,
            "edge_start_chars": comparison.edge_start_chars,
            "edge_end_errors": comparison.edge_end_errors,
            "edge_end_chars": comparison.edge_end_chars,
        }
    details: dict[str, Any] = {
        "transcript": best.heard.text,
        "alignment": [asdict(chunk) for chunk in comparison.alignment],
        "variant": comparison.variant,
        "label_kind": label_kind(comparison) if comparison.label_words else "",
        "misheard": [asdict(word) for word in misheard(comparison)],
    }
    sure = {
        "avg_logprob": min(0.0, best.heard.avg_logprob),
        "no_speech_prob": best.heard.no_speech_prob,
    }
    invented = signs(
        utterance.text, best.heard.text, comparison, utterance.language, utterance.duration_s
    )
    reasons = {} if comparison.label_words else dict.fromkeys(_COUNTS, "the label has no words")
    reasons |= {name: "no words to count" for name, value in invented.items() if value is None}
    script = other_script_share(best.heard.text, utterance.language)
    if script is None:
        reasons["other_script_share"] = "no letters were heard"
    values = counts | sure | invented | {"other_script_share": script}
    return Measured(values, details, reasons)
