"""Amounts of money: a sign or code before or after a number, magnitudes, hundredths."""

import re
from functools import lru_cache

from scorers.asr.text.clean import fold
from scorers.asr.text.lattice import Forms, Reading
from scorers.asr.text.numbers import amount, split_number
from scorers.asr.text.places import Found, Place, Readings
from scorers.asr.text.rules import parse, rules_of
from scorers.asr.text.spoken import cardinals, inflected
from scorers.asr.text.units import babel_tag

_LONGEST = 30
_CODES = {
    "USD": "$", "US$": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "RUB": "₽", "KRW": "₩",
    "UAH": "₴", "TRY": "₺", "ILS": "₪", "VND": "₫", "BRL": "r$", "PLN": "zł", "CZK": "kč",
    "CHF": "chf", "SEK": "kr", "NOK": "kr", "DKK": "kr", "CNY": "元", "THB": "฿", "NGN": "₦",
    "PHP": "₱", "CRC": "₡", "PYG": "₲", "KZT": "₸", "AZN": "₼", "GEL": "₾", "AUD": "a$",
    "CAD": "c$", "NZD": "nz$", "HKD": "hk$", "SGD": "s$", "MXN": "mex$", "TWD": "nt$", "ARS": "",
    "COP": "", "CLP": "", "PEN": "", "ZAR": "", "EGP": "", "SAR": "", "AED": "", "HUF": "",
    "RON": "", "BGN": "", "IDR": "", "MYR": "", "PKR": "", "BDT": "", "KES": "", "MAD": "",
    "BTC": "₿", "NIO": "", "PAB": "", "TTD": "", "BOP": "", "GTQ": "", "HNL": "", "UYU": "",
    "DOP": "", "LKR": "", "NPR": "", "TZS": "", "UGX": "", "GHS": "", "ISK": "", "RSD": "",
    "QAR": "", "KWD": "", "IQD": "", "IRR": "", "DZD": "", "TND": "", "LBP": "", "JOD": "",
    "AWG": "",
}  # fmt: skip
_NATIONAL = frozenset({"kr", "r$", "元"})
_SIGNS = {sign: code for code, sign in reversed(_CODES.items()) if sign and sign not in _NATIONAL}


@lru_cache(maxsize=4096)
def currency_names(sign: str, tag: str) -> tuple[Reading, ...]:
    """The names of a currency by its sign or its code: the language's own, then those of CLDR.

    >>> currency_names("EUR", "de")[0]
    (('euro', 'euros'),)
    """
    from babel.numbers import get_currency_name

    rules = rules_of(tag)
    code = sign.upper() if sign.upper() in _CODES else _SIGNS.get(sign, "")
    phrases = rules.currencies.get(sign.lower()) or rules.currencies.get(_CODES.get(code, ""), ())
    names = [parse(phrase) for phrase in phrases]
    if code and code != "US$":
        for count in (5, 1, 2):
            name = get_currency_name(code, count, locale=babel_tag(tag))
            if name != code:
                full = inflected(name.replace(".", ""), tag)
                head = {"first": full[:1], "last": full[-1:]}.get(rules.currency_head, full)
                names += [head, full]
    return tuple(dict.fromkeys(names))


def read_price(place: Place) -> Found:
    """A sign before or after an amount, with a magnitude or with hundredths."""
    found = _price_pattern(place.tag).match(place.text, place.atoms[place.at].start)
    if not found:
        return None
    sign = (found["before"] or found["after"]).lower()
    written, size = found["one"] or found["other"], found["many"] or found["size"]
    written = "0" + written if written[0] in ".," else written
    split = split_number(written, place.tag)
    if split is None or len(written) > _LONGEST:
        return None
    money = currency_names(sign, place.tag)
    many = magnitude_names(size, place.tag) if size else ()
    plain = amount(written, place.tag)
    if many:
        of = parse(place.rules.magnitude_of)
        readings = [(*said, one, *of, *coin) for coin in money for said in plain for one in many]
    else:
        readings = [said + coin for coin in money for said in plain]
    whole, part = split
    if len(whole) > 6 and not int(whole) % 10**6 and not part and not size:
        of = parse(place.rules.magnitude_of)
        readings += [said + of + coin for coin in money for said in plain]
    if part and not size and len(part.rstrip("0")) <= 2:
        readings = _with_cents(whole, part.rstrip("0").ljust(2, "0"), sign, place.tag) + readings
    if not readings:
        return None
    readings[1:1] = _beside(place, found, sign, plain, money)
    return place.slot(place.taken_to(found.end()), tuple(readings))


def _beside(
    place: Place, found: re.Match[str], sign: str, plain: Readings, money: Readings
) -> list[Reading]:
    """What an amount may be besides: a word ("pen 3"), a price whose currency comes in words."""
    if (found["before"] or found["after"]).islower() and sign.upper() in _CODES:
        word: Reading = ((fold(sign, place.tag),),)
        return [word + said if found["before"] else said + word for said in plain]
    size = found["many"] or found["size"]
    after = re.match(r"\s+(\w+)", place.text[found.end() :])
    if not after or fold(after[1], place.tag) not in {form for coin in money for form in coin[0]}:
        return []
    many = magnitude_names(size, place.tag) if size else ()
    return [(*said, one) for said in plain for one in many] or list(plain)


@lru_cache(maxsize=1024)
def magnitude_names(written: str, tag: str) -> tuple[Forms, ...]:
    """The words for a magnitude after a number: "bn", "billion", "Mrd."."""
    rules = rules_of(tag)
    lower = written.lower()
    power = rules.short_magnitudes.get(lower)
    words = [rules.magnitudes[power]] if power else rules.magnitudes.values()
    named = [word.split("|") for word in words if power or lower in word.split("|")]
    return tuple(tuple(dict.fromkeys((*forms, *_plural_forms(forms[0])))) for forms in named)


def _plural_forms(word: str) -> tuple[str, ...]:
    return (word, word[:-1]) if word.endswith("s") else (word, word + "s")


def _with_cents(whole: str, part: str, sign: str, tag: str) -> list[Reading]:
    rules = rules_of(tag)
    coin = currency_names(sign, tag)
    cents = rules.cents.get(sign) or rules.cents.get(_CODES.get(sign.upper(), ""), ())
    cent = [parse(phrase) for phrase in cents]
    high, low = cardinals(int(whole), tag)[:2], cardinals(int(part), tag)[:2]
    join = parse(rules.cents_join)
    found: list[Reading] = []
    for start in high:
        if not int(part):
            found += [start + name for name in coin]
        for end in low if int(part) else ():
            optional = [tuple((*forms, "") for forms in name) for name in cent] or [()]
            found += [start + name + join + end + tail for name in coin for tail in optional]
            found.append(start + end)
    if not int(whole):
        found = [end + name for name in cent for end in low] + found
    return found


@lru_cache(maxsize=128)
def _price_pattern(tag: str) -> re.Pattern[str]:
    rules = rules_of(tag)
    signs = sorted({*rules.currencies, *_SIGNS}, key=len, reverse=True)
    codes = "|".join(map(re.escape, _CODES))
    sign = "|".join(map(re.escape, signs))
    sign = f"(?:{sign}|{codes})(?![A-Za-z])"
    many = magnitude_pattern(tag)
    digits = r"\d+(?:[.,]\d+)*(?:(?:[ ']\d{3}(?!\d))+(?:[.,]\d+)?)?"
    return re.compile(
        rf"(?P<before>{sign})\s?(?P<one>{digits}|[.,]\d+)(?:\s?(?P<many>{many})(?!\w))?"
        rf"|(?P<other>{digits})(?:\s?(?P<size>{many}))?\s?(?P<after>{sign})(?!\w)",
        re.IGNORECASE,
    )


@lru_cache(maxsize=128)
def magnitude_pattern(tag: str) -> str:
    """A regular expression of what is written for a magnitude."""
    rules = rules_of(tag)
    words = [word for phrase in rules.magnitudes.values() for word in phrase.split("|")]
    ways = {*words, *rules.short_magnitudes}
    return "|".join(re.escape(way) for way in sorted(ways, key=len, reverse=True)) or r"(?!)"


@lru_cache(maxsize=128)
def price_starts(tag: str) -> frozenset[str]:
    """The first atoms, in small letters, of signs and codes that stand before an amount."""
    signs = (*rules_of(tag).currencies, *_SIGNS, *_CODES)
    return frozenset((re.match(r"\w+|\W", sign) or [sign])[0].lower() for sign in signs)
