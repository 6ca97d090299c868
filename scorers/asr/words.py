"""What each misheard word of a label costs, so that it can be taken off again when deciding."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from clips.word_error import WordError
from scorers.asr.text import Chunk, Comparison
from scorers.asr.text.alignment import EDGE_CHARS, align_chars, align_edges


def misheard(comparison: Comparison) -> list[WordError]:
    """The wrong words in order, each with the errors that would go if it had been heard right.

    What was heard beside a single wrong word belongs to it ("kvothe" heard as "quote the"); words
    heard beside several wrong ones belong to none.

    Example:
        >>> from scorers.asr.text import compare
        >>> [(m.word, m.heard, m.word_errors) for m in misheard(
        ...     compare("ask kvothe about it", "ask quote the about it", "en"))]
        [('kvothe', 'quote the', 2)]
    """
    chunks = [one for chunk in comparison.alignment for one in _apart(chunk)]
    gap = " " if " " in comparison.label_chars else ""
    errors = [0 if c.op == "equal" else max(len(c.label), len(c.heard)) for c in chunks]
    before = [0, *accumulate(errors)]
    return [
        replace(
            _cost(comparison, chunks, first, last, gap),
            number=any(comparison.in_numbers[before[first] : before[last + 1]]),
        )
        for first, last in _groups(chunks)
    ]


def _apart(chunk: Chunk) -> Iterator[Chunk]:
    """Substitutions and deletions one word at a time."""
    if chunk.op in ("equal", "insert"):
        yield chunk
        return
    for number, word in enumerate(chunk.label):
        yield Chunk(chunk.op, (word,), chunk.heard[number : number + 1])


def _groups(chunks: Sequence[Chunk]) -> Iterator[tuple[int, int]]:
    """First and last chunk that go with each wrong word."""
    start = 0
    while start < len(chunks):
        end = start
        while end < len(chunks) and chunks[end].op != "equal":
            end += 1
        wrong = [n for n in range(start, end) if chunks[n].label]
        if len(wrong) == 1:
            yield start, end - 1
        else:
            yield from ((n, n) for n in wrong)
        start = max(end, start + 1)


def _cost(
    comparison: Comparison, chunks: Sequence[Chunk], first: int, last: int, gap: str
) -> WordError:
    group = chunks[first : last + 1]
    (word,) = (word for chunk in group for word in chunk.label)
    heard = [word for chunk in group for word in chunk.heard]
    mended = (*chunks[:first], Chunk("equal", (word,), (word,)), *chunks[last + 1 :])
    mended_chars = gap.join(word for chunk in mended for word in chunk.heard)
    chars = align_chars(comparison.label_chars, mended_chars)
    start_errors, end_errors = 0, 0
    before = sum(len(word) for chunk in chunks[:first] for word in chunk.label)
    total = sum(len(word) for word in comparison.label_words)
    if before < EDGE_CHARS or before + len(word) > total - EDGE_CHARS:
        edges = align_edges(comparison.label_chars, mended_chars)
        start_errors = comparison.edge_start_errors - edges.start_errors
        end_errors = comparison.edge_end_errors - edges.end_errors
    wrong_chars = chars.substitutions + chars.deletions + chars.insertions
    return WordError(
        word=word,
        heard=" ".join(heard),
        word_errors=max(len(heard), 1),
        char_errors=max(comparison.char_errors - wrong_chars, 0),
        edge_start_errors=max(start_errors, 0),
        edge_end_errors=max(end_errors, 0),
    )
