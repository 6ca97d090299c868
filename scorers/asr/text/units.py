"""Units and percent in words, by the long names of CLDR through Babel."""

import re
from collections.abc import Mapping
from functools import lru_cache

from clips.languages import LANGUAGES
from scorers.asr.text.clean import clean, fold
from scorers.asr.text.lattice import Reading
from scorers.asr.text.rules import parse, rules_of

_CLDR = {
    "km": "length-kilometer", "m": "length-meter", "cm": "length-centimeter",
    "mm": "length-millimeter", "ft": "length-foot", "in": "length-inch", "mi": "length-mile",
    "kg": "mass-kilogram", "g": "mass-gram", "gm": "mass-gram",
    "mg": "mass-milligram", "lb": "mass-pound",
    "lbs": "mass-pound", "oz": "mass-ounce", "l": "volume-liter", "ml": "volume-milliliter",
    "°c": "temperature-celsius", "°f": "temperature-fahrenheit", "°": "angle-degree",
    "km/h": "speed-kilometer-per-hour", "kmh": "speed-kilometer-per-hour",
    "mph": "speed-mile-per-hour", "m/s": "speed-meter-per-second", "h": "duration-hour",
    "min": "duration-minute", "s": "duration-second", "ms": "duration-millisecond",
    "hz": "frequency-hertz", "khz": "frequency-kilohertz", "mhz": "frequency-megahertz",
    "%": "percent", "‰": "permille", "ghz": "frequency-gigahertz",
    "w": "power-watt", "kw": "power-kilowatt",
    "mw": "power-megawatt", "gw": "power-gigawatt", "kwh": "energy-kilowatt-hour",
    "kb": "digital-kilobyte", "mb": "digital-megabyte", "gb": "digital-gigabyte",
    "tb": "digital-terabyte", "km²": "area-square-kilometer", "m²": "area-square-meter",
    "m³": "volume-cubic-meter", "ha": "area-hectare", "v": "electric-volt",
    "cm²": "area-square-centimeter", "km³": "volume-cubic-kilometer",
    "cm³": "volume-cubic-centimeter",
    "kph": "speed-kilometer-per-hour", "kgs": "mass-kilogram", "t": "mass-tonne",
    "hr": "duration-hour", "hrs": "duration-hour", "mins": "duration-minute",
    "sec": "duration-second", "secs": "duration-second", "wk": "duration-week",
    "wks": "duration-week", "mo": "duration-month", "mos": "duration-month",
    "yr": "duration-year", "yrs": "duration-year", "dl": "volume-deciliter",
    "cl": "volume-centiliter", "kcal": "energy-foodcalorie",
    "hpa": "pressure-hectopascal", "bar": "pressure-bar",
    "µm": "length-micrometer", "µg": "mass-microgram", "ma": "electric-milliampere",
    "kbit": "digital-kilobit", "mbit": "digital-megabit", "gbit": "digital-gigabit",
}  # fmt: skip
_COUNTS = (5, 1, 2, 1.5)
_NUMBER = re.compile(r"^[\d.,٫]+\s?")
_BABEL_TAGS = {"tl": "fil", "no": "nb", "yue": "zh"}
# what CLDR has no name for: the first's, with the second's part of it for the third's
_SCALED = {
    "mm²": ("cm²", "mm", "cm"),
    "mm³": ("cm³", "mm", "cm"),
    "mwh": ("kwh", "mw", "kw"),
    "gwh": ("kwh", "gw", "kw"),
}
_COMPOUND = {"mbps": ("mbit", "s"), "kbps": ("kbit", "s"), "gbps": ("gbit", "s")}


def babel_tag(tag: str) -> str:
    """The tag by which Babel knows a language."""
    return _BABEL_TAGS.get(tag, tag)


@lru_cache(maxsize=128)
def _cldr(tag: str) -> Mapping[str, str]:
    """Abbreviation, in small letters -> CLDR's unit: those of all, and those of the own script."""
    from babel.units import format_unit

    local: dict[str, str] = {}
    for unit in dict.fromkeys(_CLDR.values()):
        written = format_unit(5, unit, "short", locale=babel_tag(tag)).lower()
        short = _NUMBER.sub("", clean(written))
        spelt_out = short in format_unit(5, unit, "long", locale=babel_tag(tag)).lower()
        # one letter may be a word of its own: "2010 в Києві" is no voltage
        if short.isalpha() and not short.isascii() and len(short) > 1 and not spelt_out:
            local.setdefault(short, unit)
    return {**local, **_CLDR}


def known_units(tag: str) -> frozenset[str]:
    """The abbreviations that are read in a language, in small letters."""
    return frozenset({*_cldr(tag), *_COMPOUND, *_SCALED, *rules_of(tag).units} - {"%", "‰"})


@lru_cache(maxsize=128)
def unit_pattern(tag: str) -> re.Pattern[str]:
    """A unit after a number, with a space between or without."""
    keys = sorted(known_units(tag), key=lambda key: (-len(key), key))
    units = "|".join(re.escape(key) for key in keys)
    units = units.replace("°c", "° ?c").replace("°f", "° ?f").replace("°k", "° ?k")
    ends = r"(?![a-zA-Z0-9²³])" if LANGUAGES[tag].unspaced else r"(?![\w²³])"
    return re.compile(rf" ?(?P<unit>{units}){ends}", re.IGNORECASE)


@lru_cache(maxsize=4096)
def unit_readings(unit: str, tag: str) -> tuple[Reading, ...]:
    """The names of a unit in a language; counts and cases are forms of one word."""
    unit = unit.lower().replace(" ", "")
    own = tuple(parse(phrase) for phrase in rules_of(tag).units.get(unit, ()))
    if unit in _COMPOUND:
        over, under = _COMPOUND[unit]
        ways = per_readings(under, tag)
        return (*own, *(name + way for name in unit_readings(over, tag) for way in ways))
    return tuple(dict.fromkeys((*own, *_merged(_names(unit, tag), tag))))


def _names(unit: str, tag: str) -> list[str]:
    """What CLDR calls a unit after one, two, five and a broken number, as far as it is words."""
    from babel.units import format_unit

    if unit in _SCALED:
        like, new, old = (_names(name, tag) for name in _SCALED[unit])
        parts = sorted(zip(old, new, strict=False), key=lambda part: -len(part[0]))
        found = ((name, *part) for name in like for part in parts if part[0] in name)
        return list(dict.fromkeys(name.replace(was, now) for name, was, now in found))
    if (known := _cldr(tag).get(unit)) is None:
        return []
    texts = (format_unit(count, known, "long", locale=babel_tag(tag)) for count in _COUNTS)
    return [
        _NUMBER.sub("", clean(text)).lower().replace("-", " ")
        for text in texts
        # where a count has no form of its own, Babel gives CLDR's name of the unit
        if known not in text and re.fullmatch(rf"{_NUMBER.pattern}\D+", text)
    ]


@lru_cache(maxsize=4096)
def per_readings(unit: str, tag: str) -> tuple[Reading, ...]:
    """What is said for a slash and a unit after it: "/s" is "per second"."""
    from babel.units import format_compound_unit, format_unit

    own = parse(rules_of(tag).per)
    key = _cldr(tag).get(unit.lower())
    names = unit_readings(unit, tag)
    if key is None:
        return tuple(own + name for name in names or (((fold(unit, tag),),),)) if own else ()
    found = [own + name for name in names] if own else []
    locale = babel_tag(tag)
    several = format_unit(5, "mass-kilogram", "long", locale=locale)
    ways = format_compound_unit(5, "mass-kilogram", denominator_unit=key, locale=locale)
    if ways and ways.startswith(several):
        words = re.split(r"\s+", clean(ways[len(several) :]).strip())
        if words[0].isalpha():
            found.append(tuple((fold(word, tag),) for word in words))
    return tuple(dict.fromkeys(found))


def _merged(names: list[str], tag: str) -> list[Reading]:
    """Names of as many words made one reading: kilometer|kilometers per hour."""
    by_size: dict[int, list[list[str]]] = {}
    for name in names:
        words = [fold(word, tag) for word in re.split(r"[\s/]+", name) if word]
        by_size.setdefault(len(words), []).append(words)
    return [
        tuple(tuple(dict.fromkeys(column)) for column in zip(*group, strict=True))
        for group in by_size.values()
    ]


@lru_cache(maxsize=128)
def percent_readings(tag: str) -> tuple[Reading, ...]:
    """The words after a number for a percent sign."""
    rules = rules_of(tag)
    if rules.percent or rules.before_percent:
        return tuple(parse(phrase) for phrase in rules.percent)
    return unit_readings("%", tag)
