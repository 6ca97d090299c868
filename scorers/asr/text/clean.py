"""Unicode put in one shape before anything else looks at a text.

NFKC is not used whole: it would split Thai and Lao vowel signs and turn superscripts into digits.
The text is brought to NFC, and only letters that are the same letter in another shape (fullwidth
and halfwidth forms, ligatures, Arabic presentation forms) are replaced by their compatible form.
Combining marks stay: in Hindi, Thai, Arabic, Hebrew or Vietnamese they are letters of the word.
"""

import re
import unicodedata

_SHAPES = re.compile(
    "[\u013f\u0140\u0149\u01c4-\u01cc\uff00-\uffef\ufb00-\ufb4f\ufb50-\ufdff\ufe70-\ufeff"
    "\u3300-\u33ff\u2100-\u210f]+"
)
_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼʻ`´′ꞌ＇"), "'")
_QUOTES = dict.fromkeys(map(ord, '"“”„‟«»‹›‚＂'))
# the long one joins, as the short one may, and is never a minus: dialogues begin with it
_DASHES = dict.fromkeys(map(ord, "‐‑‒−﹣－"), "-") | dict.fromkeys(map(ord, "―⸺"), "—")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2007\u2009\u200a\u3000"), " ")
_DOTLESS = frozenset({"tr", "az"})  # whose capital i has a dot
_SENTENCE_START = re.compile(r"(^|(?<=[.!?]\s))\W*\w")
_LEFT_BLANK = re.compile(r" (?=[,.](\s|$))")
_PLUS_MINUS = re.compile(r"\+ ?/ ?-")
_NUMBER_MARKS = {0x66B: ".", 0x66C: ","}  # of Arabic numerals
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u0640\ud800-\udfff]"
)
_SARA_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_EYELASH = re.compile("र\u094d\u200d(?=[यह])")
_TABLE = _NUMBER_MARKS | _APOSTROPHES | _DASHES | _SPACES


def clean(text: str) -> str:
    """One Unicode shape, plain apostrophes, ASCII digits, no invisible characters.

    >>> clean("Ｄｏｎ’ｔ ‐ ١٢")
    "Don't - 12"
    """
    shaped = _SHAPES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    plain = _INVISIBLE.sub("", _EYELASH.sub("ऱ\u094d", shaped)).translate(_TABLE)
    plain = _PLUS_MINUS.sub("±", plain)
    composed = unicodedata.normalize("NFC", _SARA_AM.sub("\\1\u0e33", plain))
    if composed.isascii():
        return composed
    return "".join(map(_digit, composed))


def as_dictated(text: str, tag: str) -> str:
    """A text in the signs of a recogniser, for what it would say of its words.

    Nobody says a quotation mark, and one from typography is so unlikely to a recogniser that the
    word behind it seems not to be there; so does one in capitals, in a sentence of them.

    Args:
        text: as written.
        tag: its primary language tag.

    Example:
        >>> as_dictated("“DON’T GO!” HE SAID. WHY?", "en"), as_dictated("« Oui », dit NASA.", "fr")
        ("Don't go! He said. Why?", 'Oui, dit NASA.')
        >>> as_dictated("ŞIMDI İÇ.", "tr")
        'Şımdı iç.'
    """
    plain = " ".join(text.translate(_QUOTES | _APOSTROPHES).split())
    plain = _LEFT_BLANK.sub("", plain)
    if not plain.isupper() or " " not in plain:
        return plain
    return _SENTENCE_START.sub(lambda start: start[0].upper(), _small_i(plain, tag).lower())


def _small_i(text: str, tag: str) -> str:
    """The small letter of each capital i, where Unicode's is that of other languages."""
    return text.replace("I", "ı").replace("İ", "i") if tag in _DOTLESS else text


def _digit(char: str) -> str:
    value = unicodedata.decimal(char, None) if char > "\x7f" else None
    return char if value is None else str(value)


def fold(word: str, tag: str) -> str:
    """Lower case for comparison, in the way of the language.

    >>> fold("IŞIK", "tr"), fold("Straße", "de")
    ('ışık', 'strasse')
    """
    word = _small_i(word, tag)
    if tag in _SILENT_APOSTROPHE:
        word = word.replace("'", "")
    return unicodedata.normalize("NFC", word.casefold().replace("i\u0307", "i"))


def dotted(word: str) -> list[str]:
    """A Turkish word with a capital I that people also write for the letter with the dot.

    >>> dotted("Instagram"), dotted("ISIRGAN")[:2]
    (['ınstagram', 'instagram'], ['ısırgan', 'ısirgan'])
    """
    if word.count("I") > _MOST_CAPITALS:
        return [fold(word, "tr"), fold(word.replace("I", "i"), "tr")]
    first, *rest = word.split("I")
    forms = [first]
    for part in rest:
        forms = [form + letter + part for form in forms for letter in "ıi"]
    return [fold(form, "tr") for form in forms]


_MOST_CAPITALS = 4
_SILENT_APOSTROPHE = frozenset({"tr", "uk", "he", "fi", "de"})
_TONES = str.maketrans("àáảãạèéẻẽẹỳýỷỹỵ", "aaaaaeeeeeyyyyy")
_TONE_MARKS = "\u0300\u0301\u0309\u0303\u0323"
_LAST_TONE = re.compile("([oOuU])([àáảãạèéẻẽẹỳýỷỹỵ])(?!\\w)")


def tones_first(text: str) -> str:
    """Vietnamese tone marks on the first of two final vowels, where both places are in use.

    >>> tones_first("hoà thuỷ hoàn")
    'hòa thủy hoàn'
    """
    return _LAST_TONE.sub(_moved, text)


def _moved(match: re.Match[str]) -> str:
    mark = _TONE_MARKS["àáảãạèéẻẽẹỳýỷỹỵ".index(match[2]) % 5]
    return unicodedata.normalize("NFC", match[1] + mark) + match[2].translate(_TONES)
