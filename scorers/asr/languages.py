"""Which languages a recogniser can be asked for, told from its files before it is loaded."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from clips.languages import find_language, primary_tag

# CTranslate2's own test: what has fewer tokens knows English alone
_MULTILINGUAL_TOKENS = 51_865
_LANGUAGE_TOKEN = re.compile(r"<\|([a-z]{2,3})\|>")  # such as <|en|>; other marks are longer


@lru_cache(maxsize=16)
def languages_of(path: str) -> frozenset[str]:
    """Whisper's codes of the languages that a model knows.

    Args:
        path: folder of a CTranslate2 model.

    Returns:
        Those that it has a token for; all of Whisper's where its vocabulary cannot be read.
    """
    tokens = _vocabulary(Path(path))
    if not tokens:
        from faster_whisper.tokenizer import _LANGUAGE_CODES

        return frozenset(_LANGUAGE_CODES)
    if len(tokens) < _MULTILINGUAL_TOKENS:
        return frozenset({"en"})
    return frozenset(found[1] for token in tokens if (found := _LANGUAGE_TOKEN.fullmatch(token)))


def _vocabulary(folder: Path) -> frozenset[str]:
    as_json, as_text = folder / "vocabulary.json", folder / "vocabulary.txt"
    try:
        if as_json.is_file():
            return frozenset(map(str, json.loads(as_json.read_bytes())))
        return frozenset(as_text.read_text(encoding="utf-8").split("\n"))
    except (OSError, ValueError):
        return frozenset()


def code_of(tag: str, known: Collection[str]) -> str:
    """What a recogniser that knows some codes calls a language, ``""`` where it does not know it.

    Args:
        tag: BCP 47 tag.
        known: Whisper's codes.

    Example:
        >>> code_of("jv", {"jw"}), code_of("nb-NO", {"no"}), code_of("ga", {"en"})
        ('jw', 'no', '')
    """
    language = find_language(tag)
    names = language.heard_as if language else (primary_tag(tag),)
    return next((name for name in names if name in known), "")


def unheard(tag: str, recogniser: str, known: Collection[str]) -> str:
    """Why a label in a language cannot be held against a transcript, ``""`` where it can.

    Args:
        tag: BCP 47 tag, ``""`` where none is given.
        recogniser: its name.
        known: Whisper's codes of the languages that it knows.

    Example:
        >>> unheard("ga", "small", {"en"})
        "the recogniser small does not know Irish ('ga')"
    """
    if not tag:
        return "no language is given for the label"
    language = find_language(tag)
    if language is None:
        return f"{tag!r} is no language that is known here"
    if not code_of(tag, known):
        return f"the recogniser {recogniser} does not know {language.name} ({tag!r})"
    if not language.known:
        return f"the text normaliser has no rules for {language.name} ({tag!r})"
    return ""


@dataclass(frozen=True, slots=True)
class Language:
    """What a recogniser took the language for.

    Args:
        detected: code of the likeliest language.
        stated_prob: probability of the language that the clip is said to be in, 0..1, close
            relatives included.
    """

    detected: str
    stated_prob: float


# Whisper shares speech of one among these: what is said is much the same, and so is its spelling.
RELATIVES: tuple[frozenset[str], ...] = tuple(
    frozenset(group.split())
    for group in ("no nn da sv", "hr sr bs", "id ms", "uk ru", "gl pt es", "zh yue", "hi ur")
)


def likeliest(probabilities: Mapping[str, float], stated: str) -> Language:
    """The language that was heard, and how likely the stated one is.

    Args:
        probabilities: by Whisper's code, at least one; what is missing has none.
        stated: Whisper's code of the language that the clip is said to be in.

    Example:
        >>> likeliest({"de": 0.9, "en": 0.1}, "en")
        Language(detected='de', stated_prob=0.1)
        >>> likeliest({"ru": 0.75, "uk": 0.25}, "uk").stated_prob
        1.0
    """
    detected = max(probabilities, key=lambda code: probabilities[code])
    family = {stated}.union(*(group for group in RELATIVES if stated in group))
    return Language(detected, min(1.0, sum(probabilities.get(code, 0.0) for code in family)))
