"""Does the label cover the audio? What a transcript that agrees with the label cannot tell."""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the label where the recogniser, made to write the label, attends to it.

    Args:
        text: the word, with the blank or the sign that the recogniser writes with it.
        start_s: where it begins.
        end_s: where the next one begins, or what is written has its end.
        logprob: mean log-probability of its tokens, <= 0 (`word_logprob`).
    """

    text: str
    start_s: float
    end_s: float
    logprob: float

    @property
    def sounds(self) -> bool:
        """Whether it has a letter or digit."""
        return any(c.isalnum() for c in self.text)


def word_logprob(tokens: Sequence[str], logprobs: Sequence[float]) -> float:
    """Mean log-probability of a word's tokens; a sign beside its letters does not count.

    A label may put a word between quotation marks that the recogniser does not write: that says
    nothing of the word.

    Args:
        tokens: texts of the word's tokens, at least one; part of a letter is U+FFFD.
        logprobs: of each, <= 0.

    Example:
        >>> word_logprob([" “", "Ne", "ver"], [-16.0, -0.1, -0.3])
        -0.2
    """
    sounding = [p for text, p in zip(tokens, logprobs, strict=True) if not _is_sign(text)]
    counted = sounding or list(logprobs)
    return sum(counted) / len(counted)


def _is_sign(text: str) -> bool:
    return all(
        c != "\N{REPLACEMENT CHARACTER}" and unicodedata.category(c)[0] in "PSZ" for c in text
    )


def uncovered_s(words: Sequence[Word], speech: Iterable[Span]) -> float | None:
    """Longest time of speech that no word of the label covers, in seconds.

    Whisper often writes once what is said twice in a row; the transcript then equals a label that
    has it once. Made to write the label and its end, it attends to the words where they are said
    first, and the rest falls to what has no sound: the signs between words, and the end.

    Args:
        words: of the label, in order; those without a letter or digit cover nothing.
        speech: spans of speech in seconds, in order.

    Returns:
        At least 0, pauses not counted; ``None`` where no word has a letter or digit.

    Example:
        >>> words = [Word(" Yes", 0.1, 0.6, -0.1), Word(".", 0.6, 0.7, -0.1)]
        >>> uncovered_s(words, [(0.1, 0.6), (1.0, 1.5)])
        0.5
    """
    spans = list(speech)
    sounding = [w for w in words if w.sounds]
    if not sounding:
        return None
    ends = [0.0, *(w.end_s for w in sounding)]
    starts = [*(w.start_s for w in sounding), math.inf]
    return max(
        sum(max(0.0, min(end, to) - max(start, since)) for start, end in spans)
        for since, to in zip(ends, starts, strict=True)
    )


def weakest(words: Iterable[Word]) -> Word | None:
    """The label's least likely word, the first among equals.

    A recogniser may supply a word that is not said where its language model expects one. The
    transcript then equals the label, but the word is far less likely than those that are said.
    Words with a digit are left out: they are spoken in more ways than they are written.

    Returns:
        ``None`` where no word has letters alone.

    Example:
        >>> weakest([Word(" at", 0.0, 0.2, -0.1), Word(" 9", 0.2, 0.6, -4.0)]).text
        ' at'
    """
    found = (w for w in words if _has_letters_alone(w.text))
    return min(found, key=lambda w: w.logprob, default=None)


def _has_letters_alone(text: str) -> bool:
    return any(c.isalpha() for c in text) and not any(c.isdigit() for c in text)
