"""Planted defects of the label: functions of the label, of other labels and a generator.

No grammar is needed: words come from the other labels of the language. What is a word, what makes
two of them alike and what they sound like is kept simple: only edits that espeak-ng reads otherwise
than the label are planted, since what sounds alike cannot be told by listening.
"""

import functools
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from rapidfuzz.distance import Levenshtein

LEAST_LETTERS = 3
NEAR = 1
SHORT, MIDDLE, LONG = "up to 6", "7 to 20", "more than 20"
LENGTHS = (SHORT, MIDDLE, LONG)
UNSPACED = frozenset({"ja", "zh", "th", "lo", "my", "km", "yue", "wuu"})
# espeak-ng's names where they are not the first part of the tag
ESPEAK = {"en": "en-us", "fr": "fr-fr", "pt": "pt-br", "zh": "cmn", "nb": "nb", "no": "nb"}


@dataclass(frozen=True)
class Around:
    """What a label can be exchanged with.

    Args:
        language: primary tag of the label.
        near: labels of the same voice, the next row first.
        same: labels of the same language.
        foreign: labels of other languages.
    """

    language: str
    near: Sequence[str]
    same: Sequence[str]
    foreign: Sequence[str]


Chosen = TypeVar("Chosen")
Spoil = Callable[[str, Around, np.random.Generator], str | None]


@dataclass(frozen=True)
class Word:
    """A word of a label, in an unspaced language a character, and where it stands."""

    start: int
    end: int
    text: str


def length_class(text: str, language: str) -> str:
    """Of a label by its words; a word of an unspaced language counts as two characters."""
    found = list(words(text, language))
    count = len(found) / (2 if language in UNSPACED else 1)
    return SHORT if count <= 6 else MIDDLE if count <= 20 else LONG


def words(text: str, language: str) -> Iterator[Word]:
    """What stands between blanks, without the signs around it; the characters of an unspaced one.

    Example:
        >>> [word.text for word in words("Is this, then, “it”?", "en")]
        ['Is', 'this', 'then', 'it']
    """
    start = 0
    for part in text.split():
        start = text.index(part, start)
        held = [i for i, c in enumerate(part) if _counts(c)]
        if held and language in UNSPACED:
            yield from (Word(start + i, start + i + 1, part[i]) for i in held)
        elif held:
            first, last = held[0], held[-1] + 1
            yield Word(start + first, start + last, part[first:last])
        start += len(part)


def _counts(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def another(text: str, around: Around, rng: np.random.Generator) -> str | None:
    """A label of another clip, far from this one in the submission."""
    return _choice([other for other in around.near[1:] if other != text], rng)


def neighbour(text: str, around: Around, rng: np.random.Generator) -> str | None:
    """The label of the next row."""
    del rng
    return next((other for other in around.near if other != text), None)


def foreign(text: str, around: Around, rng: np.random.Generator) -> str | None:
    """A label in another language."""
    del text
    return _choice(around.foreign, rng)


def wrong_word(text: str, around: Around, rng: np.random.Generator) -> str | None:
    """One word is another of about as many letters."""
    return _exchanged(text, around, rng, lambda old, new: abs(len(old) - len(new)) <= 1)


def near_word(text: str, around: Around, rng: np.random.Generator) -> str | None:
    """One word is another that differs in one letter."""
    return _exchanged(text, around, rng, lambda old, new: Levenshtein.distance(old, new) == NEAR)


def word_missing_in_audio(text: str, around: Around, rng: np.random.Generator) -> str | None:
    """The label has a word that is not said."""
    gap = "" if around.language in UNSPACED else " "
    places = [word.start for word in words(text, around.language)][1:]
    for _ in range(20):
        at, new = _choice(places, rng), _choice(_vocabulary(around), rng)
        if at is not None and new is not None:
            edited = f"{text[:at]}{new}{gap}{text[at:]}"
            if audible(text, edited, around.language):
                return edited
    return None


def word_added_in_audio(text: str, around: Around, rng: np.random.Generator) -> str | None:
    """The audio has a word that the label lacks."""
    found = list(words(text, around.language))
    places = [word for word in found if _exchangeable(word.text, around.language)]
    if len(found) < 3 or not places:
        return None
    gone = places[int(rng.integers(len(places)))]
    left = text[: gone.start].rstrip() if around.language not in UNSPACED else text[: gone.start]
    edited = (left + text[gone.end :]).strip()
    edited = edited[:1].upper() + edited[1:]
    return edited if audible(text, edited, around.language) else None


def audible(text: str, edited: str, language: str) -> bool:
    """Whether espeak-ng reads the two otherwise; so does whatever it does not know."""
    return sound(text, language) != sound(edited, language)


@functools.lru_cache(maxsize=100_000)
def sound(text: str, language: str) -> str:
    """Phonemes of a text without stress and pauses; the text itself where espeak-ng cannot."""
    try:
        said: str = _reader(ESPEAK.get(language, language)).phonemize([text.lower()])[0]
    except (RuntimeError, ImportError, IndexError):
        return text
    return "".join(c for c in said if _counts(c) and c not in "ˈˌː")


@functools.cache
def _reader(name: str) -> Any:
    from kokoro_onnx.tokenizer import Tokenizer
    from phonemizer.backend import EspeakBackend

    Tokenizer()  # tells phonemizer where espeak-ng is
    return EspeakBackend(name, with_stress=False)


def _exchanged(
    text: str,
    around: Around,
    rng: np.random.Generator,
    alike: Callable[[str, str], bool],
) -> str | None:
    """The label with one word exchanged for another of the language that is alike."""
    places = [w for w in words(text, around.language) if _exchangeable(w.text, around.language)]
    for at in rng.permutation(len(places)):
        old = places[at]
        plain = old.text.lower()
        choices = [w for w in _vocabulary(around) if w != plain and alike(plain, w)]
        for pick in rng.permutation(len(choices))[:20]:
            new = _cased(choices[pick], old.text)
            edited = text[: old.start] + new + text[old.end :]
            if _bare(new) != _bare(plain) and audible(text, edited, around.language):
                return edited
    return None


def _vocabulary(around: Around) -> tuple[str, ...]:
    return _words_of(tuple(around.same), around.language)


@functools.lru_cache(maxsize=64)
def _words_of(texts: tuple[str, ...], language: str) -> tuple[str, ...]:
    """Words that may stand in a label, in lower case, each once."""
    found = (word.text.lower() for text in texts for word in words(text, language))
    return tuple(dict.fromkeys(word for word in found if _exchangeable(word, language)))


def _exchangeable(word: str, language: str) -> bool:
    if any(c.isdigit() for c in word):
        return False
    return language in UNSPACED or sum(c.isalpha() for c in word) >= LEAST_LETTERS


def _bare(word: str) -> str:
    """Without accents."""
    parts = unicodedata.normalize("NFD", word.lower())
    return "".join(c for c in parts if not unicodedata.combining(c))


def _cased(word: str, like: str) -> str:
    return word.capitalize() if like[:1].isupper() else word


def _choice(choices: Sequence[Chosen], rng: np.random.Generator) -> Chosen | None:
    return choices[int(rng.integers(len(choices)))] if choices else None
