"""The columns of `asr`."""

from typing import Any

from clips.columns import Column

_JIWER = "jiwer (Levenshtein alignment of normalised words)"
_EDGE = "first and last 12 characters, as NeMo Curator's truncation check"
_WHISPER = "faster-whisper"
_CURATOR = "NeMo Curator's WhisperHallucinationStage"
_RATIO = "Whisper's compression_ratio_threshold (zlib)"


def _count(name: str, unit: str, better: Any, about: str, source: str) -> Column:
    return Column(name, unit, better, 0, None, about, source)


COLUMNS = (
    _count("wer_errors", "words", "lower", "Words wrong, missing or added.", _JIWER),
    _count("wer_substitutions", "words", "lower", "Words heard as another word.", _JIWER),
    _count("wer_deletions", "words", "lower", "Label words that were not heard.", _JIWER),
    _count("wer_insertions", "words", "lower", "Words heard that the label lacks.", _JIWER),
    _count("number_errors", "words", "lower", "Of these, in numbers and signs.", _JIWER),
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
        "Mean log-probability of the label's tokens, as written, when the recogniser is made"
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
        "Longest time of speech that no word of the label covers, where the recogniser"
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
FITTED = ("label_logprob", "label_least_logprob", "uncovered_s")
# details: the label's words, and the least likely of them, as text, start and end in seconds
PLACED = ("label_words", "weakest_word")
COUNTS = tuple(c.name for c in COLUMNS[:12])
