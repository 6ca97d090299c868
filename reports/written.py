"""Compared words -> the pieces of the text that they stand for, as they were written."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

_MOST_WORDS = 1500


def steps_as_written(
    label: str, heard: str, alignment: Sequence[Mapping[str, Any]]
) -> list[tuple[str, str, str]]:
    """The steps of an alignment with the casing and punctuation of both texts.

    Args:
        label: as it was handed in.
        heard: as the recogniser wrote it.
        alignment: see `reports.view.ClipDetails`.

    Returns:
        Operation, piece of the label, piece of the transcript, in order.

    Example:
        >>> steps = [
        ...     {"op": "equal", "label": ["take"], "heard": ["take"]},
        ...     {"op": "substitute", "label": ["two"], "heard": ["too"]},
        ... ]
        >>> steps_as_written("Take 2!", "Take, too.", steps)
        [('equal', 'Take', 'Take,'), ('substitute', '2!', 'too.')]
    """
    said = iter(_pieces(label, [word for step in alignment for word in step["label"]]))
    got = iter(_pieces(heard, [word for step in alignment for word in step["heard"]]))
    return [
        (str(step["op"]), _take(said, len(step["label"])), _take(got, len(step["heard"])))
        for step in alignment
    ]


def _take(pieces: Iterator[str], n: int) -> str:
    return "".join(next(pieces) for _ in range(n)).strip()


def _pieces(text: str, words: Sequence[str]) -> list[str]:
    """For each word the piece of the text that it stands for; "" where the word before has it."""
    unspaced = len(words) > 1 and all(len(word) == 1 for word in words)
    tokens = list(text) if unspaced else re.findall(r"\s*\S+\s*", text)
    if not tokens or len(tokens) + len(words) > 2 * _MOST_WORDS:
        return [f"{word} " for word in words]
    pieces = [""] * len(words)
    written = [_letters(token) for token in tokens]
    matched = SequenceMatcher(None, written, [_letters(word) for word in words], autojunk=False)
    for _, start, end, first, last in matched.get_opcodes():
        if end - start == last - first:
            pieces[first:last] = tokens[start:end]
        elif words:
            at = first if last > first else max(first - 1, 0)
            pieces[at] += "".join(tokens[start:end])
    return pieces


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum()) or text.strip()
