"""Integers in words, through num2words, num2words2, indic-numtowords or our own ways."""

import importlib
import re
from collections.abc import Iterator
from functools import lru_cache

from scorers.asr.text.cjk import chinese, korean_native
from scorers.asr.text.clean import clean, fold
from scorers.asr.text.lattice import Forms, Reading
from scorers.asr.text.rules import alike, lettered, number_alike, parse, rules_of
from scorers.asr.text.vietnamese import vietnamese

_LARGEST = 10**18


def inflected(text: str, tag: str) -> Reading:
    """Number words with the forms that a numeral stands for."""
    words = [fold(word, tag) for word in re.split(r"[\s\-,]+", lettered(clean(text), tag)) if word]
    return tuple(_alike(word, tag) for word in words)


def _alike(word: str, tag: str) -> Forms:
    found = number_alike(tag).get(word)
    if found:
        return found
    others = [
        word[: len(word) - len(ending)] + other
        for ending, ways in rules_of(tag).number_endings.items()
        if word.endswith(ending)
        for other in ways.split("|")
    ]
    return (word, *others)


@lru_cache(maxsize=16_384)
def cardinals(number: int, tag: str) -> tuple[Reading, ...]:
    """Ways to say an integer as a count, the usual first; none where nothing knows them."""
    if number >= _LARGEST:
        return ()
    texts = _texts(number, *rules_of(tag).numbers.partition(":")[::2])
    lead = rules_of(tag).silent_lead
    if lead:
        texts += [text.removeprefix(lead) for text in texts]
    readings = [inflected(text, tag) for text in texts if text]
    return _in_pieces((*readings, *_scaled(number, tag)), tag)


def _texts(number: int, engine: str, code: str) -> list[str]:
    """An integer in words by its library, none where that fails: libraries have their limits."""
    if engine == "cjk":
        return [" ".join(text) for text in chinese(number, code)]
    if engine == "vietnamese":
        return vietnamese(number)
    if engine == "indic" and number < _MOST_INDIC:
        from indic_numtowords import num2words as indic

        return list(indic(number, lang=code, variations=True))
    if engine == "num2words":
        said = _num2words(number, code, "cardinal")
        if code == "ar":
            return [way for text in said for way in _arabic(text)]
        return [*said, *korean_native(number)] if code == "ko" else said
    return []


def _arabic(said: str) -> list[str]:
    """num2words' Arabic mended: duals that nothing follows, hundreds apart, the accusative."""
    apart = re.sub(r"(\w)(مائة)", r"\1 \2", said)
    dual = re.sub(r"\b(مئت|ألف|مليون|مليار)ا$", r"\1ان", apart)
    return [dual, re.sub(r"(عشر|ون) (ألف|مليون)\b", r"\1 \2ا", dual)]


_MOST_INDIC = 10**9  # it knows crores, and raises beyond their hundreds


def _scaled(number: int, tag: str) -> Iterator[Reading]:
    """A large integer by its scales: so many crores and the rest, so many arabs and the rest."""
    scales = {10 ** int(power): parse(name) for power, name in rules_of(tag).scales.items()}
    fitting = sorted((size for size in scales if size <= number), reverse=True)
    if number < _MOST_INDIC or not fitting:
        return
    for size in dict.fromkeys((fitting[0], fitting[-1])):
        high, low = divmod(number, size)
        ends = cardinals(low, tag)[:1] if low else ((),)
        yield from (
            start + scales[size] + end for start in cardinals(high, tag)[:1] for end in ends
        )


_THOUSAND = 3  # its "one" is said inside a number: 901 000 is not 900 000


def _in_pieces(readings: tuple[Reading, ...], tag: str) -> tuple[Reading, ...]:
    """Readings, and the same with words written together taken apart, and with a word between."""
    rules = rules_of(tag)
    found = list(readings)
    if rules.number_split:
        leads = _alike(rules.silent_lead, tag)
        large = (name for power, name in rules.magnitudes.items() if int(power) > _THOUSAND)
        after = {rules.hundreds, *(name.split("|")[0] for name in large)}
        for reading in readings:
            words = [word for one in reading for word in _split(one[0], rules.number_split)]
            pieces = [_alike(word, tag) for word in words]
            for at, word in enumerate(words[:-1]):
                if word in leads and (not at or words[at + 1] in after):
                    pieces[at] += ("",)
            found.append(tuple(pieces))
    if rules.tie:
        longer = [reading for reading in found if len(reading) > 1]
        found += [(*reading[:-1], (rules.tie,), reading[-1]) for reading in longer]
    return tuple(dict.fromkeys(found))


def _split(word: str, pieces: str) -> list[str]:
    return [piece for piece in re.split(f"({pieces})", word) if piece]


@lru_cache(maxsize=16_384)
def years(number: int, tag: str) -> tuple[Reading, ...]:
    """Ways to say an integer as a year."""
    engine, _, code = rules_of(tag).numbers.partition(":")
    if engine != "num2words" or not 1000 <= number < 2100 or code in _NO_YEARS:
        return ()
    return tuple(dict.fromkeys(inflected(text, tag) for text in _num2words(number, code, "year")))


@lru_cache(maxsize=16_384)
def ordinals(number: int, tag: str) -> tuple[Reading, ...]:
    """Ways to say an integer as a rank, in all inflections."""
    engine, _, code = rules_of(tag).numbers.partition(":")
    if engine != "num2words" or number >= _LARGEST:
        return ()
    own = rules_of(tag).ranks.get(str(number), ())
    readings = [inflected(text, tag) for text in own] + [
        inflected(text, tag) for text in _num2words(number, code, "ordinal")
    ]
    return tuple(
        dict.fromkeys(tuple(_declined(forms, tag) for forms in reading) for reading in readings)
    )


_NO_YEARS = {"ja", "ko", "bn", "vi"}


_LIBRARIES = ("num2words", "num2words2")


def _num2words(number: int, code: str, to: str) -> list[str]:
    """What the libraries say; one is wrong or silent where the other is not."""
    return list(dict.fromkeys(filter(None, (_said(name, number, code, to) for name in _LIBRARIES))))


def _said(library: str, number: int, code: str, to: str) -> str:
    convert = importlib.import_module(library).num2words
    try:
        return str(convert(number, lang=code, to=to))
    except Exception:
        # No such reading, or a fault of the language's module: whichever, a label must not fail
        return ""


def _declined(forms: Forms, tag: str) -> Forms:
    if len(forms) > 1 and forms[0] in alike(tag):
        return forms
    for ending, others in rules_of(tag).endings.items():
        if forms[0].endswith(ending):
            stem = forms[0][: len(forms[0]) - len(ending)]
            return (*forms, *(stem + other for other in others.split("|")))
    return forms
