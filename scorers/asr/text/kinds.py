"""What kind of bad label an alignment shows, for the reason that people read.

| kind | what was heard, word by word |
|---|---|
| cut-end | everything up to some word, and nothing of the label after it |
| cut-start | nothing of the label before some word, and everything from it on |
| missing-words | words of the label are not there, most of the errors |
| extra-words | words that the label does not have, most of the errors |
| wrong-text | other words in the label's place, most of the errors, or hardly a word in common |
| "" | no error |

"Most" is more than each of the other two kinds of error; a tie goes to wrong-text. A cut may leave
a piece of the word that it goes through: what was heard in place of the lost words is nothing, or
the end (cut-start) or the beginning (cut-end) of what was written there. A cut takes at most four
fifths of the label and leaves nothing else wrong but a tenth of its words; what takes more is
missing-words, a label of which nothing was heard among them.
"""

from collections.abc import Sequence
from itertools import takewhile
from typing import Literal

from scorers.asr.text.alignment import Chunk
from scorers.asr.text.compare import Comparison

LabelKind = Literal["wrong-text", "missing-words", "extra-words", "cut-start", "cut-end", ""]
_MOST_CUT = 0.8
_OTHER_ERRORS = 0.1
_HARDLY_COMMON = 0.2


def label_kind(comparison: Comparison) -> LabelKind:
    """The kind of bad label, "" where label and transcript agree.

    Example:
        >>> from scorers.asr.text import compare
        >>> label = "The quick brown fox jumps over the dog."
        >>> label_kind(compare(label, "The quick brown fox jumps ov", "en"))
        'cut-end'
        >>> label_kind(compare(label, "The quick brown fox jumps over the cat.", "en"))
        'wrong-text'
    """
    errors = comparison.word_errors
    if not errors:
        return ""
    words = len(comparison.label_words)
    at_end = _lost(comparison.alignment, from_end=True)
    at_start = _lost(comparison.alignment, from_end=False)
    lost = max(at_end, at_start)
    if lost and lost <= _MOST_CUT * words and errors - lost <= _OTHER_ERRORS * words:
        return "cut-end" if at_end >= at_start else "cut-start"
    return _most(comparison)


def _most(comparison: Comparison) -> LabelKind:
    wrong, missing, extra = (
        comparison.substitutions,
        comparison.deletions,
        comparison.insertions,
    )
    in_common = comparison.hits / max(len(comparison.label_words), 1)
    if wrong and in_common < _HARDLY_COMMON:
        return "wrong-text"
    if missing > max(wrong, extra):
        return "missing-words"
    if extra > max(wrong, missing):
        return "extra-words"
    return "wrong-text"


def _lost(alignment: Sequence[Chunk], from_end: bool) -> int:
    """Words lost at one end: what was heard there is nothing, or a piece of what was written."""
    chunks = alignment[::-1] if from_end else alignment
    group = list(takewhile(lambda chunk: chunk.op != "equal", chunks))
    if from_end:
        group.reverse()
    label = [word for chunk in group for word in chunk.label]
    heard = "".join(word for chunk in group for word in chunk.heard)
    whole = "".join(label)
    piece = whole.startswith(heard) if from_end else whole.endswith(heard)
    return len(label) if piece and heard != whole else 0
