"""How fast the label is spoken."""

import unicodedata
from dataclasses import dataclass

from clips.columns import Column
from scorers import vad
from scorers.base import Measured, Part, Row, Unmeasurable, Utterance
from scorers.rows import OnProcessor

_COLUMNS = (
    Column(
        "chars_per_s",
        "1/s",
        "neither",
        0.0,
        None,
        "Letters and digits of the label per second of speech.",
        "Unicode categories L and N over Silero VAD speech",
    ),
)


@dataclass(frozen=True)
class Tempo(OnProcessor):
    """Characters of the label per second of speech; pauses do not count.

    Null without speech, and where the label has no letter or digit. The language is part of what
    it depends on because a rate is only comparable within one.
    """

    name: str = "tempo"
    columns: tuple[Column, ...] = _COLUMNS
    depends_on: frozenset[Part] = frozenset({"audio", "text", "language"})

    @property
    def version(self) -> str:
        return vad.version(1)

    def row(self, utterance: Utterance) -> Row:
        """Measure one clip."""
        spoken = characters(utterance.text)
        if spoken == 0:
            return Unmeasurable("the label has no letters or digits")
        seconds = sum(end - start for start, end in utterance.speech)
        if seconds <= 0.0:
            return Unmeasurable("no speech found")
        return Measured({"chars_per_s": spoken / seconds})


def characters(text: str) -> int:
    r"""How many letters and digits a text has, in any script.

    The text is composed first (NFC), so that a letter counts once however its accents are stored;
    combining marks, punctuation, symbols and spaces do not count.

    Example:
        >>> characters("Room 12!"), characters("e\u0301"), characters("हिन्दी")
        (6, 1, 3)
    """
    composed = unicodedata.normalize("NFC", text)
    return sum(unicodedata.category(character)[0] in "LN" for character in composed)
