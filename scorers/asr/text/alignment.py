"""Counts and alignments of two texts in their chosen readings, through jiwer."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal, cast

import jiwer
from rapidfuzz.distance import Levenshtein

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


def align_chars(label: str, heard: str) -> Counts:
    """Character counts."""
    if not label or not heard:
        return Counts(0, len(label), len(heard), 0)
    found = jiwer.process_characters([label], [heard], _CHARS, _CHARS)
    return Counts(found.substitutions, found.deletions, found.insertions, found.hits)


@dataclass(frozen=True, slots=True)
class Edges:
    """Character edits at both ends of a label, and how many characters each end has."""

    start_errors: int
    end_errors: int
    chars: int


def align_edges(chunks: tuple[Chunk, ...]) -> Edges:
    """Character edits within the first and the last characters of the label, spaces apart.

    Words are aligned first and characters within each pair of words, so that what was heard before
    the label's first word or after its last is no edit of an edge: nothing of the label is lost.
    """
    at = 0
    edits: list[tuple[int, bool]] = []
    for chunk in chunks:
        for said, heard in zip_longest(chunk.label, chunk.heard, fillvalue=""):
            if said != heard:
                for edit in Levenshtein.editops(said, heard):
                    edits.append((at + edit.src_pos, edit.tag == "insert"))
            at += len(said)
    edge = min(EDGE_CHARS, at)
    start = sum(1 for place, extra in edits if place < edge and not (extra and place == 0))
    end = sum(1 for place, extra in edits if at - edge <= place - extra and place < at)
    return Edges(start, end, edge)
