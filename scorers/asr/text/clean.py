"""Unicode put in one shape before anything else looks at a text.

NFKC is not used whole: it would split Thai and Lao vowel signs and turn superscripts into digits.
The text is brought to NFC, and only letters that are the same letter in another shape (fullwidth
and halfwidth forms, ligatures, Arabic presentation forms) are replaced by their compatible form.
Combining marks stay: in Hindi, Thai, Arabic, Hebrew or Vietnamese they are letters of the word.
"""

import re
import unicodedata

_SHAPES = re.compile("[\uff00-\uffef\ufb00-\ufb4f\ufb50-\ufdff\ufe70-\ufeff\u3300-\u33ff]+")
_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼʻ`´′ꞌ＇"), "'")
_DASHES = dict.fromkeys(map(ord, "‐‑‒−﹣－"), "-") | dict.fromkeys(map(ord, "–—―⸺"), "–")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2007\u2009\u200a\u3000"), " ")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u0640]")
_TABLE = _APOSTROPHES | _DASHES | _SPACES


def clean(text: str) -> str:
    """One Unicode shape, plain apostrophes, ASCII digits, no invisible characters.

    >>> clean("Ｄｏｎ’ｔ ‐ ١٢")
    "Don't - 12"
    """
    shaped = _SHAPES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    plain = _INVISIBLE.sub("", shaped).translate(_TABLE)
    composed = unicodedata.normalize("NFC", plain)
    if composed.isascii():
        return composed
    return "".join(map(_digit, composed))


def _digit(char: str) -> str:
    value = unicodedata.decimal(char, None) if char > "\x7f" else None
    return char if value is None else str(value)


def fold(word: str, tag: str) -> str:
    """Lower case for comparison, in the way of the language.

    >>> fold("IŞIK", "tr"), fold("Straße", "de")
    ('ışık', 'strasse')
    """
    if tag in {"tr", "az"}:
        word = word.replace("I", "ı").replace("İ", "i")
    return unicodedata.normalize("NFC", word.casefold().replace("i\u0307", "i"))


def is_letter(char: str) -> bool:
    """Letters, combining marks and digits make words; everything else parts them."""
    return unicodedata.category(char)[0] in "LMN"
