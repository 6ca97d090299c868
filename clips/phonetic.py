"""Phonetic transcriptions where text is wanted: IPA, ARPAbet, phone lists, numbered Pinyin."""

import re

# Letters of IPA that no orthography in wide use has: Ewe, Azeri, Icelandic and others write
# some of the rest (\u0259, \u025b, \u0254, \u014b, \u00f0, \u00e6), so these alone are no proof.
_IPA = frozenset("ˈˌːˑɪʊɹɾʁʃʒɑɒʌɜɝɚɐɫɡɲʎʲʰʔɯɤɘɵɞɶʏʉɨɻɭʈɕʑɸʍɥɰ\u0361\u0329\u032f\u031a")
_IPA_MORE = frozenset("əɛɔŋðθæøœçβɣ")
_MARKS = frozenset("ˈˌː")
_ARPABET = frozenset(
    {
        *("AA", "AE", "AH", "AO", "AW", "AX", "AXR", "AY", "B", "CH", "D", "DH", "DX", "EH", "EL"),
        *("EM", "EN", "ER", "EY", "F", "G", "HH", "IH", "IX", "IY", "JH", "K", "L", "M", "N", "NG"),
        *("NX", "OW", "OY", "P", "Q", "R", "S", "SH", "T", "TH", "UH", "UW", "UX", "V", "W", "WH"),
        *("Y", "Z", "ZH", "SIL", "SP", "SPN"),
    }
)
_PHONES = frozenset({"cl", "pau", "sil", "spn", "N", "ch", "sh", "ts", "ky", "ry", "ny", "hy"})
_PINYIN = re.compile(r"(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?[aeiouüv][a-zü]{0,4}[1-5]")
_LEAST = 3  # tokens below which a list of phones is not told from words


def notation(text: str) -> str:
    """The phonetic notation that a label is written in, ``""`` for plain text.

    Example:
        >>> notation("həlˈoʊ ðˈɛɹ ."), notation("HH AH0 L OW1"), notation("Hello there.")
        ('IPA', 'ARPAbet', '')
    """
    tokens = [token for token in re.split(r"[\s{}\[\]/|,.!?_-]+", text) if token]
    if not tokens:
        return ""
    for name, test in (("IPA", _is_ipa), ("ARPAbet", _is_arpabet), ("Pinyin", _is_pinyin)):
        if test(tokens):
            return name
    return "phones" if _is_phones(tokens) else ""


def _is_ipa(tokens: list[str]) -> bool:
    """IPA in at least a third of the words: marks of stress or length, or letters of many kinds."""
    marked = [token for token in tokens if not _IPA.isdisjoint(token)]
    own, all_kinds = (set("".join(marked)) & kinds for kinds in (_IPA, _IPA | _IPA_MORE))
    many = len(own) >= 2 and (len(all_kinds) >= 3 or not own.isdisjoint(_MARKS))
    return 3 * len(marked) >= len(tokens) and many


def _is_arpabet(tokens: list[str]) -> bool:
    """Phones, one of them with a stress digit at least: letters alone can be spelt out."""
    phones = [token for token in tokens if token.rstrip("012") in _ARPABET]
    stressed = any(token[-1] in "012" for token in phones)
    return len(tokens) >= _LEAST and 5 * len(phones) >= 4 * len(tokens) and stressed


def _is_pinyin(tokens: list[str]) -> bool:
    syllables = sum(_PINYIN.fullmatch(token.lower()) is not None for token in tokens)
    return len(tokens) >= _LEAST and 5 * syllables >= 4 * len(tokens)


def _is_phones(tokens: list[str]) -> bool:
    """Single letters for the most part, and among them phones that are no letters."""
    single = sum(len(token) == 1 and token.islower() for token in tokens)
    most = 2 * single > len(tokens) >= 2 * _LEAST
    return most and all(len(token) < 4 for token in tokens) and not _PHONES.isdisjoint(tokens)
