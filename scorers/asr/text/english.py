"""British and American spellings of English brought to one key.

Rules where spelling is regular, stems where it is not. A rule must never bring two different words
together ("four" and "for", "filled" and "filed"), so each is bound to long words or named stems.
"""

import re
import unicodedata
from functools import lru_cache


def _words(text: str) -> list[str]:
    return text.split()


_OUR = _words(
    """
    arbour ardour armour behaviour candour clamour colour demeanour dolour enamour endeavour
    favour fervour flavour glamour harbour honour humour labour misdemeanour neighbour odour
    parlour rancour rigour rumour saviour savour splendour succour tumour valour vapour
    vigour
    """
)
_RE = _words(
    """
    calibre centre fibre goitre kilometre centimetre millimetre metre litre millilitre
    lustre louvre manoeuvre meagre mitre nitre ochre reconnoitre sabre saltpetre sceptre
    sepulchre sombre spectre theatre amphitheatre titre
    """
)
_PLAIN = {
    "grey": "gray", "greys": "grays", "greyer": "grayer", "greyish": "grayish",
    "tyre": "tire", "tyres": "tires", "programme": "program", "programmes": "programs",
    "cheque": "check", "cheques": "checks", "kerb": "curb", "kerbs": "curbs",
    "plough": "plow", "ploughs": "plows", "ploughed": "plowed", "ploughing": "plowing",
    "pyjamas": "pajamas", "sceptic": "skeptic", "sceptics": "skeptics", "sceptical": "skeptical",
    "scepticism": "skepticism", "defence": "defense", "defences": "defenses",
    "offence": "offense", "offences": "offenses", "pretence": "pretense",
    "licence": "license", "licences": "licenses", "practise": "practice",
    "practised": "practiced", "practises": "practices", "practising": "practicing",
    "mould": "mold", "moulds": "molds", "moulded": "molded", "mouldy": "moldy",
    "smoulder": "smolder", "moustache": "mustache", "cosy": "cozy", "axe": "ax",
    "sulphur": "sulfur", "jewellery": "jewelry", "judgement": "judgment",
    "judgements": "judgments", "acknowledgement": "acknowledgment", "ageing": "aging",
    "artefact": "artifact", "artefacts": "artifacts", "cancelation": "cancellation",
    "enrol": "enroll", "enrols": "enrolls", "enrolment": "enrollment", "fulfil": "fulfill",
    "fulfils": "fulfills", "fulfilment": "fulfillment", "instalment": "installment",
    "instalments": "installments", "skilful": "skillful", "skilfully": "skillfully",
    "wilful": "willful", "wilfully": "willfully", "woollen": "woolen", "distil": "distill",
    "instil": "instill", "appal": "appall", "draught": "draft", "draughts": "drafts",
    "gaol": "jail", "storeys": "stories", "storey": "story", "marvellous": "marvelous",
    "catalogue": "catalog", "catalogues": "catalogs", "dialogue": "dialog",
    "dialogues": "dialogs", "analogue": "analog", "analogues": "analogs",
    "monologue": "monolog", "prologue": "prolog", "travelogue": "travelog",
    "encyclopaedia": "encyclopedia", "mediaeval": "medieval", "foetus": "fetus",
    "foetal": "fetal", "aeroplane": "airplane", "aeroplanes": "airplanes",
    "manoeuvre": "maneuver", "manoeuvres": "maneuvers", "manoeuvred": "maneuvered",
    "manoeuvring": "maneuvering", "diarrhoea": "diarrhea", "omelette": "omelet",
    "sizeable": "sizable", "likeable": "likable", "chilli": "chili", "yoghurt": "yogurt",
    "whisky": "whiskey", "doughnut": "donut", "doughnuts": "donuts", "carburettor": "carburetor",
    "aluminium": "aluminum", "speciality": "specialty", "tonne": "ton", "tonnes": "tons",
}  # fmt: skip
_GREEK = re.compile(
    "^(an|arch|gyn|h|p|orthop|leuk)(ae)(?=sthe|olog|col|mo|mi|mat|di|leo)|"
    "^(|am)(oe)(?=stro|soph|dema|ba)"
)
_YSE = re.compile("^(anal|paral|catal|electrol|hydrol|dial)ys(e|ed|es|ing|er|ers)$")
_ISE = re.compile("is(e|ed|es|er|ers|ing|ings|ation|ations|ational|able)$")
_NEVER_IZE = re.compile(
    "^(un|re|dis|mis|ap|out|coun?ter)?(aris|sunris|moonris|upris|compris|enterpris|surpris|pris|"
    "prais|rais|bruis|cruis|nois|pois|advis|revis|supervis|televis|improvis|devis|provis|envis|"
    "exercis|excis|incis|circumcis|precis|concis|promis|compromis|premis|demis|surmis|"
    "merchandis|paradis|franchis|guis|treatis|likewis|otherwis|clockwis|expertis|chemis|"
    "tortois|porpois|turquois|liais|malais)"
)
_DOUBLE_L = re.compile(
    "^(?!re|un|mis|over|out|down)(.*[aeiouy][^aeiouy]+[aeiou]+)"
    "ll(ed|ing|er|ers|or|ors|ings|ist|ists)$"
)


def _inflections() -> dict[str, str]:
    table = dict(_PLAIN)
    for word in _OUR:
        stem = word[:-3]
        for ending in (
            "", "s", "ed", "ing", "ful", "fully", "able", "ably", "less", "al", "hood", "hoods",
            "ly", "y", "er", "ers", "ite", "ites", "ist", "ists", "ings", "ism", "some", "eer",
        ):  # fmt: skip
            table[f"{stem}our{ending}"] = f"{stem}or{ending}"
    for word in _RE:
        stem = word[:-2]
        table.setdefault(word, stem + "er")
        table.setdefault(word + "s", stem + "ers")
        table.setdefault(word + "d", stem + "ered")
    return table


_TABLE = _inflections()


@lru_cache(maxsize=65_536)
def spelling(word: str) -> str:
    """The key of an English word; accents do not count.

    >>> spelling("colours"), spelling("mobilisation"), spelling("four"), spelling("travelled")
    ('colors', 'mobilization', 'four', 'traveled')
    """
    if not word.isascii():
        bare = unicodedata.normalize("NFD", word)
        word = "".join(c for c in bare if not "\u0300" <= c <= "\u036f")
        word = word.replace("æ", "ae").replace("œ", "oe")
    found = _TABLE.get(word)
    if found:
        return found
    word = _GREEK.sub(lambda m: (m[1] or m[3] or "") + "e", word)
    word = _YSE.sub(r"\1yz\2", word)
    if len(word) > 6 and not _NEVER_IZE.match(word):
        word = _ISE.sub(r"iz\1", word)
    return _DOUBLE_L.sub(r"\1l\2", word)


_SHORT = {
    "n't": ("not",), "'ll": ("will", "shall"), "'re": ("are",), "'ve": ("have",), "'m": ("am",),
    "'d": ("would", "had", "did"), "'s": ("is", "has"),
}  # fmt: skip
_SUFFIX = re.compile("^(.+)(n't|'ll|'re|'ve|'m|'d|'s)$")
_BEFORE_IS = frozenset(
    _words(
        """
    it he she that there here what who where when how why this everyone everybody someone
    somebody something everything nothing nobody one so
    """
    )
)
_AFTER_IS = frozenset(
    _words("a an the not been got so very too here there still just always never going gonna my")
)


def short_forms(word: str, after: str) -> tuple[tuple[str, ...], ...]:
    """The readings of a word with an apostrophe, the usual first; empty where it has only one.

    "'s" is "is" or "has" after words that own nothing, or where the next word shows it; it has no
    sound of its own in "John's book".

    >>> short_forms("don't", "go")
    (("don't",), ('do', 'not'), ('dont',))
    >>> short_forms("john's", "book")
    (('johns',),)
    """
    match = _SUFFIX.match(word)
    if not match:
        return ()
    stem, suffix = spelling(match[1]), match[2]
    full = tuple((stem, other) for other in _SHORT[suffix])
    if suffix != "'s":
        return ((word,), *full, *(((stem + "nt",),) if suffix == "n't" else ()))
    own = ((stem + "s",),)
    verb = match[1] in _BEFORE_IS or after in _AFTER_IS or after.endswith("ing")
    return own + full if verb else own
