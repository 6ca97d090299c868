"""The languages that labels may be in: names, scripts and which error rate is theirs.

The primary rate follows the field: characters where words are not separated by spaces (Chinese,
Japanese, Thai, Lao, Khmer, Burmese) and in Korean, whose spacing is free; words elsewhere.
`known` says that the text normaliser has rules for the language. A language without rules is
refused by the scorers that compare text, never guessed at.
"""

from dataclasses import dataclass
from typing import Literal

Rate = Literal["wer", "cer"]


@dataclass(frozen=True, slots=True)
class Language:
    """What is known of one language.

    Args:
        tag: BCP 47 primary language subtag.
        name: English name.
        rate: which error rate judges a label, words or characters.
        unspaced: its words are not separated by spaces.
        scripts: ISO 15924 codes of the scripts it is written in, the usual one first.
        known: the text normaliser has rules for it.
    """

    tag: str
    name: str
    rate: Rate
    unspaced: bool
    scripts: tuple[str, ...]
    known: bool


# tag, name, scripts; one language a line
_KNOWN = """
ar Arabic Arab
bg Bulgarian Cyrl
bn Bengali Beng
ca Catalan Latn
cs Czech Latn
cy Welsh Latn
da Danish Latn
de German Latn
el Greek Grek
en English Latn
es Spanish Latn
et Estonian Latn
eu Basque Latn
fa Persian Arab
fi Finnish Latn
fr French Latn
gl Galician Latn
gu Gujarati Gujr
he Hebrew Hebr
hi Hindi Deva
hr Croatian Latn
hu Hungarian Latn
id Indonesian Latn
is Icelandic Latn
it Italian Latn
ja Japanese Jpan,Hira,Kana,Hani
ka Georgian Geor
kn Kannada Knda
ko Korean Kore,Hang
lt Lithuanian Latn
lv Latvian Latn
ml Malayalam Mlym
mr Marathi Deva
ms Malay Latn
nl Dutch Latn
no Norwegian Latn
nb Norwegian Latn
nn Norwegian Latn
pa Punjabi Guru
pl Polish Latn
pt Portuguese Latn
ro Romanian Latn
ru Russian Cyrl
sk Slovak Latn
sl Slovenian Latn
sr Serbian Cyrl,Latn
sv Swedish Latn
ta Tamil Taml
te Telugu Telu
th Thai Thai
tl Tagalog Latn
tr Turkish Latn
uk Ukrainian Cyrl
ur Urdu Arab
vi Vietnamese Latn
zh Chinese Hans,Hant,Hani
"""
_NAMED_ONLY = """
af Afrikaans Latn
am Amharic Ethi
as Assamese Beng
az Azerbaijani Latn
ba Bashkir Cyrl
be Belarusian Cyrl
bo Tibetan Tibt
br Breton Latn
bs Bosnian Latn
fo Faroese Latn
ga Irish Latn
ha Hausa Latn
haw Hawaiian Latn
ht Haitian Latn
hy Armenian Armn
jv Javanese Latn
kk Kazakh Cyrl
km Khmer Khmr
la Latin Latn
lb Luxembourgish Latn
ln Lingala Latn
lo Lao Laoo
mg Malagasy Latn
mi Maori Latn
mk Macedonian Cyrl
mn Mongolian Cyrl
mt Maltese Latn
my Burmese Mymr
ne Nepali Deva
oc Occitan Latn
ps Pashto Arab
sa Sanskrit Deva
sd Sindhi Arab
si Sinhala Sinh
sn Shona Latn
so Somali Latn
sq Albanian Latn
su Sundanese Latn
sw Swahili Latn
tg Tajik Cyrl
tk Turkmen Latn
tt Tatar Cyrl
uz Uzbek Latn
yi Yiddish Hebr
yo Yoruba Latn
yue Cantonese Hant,Hani
"""
_UNSPACED = frozenset({"zh", "yue", "ja", "th", "lo", "km", "my", "bo"})
_BY_CHARACTER = _UNSPACED | {"ko"}


def _parse(table: str, known: bool) -> dict[str, Language]:
    rows = (line.split() for line in table.strip().splitlines())
    return {
        tag: Language(
            tag=tag,
            name=name,
            rate="cer" if tag in _BY_CHARACTER else "wer",
            unspaced=tag in _UNSPACED,
            scripts=tuple(scripts.split(",")),
            known=known,
        )
        for tag, name, scripts in rows
    }


LANGUAGES: dict[str, Language] = _parse(_KNOWN, known=True) | _parse(_NAMED_ONLY, known=False)


def primary_tag(tag: str) -> str:
    """The primary language subtag.

    >>> primary_tag("pt-BR"), primary_tag("ZH_Hant_TW")
    ('pt', 'zh')
    """
    return tag.strip().replace("_", "-").split("-", 1)[0].lower()


def find_language(tag: str) -> Language | None:
    """The language of a BCP 47 tag, None where the table does not have it.

    >>> find_language("en-GB").name
    'English'
    >>> find_language("tlh") is None
    True
    """
    return LANGUAGES.get(primary_tag(tag))
