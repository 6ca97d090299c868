"""Words that are written, or encoded, in more than one way.

`one_spelling` is applied to everything that is compared: what it makes alike sounds the same and is
no error at all. `unmarked` goes further: words alike in it count as the same word, and each letter
that differs stays an error of a character. So "como" for "cómo" is no wrong word, and what else is
known of the clip can still tell "hablo" from "habló".
"""

import re
import unicodedata
from functools import lru_cache

_Rule = tuple[str, str]

# Unicode lays the Indic scripts out alike: rows of consonants, each ending in its nasal
_BLOCKS = {
    "hi": 0x900,
    "mr": 0x900,
    "bn": 0x980,
    "pa": 0xA00,
    "gu": 0xA80,
    "te": 0xC00,
    "kn": 0xC80,
    "ml": 0xD00,
}
_ANUSVARA, _VIRAMA = 0x02, 0x4D
_ROWS = ((0x15, 0x19), (0x1A, 0x1E), (0x1F, 0x23), (0x24, 0x28), (0x2A, 0x2E))


def _nasals(block: int) -> tuple[_Rule, ...]:
    """A nasal joined to a consonant of its own row is also written as anusvara."""
    return tuple(
        (
            f"{chr(block + nasal)}{chr(block + _VIRAMA)}"
            f"(?=[{chr(block + first)}-{chr(block + nasal - 1)}])",
            chr(block + _ANUSVARA),
        )
        for first, nasal in _ROWS
    )


_BEFORE_GLIDE = "(?<=[\u0905-\u0939\u093c\u093e-\u094c])"
_LAST_VOWEL = "(?=[\u0902\u0901]?(?:$|[^\u0900-\u097f]|\u0917[\u093e\u0940\u0947]))"
_STRESS_MARKS = (("[\u0300\u0301]", ""), ("ѝ", "и"), ("Ѝ", "И"))
_FINAL_Y = tuple(
    (f"(?<=[hklmstHKLMST]){one}(?!\\w)", other)
    for one, other in zip("yýỳỷỹỵYÝỲỶỸỴ", "iíìỉĩịIÍÌỈĨỊ", strict=True)
)
_RULES: dict[str, tuple[_Rule, ...]] = {
    "bg": _STRESS_MARKS,
    "bn": (("ৎ", "ত\u09cd"),),
    # गये and गए, नयी and नई; इन्सान and इंसान
    "hi": (
        (f"{_BEFORE_GLIDE}ये{_LAST_VOWEL}", "ए"),
        (f"{_BEFORE_GLIDE}यी{_LAST_VOWEL}", "ई"),
        ("न\u094d(?=[शस])", "ं"),
    ),
    # chillu letters as consonant and virama
    "ml": (
        *(("ൺ", "ണ\u0d4d"), ("ൻ", "ന\u0d4d"), ("ർ", "ര\u0d4d")),
        *(("ൽ", "ല\u0d4d"), ("ൾ", "ള\u0d4d"), ("ൿ", "ക\u0d4d")),
        ("\u0d4d{2,}", "\u0d4d"),
        ("ന(?=റ)", "ന\u0d4d"),
        ("മ\u0d4d(?!\\w)", "\u0d02"),
    ),
    "mr": (("न\u094d(?=[शस])", "ं"),),
    "pa": (("ੰ", "ਂ"),),
    "ru": _STRESS_MARKS,
    "ta": (("ஶ\u0bcdரீ", "ஸ\u0bcdரீ"),),
    "th": (("เเ", "แ"),),
    "uk": _STRESS_MARKS,
    "vi": (("ð", "đ"), ("Ð", "Đ"), *_FINAL_Y),
}


@lru_cache(maxsize=128)
def _rules(tag: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    own = _RULES.get(tag, ())
    rules = (*own, *_nasals(_BLOCKS[tag])) if tag in _BLOCKS else own
    return tuple((re.compile(pattern), new) for pattern, new in rules)


def one_spelling(text: str, tag: str) -> str:
    """A text, in NFC, with the words of a language that may be written in several ways in one.

    Example:
        >>> one_spelling("हिन्दी में गये", "hi"), one_spelling("за́мок", "ru")
        ('हिंदी में गए', 'замок')
    """
    if text.isascii():
        return text
    if tag == "en":
        return _bare(text, "")
    for pattern, new in _rules(tag):
        text = pattern.sub(new, text)
    return text


# Letters of their own, which are another sound and not the letter with an accent.
_APART = {
    **dict.fromkeys(("da", "nn", "no"), "åæø"),
    **dict.fromkeys(("eu", "gl", "tl"), "ñ"),
    **dict.fromkeys(("fi", "sv"), "åäö"),
    "de": "äöü",
    "es": "ñü",
    "et": "äöõü",
    "hu": "öüőű",
    "tr": "çğıöşü",
}
# Every mark makes another word: tones and vowels of Vietnamese, vowels of Icelandic.
_ALL_APART = frozenset({"is", "vi"})
_NORSE = {"å": "aa", "æ": "ae", "ø": "oe"}
_WRITTEN_OUT: dict[str, dict[str, str]] = {
    **dict.fromkeys(("da", "nn", "no"), _NORSE),
    **{tag: {"đ": "dj"} for tag in ("hr", "sl", "sr")},
    "ar": {"ى": "ي", "ؤ": "و", "ئ": "ي"},
    "ca": {"·": ""},
    "de": {"ä": "ae", "ö": "oe", "ü": "ue"},
    "fa": {"ؤ": "و", "ئ": "ی"},
    "fr": {"à": "a", "â": "a", "ù": "u", "û": "u", "î": "i", "ô": "o", "ê": "è"},
    "it": {"é": "è", "ó": "ò"},
    "ro": {"â": "î"},
    "tr": {"â": "a", "î": "i", "û": "u"},
    "ur": {"ھ": "ہ", "ؤ": "و"},
}
_SILENT_MARKS = frozenset({"id", "ms", "nl", "tl"})
_SILENT_IN_SHORT_WORDS = frozenset({"ca", "el", "gl", "it", "pt"})
_AND_OR_IS = frozenset({"e", "é", "è"})
_COMBINING = re.compile("[\u0300-\u036f]")
_NUKTA = re.compile("[\u093c\u0a3c]")
_MARKED_LATIN = re.compile("[\u00c0-\u024f\u0370-\u03ff\u1e00-\u1fff]")


@lru_cache(maxsize=65_536)
def unmarked(word: str, tag: str) -> str:
    """What a folded word has in common with those that differ in marks which are not heard.

    Spanish accents that stand where the stress is anyway, those of one-syllable words in Italian,
    Portuguese, Catalan and Greek, the French circumflex, hamza on its carrier, the dot of
    Devanagari and Gurmukhi; umlauts as they are written without.

    Example:
        >>> unmarked("cómo", "es") == unmarked("como", "es")
        True
        >>> unmarked("habló", "es") == unmarked("hablo", "es")
        False
    """
    if tag == "es":
        return _stressed(word)
    if word.isascii() or tag in _ALL_APART:
        return word
    plain = word
    for letter, others in _WRITTEN_OUT.get(tag, {}).items():
        plain = plain.replace(letter, others)
    short = tag in _SILENT_IN_SHORT_WORDS and plain not in _AND_OR_IS and _syllables(plain) == 1
    if short or tag in _SILENT_MARKS:
        plain = bare(plain, tag)
    return _NUKTA.sub("", plain) or word


def bare(text: str, tag: str) -> str:
    """Latin and Greek letters without their marks, but for letters of a language's own.

    Example:
        >>> bare("año último", "es"), bare("må", "no"), bare("má", "vi")
        ('año ultimo', 'må', 'má')
    """
    return text if text.isascii() or tag in _ALL_APART else _bare(text, _APART.get(tag, ""))


def _bare(text: str, apart: str) -> str:
    return _MARKED_LATIN.sub(
        lambda match: match[0] if match[0].lower() in apart else _base(match[0]), text
    )


@lru_cache(maxsize=1024)
def _base(letter: str) -> str:
    if letter in "łŁ":
        return "l" if letter == "ł" else "L"
    return _COMBINING.sub("", unicodedata.normalize("NFD", letter))


def _syllables(word: str) -> int:
    return len(re.findall("[aeiouyαειουηω]+", _bare(word, "")))


_NUCLEI = re.compile("[íú]|[iuy]?[aeoáéó](?:[iuü]|y(?![aeiou]))?|[iuü]+|y$")
_SILENT_U = re.compile("(?<=q)u(?=[eéií])|(?<=g)u(?=[eéií])")


def _stressed(word: str) -> str:
    """A Spanish word without accents, its stressed syllable marked by an apostrophe before it."""
    spoken = _SILENT_U.sub("-", word)
    nuclei = [match.start() for match in _NUCLEI.finditer(spoken)]
    if not nuclei:
        return word
    accent = re.search("[áéíóú]", spoken)
    if accent:
        at = max((start for start in nuclei if start <= accent.start()), default=0)
    else:
        at = nuclei[-2] if len(nuclei) > 1 and spoken[-1] in "aeiouns" else nuclei[-1]
    plain = _bare(word, _APART["es"])
    return f"{plain[:at]}'{plain[at:]}"
