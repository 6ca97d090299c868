"""Counts and alignments of two texts in their chosen readings, through jiwer."""

from dataclasses import dataclass
from typing import Literal, cast

import jiwer
import numpy as np
from rapidfuzz.distance import Levenshtein

from scorers.asr.text.spellings import bare, unmarked

Op = Literal["equal", "substitute", "delete", "insert"]
EDGE_CHARS = 12
_ANCHOR_CHARS = 8
_LONGEST_EDGE = 600


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of the alignment: what was written and what was heard there, as compared."""

    op: Op
    label: tuple[str, ...]
    heard: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Edit operations that turn a label into what was heard."""

    substitutions: int
    deletions: int
    insertions: int
    hits: int


def align_words(
    label: tuple[str, ...], heard: tuple[str, ...], tag: str = ""
) -> tuple[Counts, tuple[Chunk, ...]]:
    """Word counts and the alignment; words must be free of spaces.

    Words that differ in marks which are not heard (`unmarked`) are equal, and so are all that
    differ in marks where one of the texts is written without any; in the alignment they stand as
    they are.
    """
    if not label or not heard:
        counts = Counts(0, len(label), len(heard), 0)
        op: Op = "delete" if label else "insert"
        return counts, (Chunk(op, label, heard),) if label or heard else ()
    key = bare if _written_bare(label, heard, tag) else unmarked
    said, caught = (" ".join(key(word, tag) for word in words) for words in (label, heard))
    found = jiwer.process_words([said], [caught], _WORDS, _WORDS)
    chunks = tuple(
        Chunk(
            cast(Op, chunk.type),
            label[chunk.ref_start_idx : chunk.ref_end_idx],
            heard[chunk.hyp_start_idx : chunk.hyp_end_idx],
        )
        for chunk in found.alignments[0]
    )
    return Counts(found.substitutions, found.deletions, found.insertions, found.hits), chunks


def _written_bare(label: tuple[str, ...], heard: tuple[str, ...], tag: str) -> bool:
    """Whether one text has no marks at all where the other has them on several of its words."""
    for one, other in ((label, heard), (heard, label)):
        if all(bare(word, tag) == word for word in one):
            marked = (bare(word, tag) for word in other if bare(word, tag) != word)
            return len(set(marked) & set(one)) >= _FEWEST_MARKED
    return False


_FEWEST_MARKED = 2
_WORDS = jiwer.Compose([jiwer.ReduceToListOfListOfWords()])
_CHARS = jiwer.Compose([jiwer.ReduceToListOfListOfChars()])


def align_chars(label: str, heard: str) -> Counts:
    """Character counts."""
    if not label or not heard:
        return Counts(0, len(label), len(heard), 0)
    found = jiwer.process_characters([label], [heard], _CHARS, _CHARS)
    return Counts(found.substitutions, found.deletions, found.insertions, found.hits)


@dataclass(frozen=True, slots=True)
class Edges:
    """Character edits at both ends of a label, and what was heard beyond them.

    Args:
        start_errors: edits within the first characters of the label.
        end_errors: edits within its last characters.
        chars: how many characters each end has.
        extra_start: characters heard before the label begins.
        extra_end: characters heard after it ends.
    """

    start_errors: int
    end_errors: int
    chars: int
    extra_start: int
    extra_end: int


def align_edges(label: str, heard: str) -> Edges:
    """Character edits within the first and the last characters of the label.

    The label is sought within what was heard (Sellers 1980): characters heard before its first or
    after its last one cost nothing and so cannot stand in for a lost beginning or end.

    Args:
        label: as compared; blanks do not count.
        heard: the same of the transcript.

    Example:
        >>> align_edges("the sun rose", "well thesum rose")
        Edges(start_errors=1, end_errors=1, chars=10, extra_start=4, extra_end=0)
    """
    label, heard = label.replace(" ", ""), heard.replace(" ", "")
    edge = min(EDGE_CHARS, len(label))
    if label == heard:
        return Edges(0, 0, edge, 0, 0)
    start, before = _edge(label, heard, edge)
    end, after = _edge(label[::-1], heard[::-1], edge)
    return Edges(start, end, edge, before, after)


def _edge(label: str, heard: str, edge: int) -> tuple[int, int]:
    """Edits within the first characters of a label, and characters heard before it."""
    sure = max(edge, _ANCHOR_CHARS)
    if len(label) >= sure and heard.startswith(label[:sure]):  # what is below comes to the same
        return 0, 0
    label_end, heard_end, anchored = _anchor(label, heard, edge)
    positions, extra = _sought(label[:label_end], heard[:heard_end], anchored)
    return sum(position < edge for position in positions), extra


def _anchor(label: str, heard: str, edge: int) -> tuple[int, int, bool]:
    """Where both texts may be cut so that the edge lies before it: in a stretch that is equal."""
    for code in Levenshtein.opcodes(label, heard):
        if code.src_start > _LONGEST_EDGE:
            break
        long = code.src_end - code.src_start >= _ANCHOR_CHARS
        if code.tag == "equal" and long and code.src_end >= edge:
            cut = max(code.src_start, edge)
            return cut, code.dest_start + cut - code.src_start, True
    return min(len(label), _LONGEST_EDGE), min(len(heard), 2 * _LONGEST_EDGE), False


def _sought(label: str, heard: str, anchored: bool) -> tuple[list[int], int]:
    """The edits of a label sought within what was heard, by their place in the label.

    Args:
        label: what is sought.
        heard: where; its beginning is free, and so is its end unless `anchored`.
        anchored: both end in the same place.

    Returns:
        One place of the label per edit, and how many characters were heard before the label.
    """
    columns = np.arange(len(heard) + 1, dtype=np.int32)
    letters = np.array([ord(char) for char in heard], dtype=np.int32)
    costs = np.zeros((len(label) + 1, len(heard) + 1), dtype=np.int32)
    for row, char in enumerate(label, start=1):
        above = costs[row - 1]
        best = above + 1
        best[1:] = np.minimum(best[1:], above[:-1] + (letters != ord(char)))
        # insertions run along the row: the least of what came before and the way from there
        costs[row] = np.minimum.accumulate(best - columns) + columns
    row, column = len(label), len(heard)
    if not anchored:
        column -= int(np.argmin(costs[row][::-1]))
    edits: list[int] = []
    table = costs.tolist()
    while row:
        here = table[row][column]
        same = column > 0 and label[row - 1] == heard[column - 1]
        if column and here == table[row - 1][column - 1] + (not same):
            row, column = row - 1, column - 1
            edits += [] if same else [row]
        elif here == table[row - 1][column] + 1:
            row -= 1
            edits.append(row)
        else:
            column -= 1
            edits.append(row)
    return edits, column
