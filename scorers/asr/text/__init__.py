"""Labels and transcripts compared as they are spoken, in any language that has rules."""

from scorers.asr.text.alignment import Chunk
from scorers.asr.text.clean import as_dictated
from scorers.asr.text.compare import Comparison, compare, spoken_length
from scorers.asr.text.kinds import LabelKind, label_kind
from scorers.asr.text.repeats import repeated_share
from scorers.asr.text.rules import UnknownLanguage
from scorers.asr.text.scripts import other_script_share

REVISION = 10
"""Goes up with every change of rules that can change a count: part of a scorer's version."""

__all__ = [
    "REVISION",
    "Chunk",
    "Comparison",
    "LabelKind",
    "UnknownLanguage",
    "as_dictated",
    "compare",
    "label_kind",
    "other_script_share",
    "repeated_share",
    "spoken_length",
]
