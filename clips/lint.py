"""Faults of a label's text that need no audio (R7, R9): pointed out, never repaired."""

import re
import unicodedata
from collections.abc import Callable, Iterator

from clips.limits import DEFAULT_LIMITS
from clips.names import shown
from clips.phonetic import notation
from clips.rules import Fault

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
        >>> [fault.rule for fault in lint("Meet me at 5.")]
        ['label-digits']
    """
    if not text.strip():
        return [Fault("empty-label", "The label is empty. Write what is said in the audio.")]
    start = text[:most_chars]  # enough to judge by, and no pattern is slow on it
    return [fault for check in _CHECKS for fault in check(start)] + list(_long(text, most_chars))


def _words(text: str) -> Iterator[Fault]:
    if not any(unicodedata.category(char)[0] in "LN" for char in text):
        sentence = f"The label “{shown(text, 40)}” holds no word. Write what is said."
        yield Fault("label-no-words", sentence)


def _lines(text: str) -> Iterator[Fault]:
    lines = len(text.strip().splitlines())
    items = len(_LISTED.findall(text))
    if lines > 1 or items > 1:
        count = f"{lines} lines" if lines > 1 else f"{items} list items"
        sentence = f"The label has {count}. Split it: one line a clip, kept in order."
        yield Fault("label-multiline", sentence)


def _digits(text: str) -> Iterator[Fault]:
    found = re.search(r"\d[\d.,:/-]*", text)
    what = found[0] if found else next((c for c in text if unicodedata.category(c) in _NUMBERS), "")
    if what:
        sentence = f"“{shown(what, 40)}” can be read in several ways. Write it as it is spoken."
        yield Fault("label-digits", sentence)


def _symbols(text: str) -> Iterator[Fault]:
    bare = _EMOJI.sub("", _URL.sub("", _MARKDOWN.sub("", _TAG.sub("", text))))
    found = "".join(dict.fromkeys(_SYMBOLS.findall(bare)))
    if found:
        sentence = f"“{shown(found, 40)}” can be read in several ways. Write it as it is spoken."
        yield Fault("label-symbols", sentence)


def _markup(text: str) -> Iterator[Fault]:
    found = _TAG.search(text) or _MARKDOWN.search(text)
    if found:
        sentence = f"“{shown(found[0], 40)}” is markup. Leave only what is spoken."
        yield Fault("label-markup", sentence)


def _phonetic(text: str) -> Iterator[Fault]:
    if name := notation(text):
        sentence = (
            f"The label “{shown(text, 40)}” is a phonetic transcription ({name}). Send the text"
            " that the speech was made from."
        )
        yield Fault("label-phonetic", sentence)


def _url(text: str) -> Iterator[Fault]:
    if found := _URL.search(text):
        sentence = f"“{shown(found[0], 40)}” is an address. Write it as it is spoken."
        yield Fault("label-url", sentence)


def _emoji(text: str) -> Iterator[Fault]:
    if found := _EMOJI.search(text):
        sentence = f"The label holds the emoji {shown(found[0])}. Take it out."
        yield Fault("label-emoji", sentence)


def _odd_characters(text: str) -> Iterator[Fault]:
    odd = [char for char in text if _is_odd(char)]
    if odd:
        names = ", ".join(dict.fromkeys(f"U+{ord(char):04X}" for char in odd))
        sentence = (
            f"The label holds {len(odd)} control, invisible or undefined character(s):"
            f" {shown(names, 60)}. Take them out."
        )
        yield Fault("label-odd-characters", sentence)


def _is_odd(char: str) -> bool:
    if char in "\n\r\t" or char in _JOINERS:
        return False
    return char == "\ufffd" or unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl")


def _mojibake(text: str) -> Iterator[Fault]:
    if found := _MOJIBAKE.search(text):
        sentence = (
            f"“{shown(found[0], 40)}” looks like text decoded with the wrong encoding. Save the"
            " label as UTF-8."
        )
        yield Fault("label-mojibake", sentence)


def _spaces(text: str) -> Iterator[Fault]:
    if _SPACES.search(text):
        sentence = "The label has blanks at an end, tabs, or several blanks in a row."
        yield Fault("label-spaces", f"{sentence} Leave one blank between words.")


def _long(text: str, most_chars: int) -> Iterator[Fault]:
    if len(text) > most_chars:
        sentence = (
            f"The label has {len(text):,} characters; a line of speech has fewer than"
            f" {most_chars:,}. Split the clip, one line each."
        )
        yield Fault("label-long", sentence)


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
