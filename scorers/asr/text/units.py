"""Units and percent in words, by the long names of CLDR through Babel."""

import re
from functools import lru_cache

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
    "%": "percent", "ghz": "frequency-gigahertz", "w": "power-watt", "kw": "power-kilowatt",
    "mw": "power-megawatt", "gw": "power-gigawatt", "kwh": "energy-kilowatt-hour",
    "kb": "digital-kilobyte", "mb": "digital-megabyte", "gb": "digital-gigabyte",
    "tb": "digital-terabyte", "km²": "area-square-kilometer", "m²": "area-square-meter",
    "m³": "volume-cubic-meter", "ha": "area-hectare", "v": "electric-volt",
}  # fmt: skip
_UNITS = (
    r" ?(?P<unit>"
    + "|".join(sorted(map(re.escape, set(_CLDR) - {"%"}), key=len, reverse=True))
    + r")"
)
UNIT = re.compile(_UNITS + r"(?![\w²³])", re.IGNORECASE)
UNSPACED_UNIT = re.compile(_UNITS + r"(?![a-zA-Z0-9²³])", re.IGNORECASE)
_COUNTS = (5, 1, 2, 1.5)
_BABEL_TAGS = {"tl": "fil", "no": "nb"}


@lru_cache(maxsize=4096)
def unit_readings(unit: str, tag: str) -> tuple[Reading, ...]:
    """The names of a unit in a language; counts and cases are forms of one word."""
    from babel.units import format_unit

    own = tuple(parse(phrase) for phrase in rules_of(tag).units.get(unit.lower(), ()))
    if unit.lower() not in _CLDR:
        return own
    names = []
    for count in _COUNTS:
        text = format_unit(count, _CLDR[unit.lower()], "long", locale=_BABEL_TAGS.get(tag, tag))
        if "-" not in text.split("/")[0] and re.match(r"^[\d.,٫٠-٩]+\s?\D+$", text):
            names.append(re.sub(r"^[\d.,٫٠-٩]+\s?", "", clean(text)))
    return tuple(dict.fromkeys((*own, *_merged(names, tag))))


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
