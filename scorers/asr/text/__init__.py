"""Labels and transcripts compared as they are spoken, in any language that has rules."""

from scorers.asr.text.alignment import Chunk
from scorers.asr.text.compare import Comparison, compare, spoken_length
from scorers.asr.text.kinds import LabelKind, label_kind
from scorers.asr.text.rules import UnknownLanguage

__all__ = [
    "Chunk",
    "Comparison",
    "LabelKind",
    "UnknownLanguage",
    "compare",
    "label_kind",
    "spoken_length",
]
