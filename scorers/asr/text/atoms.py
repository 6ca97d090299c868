"""A cleaned text cut into numbers, words, abbreviations and signs."""

import re
import sys
import unicodedata
from dataclasses import dataclass
from typing import Literal

from clips.languages import LANGUAGES
from scorers.asr.text.rules import Rules

Kind = Literal["aside", "abbreviation", "number", "initials", "word", "sign"]


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece of text; `glued` says that no space parts it from the piece before."""

    kind: Kind
    text: str
    start: int
    end: int
    glued: bool


def _marks() -> str:
    """Combining marks as a regular expression class; what Python counts as letters lacks them."""
    last_mark = 0x1E94B
    runs: list[list[int]] = []
    for code in range(0x300, min(last_mark, sys.maxunicode)):
        if unicodedata.category(chr(code))[0] == "M":
            if runs and runs[-1][1] == code - 1:
                runs[-1][1] = code
            else:
                runs.append([code, code])
    return "".join(f"{chr(low)}-{chr(high)}" for low, high in runs)


MARKS = _marks()
LETTER = f"(?:[^\\W\\d_]|[{MARKS}])"


_PATTERNS: dict[str, re.Pattern[str]] = {}


def _pattern(rules: Rules, tag: str) -> re.Pattern[str]:
    found = _PATTERNS.get(tag)
    if found is None:
        found = _PATTERNS[tag] = re.compile(
            "|".join(_parts(rules, LANGUAGES[tag].unspaced)), re.IGNORECASE
        )
    return found


_SPACED_WORD = rf"(?P<word>{LETTER}+(?:['·״׳]{LETTER}+)*'?)"
_UNSPACED_WORD = rf"(?P<word>[a-zA-Z]+(?:'[a-zA-Z]+)*|[^\W\d_][{MARKS}]*|[{MARKS}]+)"


def _parts(rules: Rules, unspaced: bool) -> list[str]:
    spaced = r"|\d{1,3}(?:[ ]\d{3})+(?!\d)(?:[.,]\d+)?" if rules.group_by_space else ""
    parts = [
        rf"(?P<number>(?<!\d)(?:\d{{1,3}}(?:'\d{{3}})+(?!\d)(?:[.,]\d+)?{spaced}|\d+(?:[.,:]\d+)*))",
        rf"(?P<initials>(?<!{LETTER})(?:{LETTER}\.){{2,}}{LETTER}?(?!{LETTER}))",
        _UNSPACED_WORD if unspaced else _SPACED_WORD,
        r"(?P<aside>\[[^\[\]]*\])",
        r"(?P<sign>[^\s\w]|_)",
    ]
    if rules.abbreviations:
        listed = sorted(rules.abbreviations, key=len, reverse=True)
        texts = "|".join(re.escape(text).replace(r"\ ", r"\s*") for text in listed)
        parts.insert(0, rf"(?P<abbreviation>(?<!{LETTER})(?:{texts})(?!{LETTER}))")
    return parts


def atoms_of(text: str, rules: Rules, tag: str) -> list[Atom]:
    """The atoms of a text, in order; spaces are between them."""
    found: list[Atom] = []
    for match in _pattern(rules, tag).finditer(text):
        kind: Kind = match.lastgroup  # type: ignore[assignment]  # one of the groups above
        glued = bool(found) and found[-1].end == match.start()
        found.append(Atom(kind, match[0], match.start(), match.end(), glued))
    return found
