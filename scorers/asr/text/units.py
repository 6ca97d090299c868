"""Units and percent in words, by the long names of CLDR through Babel."""

import re
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
    "cm³": "volume-cubic-centimeter", "mm²": "area-square-millimeter",
    "kph": "speed-kilometer-per-hour", "kgs": "mass-kilogram", "t": "mass-tonne",
    "hr": "duration-hour", "hrs": "duration-hour", "mins": "duration-minute",
    "sec": "duration-second", "secs": "duration-second", "wk": "duration-week",
    "wks": "duration-week", "mo": "duration-month", "mos": "duration-month",
    "yr": "duration-year", "yrs": "duration-year", "dl": "volume-deciliter",
    "cl": "volume-centiliter", "mwh": "energy-megawatt-hour", "kcal": "energy-foodcalorie",
    "hpa": "pressure-hectopascal", "bar": "pressure-bar", "db": "sound-decibel",
    "µm": "length-micrometer", "µg": "mass-microgram", "ma": "electric-milliampere",
    "kbit": "digital-kilobit", "mbit": "digital-megabit", "gbit": "digital-gigabit",
}  # fmt: skip
_COUNTS = (5, 1, 2, 1.5)
_BABEL_TAGS = {"tl": "fil", "no": "nb", "yue": "zh"}
_COMPOUND = {"mbps": ("mbit", "s"), "kbps": ("kbit", "s"), "gbps": ("gbit", "s")}


def babel_tag(tag: str) -> str:
    """The tag by which Babel knows a language."""
    return _BABEL_TAGS.get(tag, tag)


@lru_cache(maxsize=128)
def unit_pattern(tag: str) -> re.Pattern[str]:
    """A unit after a number, with a space between or without."""
    keys = ({*_CLDR} - {"%", "‰"}) | {*_COMPOUND, *rules_of(tag).units}
    units = "|".join(re.escape(key) for key in sorted(keys, key=len, reverse=True))
    units = units.replace("°c", "° ?c").replace("°f", "° ?f")
    ends = r"(?![a-zA-Z0-9²³])" if LANGUAGES[tag].unspaced else r"(?![\w²³])"
    return re.compile(rf" ?(?P<unit>{units}){ends}", re.IGNORECASE)


@lru_cache(maxsize=4096)
def unit_readings(unit: str, tag: str) -> tuple[Reading, ...]:
    """The names of a unit in a language; counts and cases are forms of one word."""
    from babel.units import format_unit

    unit = unit.lower().replace(" ", "")
    own = tuple(parse(phrase) for phrase in rules_of(tag).units.get(unit, ()))
    if unit in _COMPOUND:
        over, under = _COMPOUND[unit]
        ways = per_readings(under, tag)
        return (*own, *(name + way for name in unit_readings(over, tag) for way in ways))
    if unit not in _CLDR:
        return own
    names = []
    for count in _COUNTS:
        text = format_unit(count, _CLDR[unit], "long", locale=babel_tag(tag))
        if "-" not in text.split("/")[0] and re.match(r"^[\d.,٫٠-٩]+\s?\D+$", text):
            names.append(re.sub(r"^[\d.,٫٠-٩]+\s?", "", clean(text)))
    return tuple(dict.fromkeys((*own, *_merged(names, tag))))


@lru_cache(maxsize=4096)
def per_readings(unit: str, tag: str) -> tuple[Reading, ...]:
    """What is said for a slash and a unit after it: "/s" is "per second"."""
    from babel.units import format_compound_unit, format_unit

    own = parse(rules_of(tag).per)
    key = _CLDR.get(unit.lower())
    if key is None:
        return ((*own, (fold(unit, tag),)),) if own else ()
    found = [own + name for name in unit_readings(unit, tag)] if own else []
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
