"""Which languages a recogniser can be asked for, told from its files before it is loaded."""

import json
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from clips.languages import find_language, primary_tag

# CTranslate2's own test: what has fewer tokens knows English alone
_MULTILINGUAL_TOKENS = 51_865


@lru_cache(maxsize=16)
def languages_of(path: str) -> frozenset[str]:
    """Whisper's codes of the languages that a model knows.

    Args:
        path: folder of a CTranslate2 model.

    Returns:
        Those that it has a token for; all of Whisper's where its vocabulary cannot be read.
    """
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    tokens = _vocabulary(Path(path))
    if not tokens:
        return frozenset(_LANGUAGE_CODES)
    if len(tokens) < _MULTILINGUAL_TOKENS:
        return frozenset({"en"})
    return frozenset(code for code in _LANGUAGE_CODES if f"<|{code}|>" in tokens)


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
