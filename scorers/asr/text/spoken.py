"""Integers in words, through num2words, indic-numtowords or the Chinese system."""

import re
from functools import lru_cache

from scorers.asr.text.cjk import chinese, korean_native
from scorers.asr.text.clean import clean, fold
from scorers.asr.text.lattice import Forms, Reading
from scorers.asr.text.rules import alike, lettered, number_alike, rules_of

_LARGEST = 10**15


def inflected(text: str, tag: str) -> Reading:
    """Number words with the forms that a numeral stands for."""
    forms = number_alike(tag)
    words = [fold(word, tag) for word in re.split(r"[\s\-,]+", lettered(clean(text), tag)) if word]
    return tuple(forms.get(word, (word,)) for word in words)


@lru_cache(maxsize=16_384)
def cardinals(number: int, tag: str) -> tuple[Reading, ...]:
    """Ways to say an integer as a count, the usual first; none where nothing knows them."""
    if number >= _LARGEST:
        return ()
    engine, _, code = rules_of(tag).numbers.partition(":")
    if engine == "cjk":
        texts = [" ".join(text) for text in chinese(number, code)]
    elif engine == "indic":
        from indic_numtowords import num2words as indic

        texts = list(indic(number, lang=code, variations=True))
    elif engine == "num2words":
        texts = [_num2words(number, code, "cardinal")]
        if code == "ko":
            texts += korean_native(number)
    else:
        return ()
    lead = rules_of(tag).silent_lead
    if lead:
        texts += [text.removeprefix(lead) for text in texts]
    return tuple(dict.fromkeys(inflected(text, tag) for text in texts if text))


@lru_cache(maxsize=16_384)
def years(number: int, tag: str) -> tuple[Reading, ...]:
    """Ways to say an integer as a year."""
    engine, _, code = rules_of(tag).numbers.partition(":")
    if engine != "num2words" or not 1000 <= number < 2100 or code in _NO_YEARS:
        return ()
    text = _num2words(number, code, "year")
    return (inflected(text, tag),) if text else ()


@lru_cache(maxsize=16_384)
def ordinals(number: int, tag: str) -> tuple[Reading, ...]:
    """Ways to say an integer as a rank, in all inflections."""
    engine, _, code = rules_of(tag).numbers.partition(":")
    if engine != "num2words" or number >= _LARGEST:
        return ()
    text = _num2words(number, code, "ordinal")
    if not text:
        return ()
    reading = inflected(text, tag)
    return (tuple(_declined(forms, tag) for forms in reading),)


_NO_YEARS = {"ja", "ko", "bn", "vi"}


def _num2words(number: int, code: str, to: str) -> str:
    from num2words import num2words

    try:
        return str(num2words(number, lang=code, to=to))
    except (NotImplementedError, AttributeError, OverflowError, KeyError, IndexError, TypeError):
        return ""  # num2words has no such reading in this language


def _declined(forms: Forms, tag: str) -> Forms:
    if len(forms) > 1 and forms[0] in alike(tag):
        return forms
    for ending, others in rules_of(tag).endings.items():
        if forms[0].endswith(ending):
            stem = forms[0][: len(forms[0]) - len(ending)]
            return (*forms, *(stem + other for other in others.split("|")))
    return forms
