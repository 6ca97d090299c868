"""Which letters of a text are in a script that the language is not written in."""

import unicodedata
from functools import lru_cache

from clips.languages import find_language

# ISO 15924 code -> how Unicode's names of its letters begin
_NAMES = {
    "Arab": ("ARABIC",),
    "Armn": ("ARMENIAN",),
    "Beng": ("BENGALI",),
    "Cyrl": ("CYRILLIC",),
    "Deva": ("DEVANAGARI",),
    "Ethi": ("ETHIOPIC",),
    "Geor": ("GEORGIAN",),
    "Grek": ("GREEK",),
    "Gujr": ("GUJARATI",),
    "Guru": ("GURMUKHI",),
    "Hang": ("HANGUL",),
    "Hani": ("CJK", "IDEOGRAPHIC"),
    "Hans": ("CJK", "IDEOGRAPHIC"),
    "Hant": ("CJK", "IDEOGRAPHIC", "BOPOMOFO"),
    "Hebr": ("HEBREW",),
    "Hira": ("HIRAGANA", "KATAKANA-HIRAGANA"),
    "Jpan": ("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "CJK", "IDEOGRAPHIC"),
    "Kana": ("KATAKANA", "KATAKANA-HIRAGANA"),
    "Khmr": ("KHMER",),
    "Knda": ("KANNADA",),
    "Kore": ("HANGUL", "CJK"),
    "Laoo": ("LAO",),
    "Latn": ("LATIN", "FEMININE", "MASCULINE"),
    "Mlym": ("MALAYALAM",),
    "Mymr": ("MYANMAR",),
    "Sinh": ("SINHALA",),
    "Taml": ("TAMIL",),
    "Telu": ("TELUGU",),
    "Thai": ("THAI",),
    "Tibt": ("TIBETAN",),
}


def other_script_share(text: str, language: str) -> float | None:
    """The share of a text's letters in scripts that the language is not written in, 0..1.

    A name or a word of English is written in Latin letters in many languages, so a part is no
    fault; a transcript that is mostly in another script is none of the language's.

    Args:
        text: any; digits, signs and marks are no letters.
        language: BCP 47 tag.

    Returns:
        ``None`` without letters, or for a language that the table does not have.

    Example:
        >>> other_script_share("yah hindi hai", "hi"), other_script_share("यह WhatsApp", "hi")
        (1.0, 0.8)
    """
    known = find_language(language)
    letters = [char for char in text if char.isalpha()]
    if known is None or not letters:
        return None
    names = {name for script in known.scripts for name in _NAMES[script]}
    return sum(_script(char) not in names for char in letters) / len(letters)


@lru_cache(maxsize=16_384)
def _script(char: str) -> str:
    """The first word of a letter's name in Unicode, whichever width or shape it has."""
    plain = unicodedata.normalize("NFKC", char)[:1]
    return unicodedata.name(plain if plain.isalpha() else char, "").split(" ")[0]
