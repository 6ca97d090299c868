"""Faults of a label's text that need no audio (R7, R9): pointed out, never repaired."""

import re
import unicodedata
from collections.abc import Callable, Iterator

from clips.limits import DEFAULT_LIMITS
from clips.numbers import count
from clips.phonetic import notation
from clips.rules import Fault, fault
from clips.words import Quote

_LISTED = re.compile(r"^\s*([-*•‣·]|\d{1,3}[.)])\s+\S", re.MULTILINE)
_TAG = re.compile(r"</?[A-Za-z][\w:-]*(\s[^<>]*)?/?>|<!--|&[A-Za-z]{2,8};|&#x?[0-9a-fA-F]+;")
_MARKDOWN = re.compile(
    r"\*\*[^*\n]+\*\*|__[^_\n]+__|`[^`\n]+`|^#{1,6}\s|\[[^\]\n]+\]\([^)\n]+\)|^```", re.MULTILINE
)
_URL = re.compile(
    r"\b(https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.[a-z]{2,}\b"
    r"|\b[a-z0-9-]+\.(com|org|net|io|ai|dev|de|uk|fr|it)\b(/\S*)?",
    re.IGNORECASE,
)
_SYMBOLS = re.compile(r"[%‰&+=/\\@#*°^~|<>_§$£¥€₹₽©®™×÷±µ№†‡]")
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u231a\u231b\u23e9-\u23fa\ufe0f\u20e3]"
)
_NUMBERS = ("Nl", "No")  # such as Ⅷ and ⓪, whose value may be 0
_JOINERS = "\u200c\u200d"  # letters of several scripts need them
_MOJIBAKE = re.compile(r"Ã[\u0080-\u00bf©¨ª¡³±¶¼]|â€[\u0080-\u00bf™œ\x9d“”]|Â[\u00a0-\u00bf]|ï¿½")
_SPACES = re.compile(r"^\s|\s$|[^\S\n]{2,}|\t")


def lint(text: str, most_chars: int = DEFAULT_LIMITS.label_chars) -> list[Fault]:
    """What is wrong with a label as written, each fault with what to do.

    Example:
        >>> [found.rule for found in lint("Meet me at 5.")]
        ['label-digits']
    """
    if not text.strip():
        return [fault("empty-label")]
    start = text[:most_chars]  # enough to judge by, and no pattern is slow on it
    return [found for check in _CHECKS for found in check(start)] + list(_long(text, most_chars))


def _words(text: str) -> Iterator[Fault]:
    if not any(unicodedata.category(char)[0] in "LN" for char in text):
        yield fault("label-no-words", found=Quote(text))


def _lines(text: str) -> Iterator[Fault]:
    lines = len(text.strip().splitlines())
    items = len(_LISTED.findall(text))
    if lines > 1 or items > 1:
        found = count(lines, "line") if lines > 1 else count(items, "list item")
        yield fault("label-multiline", found=found)


def _digits(text: str) -> Iterator[Fault]:
    found = re.search(r"\d[\d.,:/-]*", text)
    what = found[0] if found else next((c for c in text if unicodedata.category(c) in _NUMBERS), "")
    if what:
        yield fault("label-digits", found=Quote(what))


def _symbols(text: str) -> Iterator[Fault]:
    bare = _EMOJI.sub("", _URL.sub("", _MARKDOWN.sub("", _TAG.sub("", text))))
    found = "".join(dict.fromkeys(_SYMBOLS.findall(bare)))
    if found:
        yield fault("label-symbols", found=Quote(found))


def _markup(text: str) -> Iterator[Fault]:
    found = _TAG.search(text) or _MARKDOWN.search(text)
    if found:
        yield fault("label-markup", found=Quote(found[0]))


def _phonetic(text: str) -> Iterator[Fault]:
    if name := notation(text):
        yield fault("label-phonetic", found=Quote(text), notation=name)


def _url(text: str) -> Iterator[Fault]:
    if found := _URL.search(text):
        yield fault("label-url", found=Quote(found[0]))


def _emoji(text: str) -> Iterator[Fault]:
    if found := _EMOJI.search(text):
        yield fault("label-emoji", found=Quote(found[0]))


def _odd_characters(text: str) -> Iterator[Fault]:
    odd = [char for char in text if _is_odd(char)]
    if odd:
        names = ", ".join(dict.fromkeys(f"U+{ord(char):04X}" for char in odd))
        yield fault("label-odd-characters", n=len(odd), found=Quote(names, 60))


def _is_odd(char: str) -> bool:
    if char in "\n\r\t" or char in _JOINERS:
        return False
    return char == "\ufffd" or unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl")


def _mojibake(text: str) -> Iterator[Fault]:
    if found := _MOJIBAKE.search(text):
        yield fault("label-mojibake", found=Quote(found[0]))


def _spaces(text: str) -> Iterator[Fault]:
    if _SPACES.search(text):
        yield fault("label-spaces")


def _long(text: str, most_chars: int) -> Iterator[Fault]:
    if len(text) > most_chars:
        yield fault("label-long", n=len(text), most=most_chars)


_CHECKS: tuple[Callable[[str], Iterator[Fault]], ...] = (
    _words,
    _lines,
    _digits,
    _symbols,
    _markup,
    _phonetic,
    _url,
    _emoji,
    _odd_characters,
    _mojibake,
    _spaces,
)
