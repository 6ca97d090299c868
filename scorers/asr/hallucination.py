"""Signs that a recogniser made its text up: it repeats itself, or writes more than can be said.

The ratios are measured of the transcript and of the label alike: a label that repeats itself is
spoken so, and its transcript is right to.
"""

import zlib

from scorers.asr.text import Comparison, repeated_share
from scorers.asr.text.rules import language_of


def unique_share(words: tuple[str, ...]) -> float | None:
    """Different words per word, 0..1; ``None`` without words.

    Example:
        >>> unique_share(("no", "no", "no", "yes"))
        0.5
    """
    return len(set(words)) / len(words) if words else None


def compression_ratio(text: str) -> float | None:
    """Bytes of a text per byte of it compressed (zlib), as Whisper's own check; ``None`` for "".

    Example:
        >>> compression_ratio("and so on " * 20) > 2.4 > compression_ratio("and so on")
        True
    """
    raw = text.encode("utf-8", "backslashreplace")
    return len(raw) / len(zlib.compress(raw)) if raw else None


def signs(
    label: str, heard: str, comparison: Comparison, language: str, seconds: float
) -> dict[str, float | None]:
    """The measured columns; ``None`` where there is nothing to count.

    Words are counted where they are written apart: elsewhere a word is a character here, and
    characters come back in any text. What repeats in a row is found in both.

    Args:
        label: as written.
        heard: as transcribed.
        comparison: of the two.
        language: BCP 47 tag of both.
        seconds: length of the clip, > 0.
    """
    apart = not language_of(language).unspaced
    label = " ".join(label.split())
    return {
        "heard_unique_share": unique_share(comparison.heard_words) if apart else None,
        "label_unique_share": unique_share(comparison.label_words) if apart else None,
        "heard_chars_per_s": len(heard) / seconds,
        "label_chars_per_s": len(label) / seconds,
        "heard_compression": compression_ratio(heard),
        "label_compression": compression_ratio(label),
        "heard_repeated_share": repeated_share(heard),
        "label_repeated_share": repeated_share(label),
    }
