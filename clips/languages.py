"""The languages that labels may be in: names, scripts and which error rate is theirs.

The primary rate follows the field: characters where words are not separated by spaces (Chinese,
Japanese, Thai, Lao, Khmer, Burmese) and in Korean, whose spacing is free; words elsewhere.
`known` says that the text normaliser has rules for the language. A language without rules is
refused by the scorers that compare text, never guessed at.

Everything that has to do with a language by its tag asks this table: which tags are one language,
whose rules the normaliser takes, and what Whisper calls it.
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
        other_tags: what else it is called: withdrawn tags, ISO 639-2 and 639-3 codes.
        heard_as: what Whisper calls it, the nearest first; a model knows some of them.
        rules: tag of the language whose rules of the normaliser it shares.
    """

    tag: str
    name: str
    rate: Rate
    unspaced: bool
    scripts: tuple[str, ...]
    known: bool
    other_tags: tuple[str, ...]
    heard_as: tuple[str, ...]
    rules: str


# tag, name, scripts, other tags; one language a line
_KNOWN = """
ar Arabic Arab ara,arb,arz,ary,apc,ajp,acm,afb,ars,aeb,arq
bg Bulgarian Cyrl bul
bn Bengali Beng ben
ca Catalan Latn cat
cs Czech Latn ces,cze
cy Welsh Latn cym,wel
da Danish Latn dan
de German Latn deu,ger
el Greek Grek ell,gre
en English Latn eng
es Spanish Latn spa
et Estonian Latn est,ekk
eu Basque Latn eus,baq
fa Persian Arab fas,per,pes,prs
fi Finnish Latn fin
fr French Latn fra,fre
gl Galician Latn glg
gu Gujarati Gujr guj
he Hebrew Hebr iw,heb
hi Hindi Deva hin
hr Croatian Latn hrv,scr
hu Hungarian Latn hun
id Indonesian Latn in,ind
is Icelandic Latn isl,ice
it Italian Latn ita
ja Japanese Jpan,Hira,Kana,Hani jpn
ka Georgian Geor kat,geo
kn Kannada Knda kan
ko Korean Kore,Hang kor
lt Lithuanian Latn lit
lv Latvian Latn lav,lvs
ml Malayalam Mlym mal
mr Marathi Deva mar
ms Malay Latn msa,may,zsm,zlm
nl Dutch Latn nld,dut
no Norwegian Latn nb,nor,nob
nn Nynorsk Latn nno
pa Punjabi Guru pan
pl Polish Latn pol
pt Portuguese Latn por
ro Romanian Latn mo,ron,rum,mol
ru Russian Cyrl rus
sk Slovak Latn slk,slo
sl Slovenian Latn slv
sr Serbian Cyrl,Latn sh,srp,scc,hbs,cnr
sv Swedish Latn swe
ta Tamil Taml tam
te Telugu Telu tel
th Thai Thai tha
tl Tagalog Latn fil,tgl
tr Turkish Latn tur
uk Ukrainian Cyrl ukr
ur Urdu Arab urd
vi Vietnamese Latn vie
yue Cantonese Hant,Hani
zh Chinese Hans,Hant,Hani cmn,zho,chi
"""
_NAMED_ONLY = """
af Afrikaans Latn afr
am Amharic Ethi amh
as Assamese Beng asm
az Azerbaijani Latn aze,azj
ba Bashkir Cyrl bak
be Belarusian Cyrl bel
bo Tibetan Tibt bod,tib
br Breton Latn bre
bs Bosnian Latn bos
fo Faroese Latn fao
ga Irish Latn gle
ha Hausa Latn hau
haw Hawaiian Latn
ht Haitian Latn hat
hy Armenian Armn hye,arm
jv Javanese Latn jw,jav
kk Kazakh Cyrl kaz
km Khmer Khmr khm
la Latin Latn lat
lb Luxembourgish Latn ltz
ln Lingala Latn lin
lo Lao Laoo lao
mg Malagasy Latn mlg,plt
mi Maori Latn mri,mao
mk Macedonian Cyrl mkd,mac
mn Mongolian Cyrl mon,khk
mt Maltese Latn mlt
my Burmese Mymr mya,bur
ne Nepali Deva nep,npi
oc Occitan Latn oci
ps Pashto Arab pus
sa Sanskrit Deva san
sd Sindhi Arab snd
si Sinhala Sinh sin
sn Shona Latn sna
so Somali Latn som
sq Albanian Latn sqi,alb,als
su Sundanese Latn sun
sw Swahili Latn swa,swh
tg Tajik Cyrl tgk
tk Turkmen Latn tuk
tt Tatar Cyrl tat
uz Uzbek Latn uzb,uzn
yi Yiddish Hebr ji,yid,ydd
yo Yoruba Latn yor
"""
_UNSPACED = frozenset({"zh", "yue", "ja", "th", "lo", "km", "my", "bo"})
_BY_CHARACTER = _UNSPACED | {"ko"}
# Where Whisper's code is another one, and what its models without that code were taught it as.
_HEARD_AS = {"jv": ("jw", "jv"), "nn": ("nn", "no"), "yue": ("yue", "zh")}
_SHARED_RULES = {"nn": "no", "yue": "zh"}


def _parse(table: str, known: bool) -> dict[str, Language]:
    rows = ((*line.split(), "")[:4] for line in table.strip().splitlines())
    return {
        tag: Language(
            tag=tag,
            name=name,
            rate="cer" if tag in _BY_CHARACTER else "wer",
            unspaced=tag in _UNSPACED,
            scripts=tuple(scripts.split(",")),
            known=known,
            other_tags=tuple(others.split(",")) if others else (),
            heard_as=_HEARD_AS.get(tag, (tag,)),
            rules=_SHARED_RULES.get(tag, tag),
        )
        for tag, name, scripts, others in rows
    }


LANGUAGES: dict[str, Language] = _parse(_KNOWN, known=True) | _parse(_NAMED_ONLY, known=False)
_OTHER_TAGS = {other: tag for tag, language in LANGUAGES.items() for other in language.other_tags}


def primary_tag(tag: str) -> str:
    """The primary language subtag, the table's where the language goes by several.

    >>> primary_tag("pt-BR"), primary_tag("ZH_Hant_TW"), primary_tag("fil"), primary_tag("zh-yue")
    ('pt', 'zh', 'tl', 'yue')
    """
    first, *others = tag.strip().replace("_", "-").lower().split("-")
    if others and first in LANGUAGES and others[0] in _EXTENDED:
        first = others[0]
    return _OTHER_TAGS.get(first, first)


# Extended subtags: what follows the language it was once filed under.
_EXTENDED = frozenset({"cmn", "yue", "arb", "arz", "zsm"})


def find_language(tag: str) -> Language | None:
    """The language of a BCP 47 tag, an ISO 639 code or a code of Whisper's; ``None`` for others.

    >>> find_language("en-GB").name, find_language("jw").name
    ('English', 'Javanese')
    >>> find_language("tlh") is None
    True
    """
    return LANGUAGES.get(primary_tag(tag))
