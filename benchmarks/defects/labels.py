"""Planted defects of the label: functions of the label, other labels and a generator."""

import re
from collections.abc import Callable, Sequence

import numpy as np
from tiny_whisper.grammar import (
    ACTIONS,
    ACTIVITIES,
    ADJECTIVES,
    ANIMALS,
    COLORS,
    FEELINGS,
    FOODS,
    JOBS,
    NAMES,
    OBJECTS,
    ONES,
    PLACES,
)

Spoil = Callable[[str, Sequence[str], np.random.Generator], str]

KINDS: tuple[Sequence[str], ...] = (
    *(NAMES, COLORS, ANIMALS, FOODS, PLACES),
    *(OBJECTS, ADJECTIVES, ACTIONS, FEELINGS),
    *(ACTIVITIES, JOBS, ONES),
)
KIND_OF = {word.lower(): kind for kind in KINDS for word in kind}
NOUNS = frozenset(w for kind in (ANIMALS, OBJECTS, PLACES) for w in kind)
_WORD = re.compile(r"[A-Za-z'-]+")


def another(text: str, others: Sequence[str], rng: np.random.Generator) -> str:
    """A sentence of another clip, far from this one in the submission."""
    choices = [other for other in others[1:] if other != text]
    return choices[int(rng.integers(len(choices)))]


def neighbour(text: str, others: Sequence[str], rng: np.random.Generator) -> str:
    """The label of the next row."""
    del rng
    return next(other for other in others if other != text)


def wrong_word(text: str, others: Sequence[str], rng: np.random.Generator) -> str:
    """One word exchanged for another of its kind: a name for a name, a colour for a colour."""
    del others
    found = _pick(text, rng)
    old = found[0].lower()
    choices = [w for w in KIND_OF[old] if w.lower() != old]
    word = str(rng.choice(choices))
    return text[: found.start()] + _cased(word, found[0]) + text[found.end() :]


def word_missing_in_audio(text: str, others: Sequence[str], rng: np.random.Generator) -> str:
    """The label has a word that is not said: one that describes its noun or name."""
    del others
    places = [m for m in _WORD.finditer(text) if m[0].lower() in NOUNS] or list(
        _WORD.finditer(text)
    )
    at = places[int(rng.integers(len(places)))].start()
    return f"{text[:at]}{rng.choice(ADJECTIVES)} {text[at:]}"


def word_added_in_audio(text: str, others: Sequence[str], rng: np.random.Generator) -> str:
    """The audio has a word that the label lacks."""
    del others
    found = _pick(text, rng)
    left = (text[: found.start()].rstrip() + text[found.end() :]).strip()
    return left[:1].upper() + left[1:]


def _pick(text: str, rng: np.random.Generator) -> re.Match[str]:
    places = [m for m in _WORD.finditer(text) if m[0].lower() in KIND_OF]
    return places[int(rng.integers(len(places)))]


def _cased(word: str, like: str) -> str:
    return word.capitalize() if like[:1].isupper() else word
