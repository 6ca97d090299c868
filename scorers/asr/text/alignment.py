"""Counts and alignments of two texts in their chosen readings, through jiwer."""

from dataclasses import dataclass
from typing import Literal, cast

import jiwer

Op = Literal["equal", "substitute", "delete", "insert"]
EDGE_CHARS = 12


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


def align_words(label: tuple[str, ...], heard: tuple[str, ...]) -> tuple[Counts, tuple[Chunk, ...]]:
    """Word counts and the alignment; words must be free of spaces."""
    if not label or not heard:
        counts = Counts(0, len(label), len(heard), 0)
        op: Op = "delete" if label else "insert"
        return counts, (Chunk(op, label, heard),) if label or heard else ()
    found = jiwer.process_words([" ".join(label)], [" ".join(heard)], _WORDS, _WORDS)
    chunks = tuple(
        Chunk(
            cast(Op, chunk.type),
            label[chunk.ref_start_idx : chunk.ref_end_idx],
            heard[chunk.hyp_start_idx : chunk.hyp_end_idx],
        )
        for chunk in found.alignments[0]
    )
    return Counts(found.substitutions, found.deletions, found.insertions, found.hits), chunks


_WORDS = jiwer.Compose([jiwer.ReduceToListOfListOfWords()])
_CHARS = jiwer.Compose([jiwer.ReduceToListOfListOfChars()])


@dataclass(frozen=True, slots=True)
class CharCounts:
    """Character counts, and the edits within the first and last characters of the label."""

    counts: Counts
    start_errors: int
    start_chars: int
    end_errors: int
    end_chars: int


def align_chars(label: str, heard: str) -> CharCounts:
    """Character counts, whole and at both edges of the label.

    The edges are read off the one alignment of the whole texts. An edit counts for an edge where it
    touches one of the edge's label characters or falls between two of them; what was heard
    before the label's first character or after its last is no loss of the label.
    """
    edge = min(EDGE_CHARS, len(label))
    if not label or not heard:
        counts = Counts(0, len(label), len(heard), 0)
        return CharCounts(counts, edge, edge, edge, edge)
    found = jiwer.process_characters([label], [heard], _CHARS, _CHARS)
    start = end = 0
    for chunk in found.alignments[0]:
        if chunk.type == "equal":
            continue
        begins, ends = chunk.ref_start_idx, chunk.ref_end_idx
        if chunk.type == "insert":
            extra = chunk.hyp_end_idx - chunk.hyp_start_idx
            start += extra * (0 < begins < edge)
            end += extra * (len(label) - edge < begins < len(label))
        else:
            start += max(0, min(ends, edge) - begins)
            end += max(0, ends - max(begins, len(label) - edge))
    counts = Counts(found.substitutions, found.deletions, found.insertions, found.hits)
    return CharCounts(counts, start, edge, end, edge)
