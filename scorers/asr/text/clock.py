"""Times of day."""

import re
from functools import lru_cache

from scorers.asr.text.lattice import Reading
from scorers.asr.text.numbers import amount
from scorers.asr.text.places import Found, Place, Readings
from scorers.asr.text.rules import Rules, parse, rules_of
from scorers.asr.text.spoken import cardinals, ordinals


def read_time(place: Place) -> Found:
    """An hour and minutes."""
    rules = place.rules
    pattern = _time_pattern(place.tag)
    found = pattern.match(place.text, place.atoms[place.at].start)
    if not found or not rules.times:
        return None
    hour, *rest = (group for group in found.groups() if group is not None)
    minute, *rest = rest or ["00"]
    second = rest[0] if rest else "0"
    if int(hour) > 24 or int(minute) > 59 or int(second) > 59:
        return None
    templates = rules.times.get("seconds", ()) if rest else _templates(rules, minute)
    readings: list[Reading] = []
    for template in templates:
        readings += _filled(template, int(hour), int(minute), int(second), place.tag)
    if rest:
        readings += amount(f"{hour}:{minute}:{second}", place.tag)
    return place.slot(place.taken_to(found.end()), tuple(readings)) if readings else None


def dotted_time(place: Place) -> Readings:
    """Readings of "14.30" as a time, to be tried beside a number's own."""
    atom = place.atoms[place.at]
    found = re.fullmatch(r"([01]?\d|2[0-4])\.([0-5]\d)", atom.text)
    if not found or not place.rules.dotted_times:
        return ()
    hour, minute = found.groups()
    return tuple(
        reading
        for template in _templates(place.rules, minute)
        for reading in _filled(template, int(hour), int(minute), 0, place.tag)
    )


def _templates(rules: Rules, minute: str) -> tuple[str, ...]:
    return (*rules.times.get(minute, ()), *(rules.times["*"] if int(minute) else ()))


@lru_cache(maxsize=128)
def _time_pattern(tag: str) -> re.Pattern[str]:
    rules = rules_of(tag)
    own = f"{rules.time_pattern}|" if rules.time_pattern else ""
    word = rf"(?:\s?(?:{rules.time_word})(?!\w))?" if rules.time_word else ""
    seconds = r"(\d{1,2}):(\d{2}):(\d{2})(?![\d:])|" if "seconds" in rules.times else ""
    mark = rules.time_mark
    dotted = rf"|(\d{{1,2}})\.(\d{{2}})(?=\s?(?:{mark})(?!\w))" if mark else ""
    plain = r"(\d{1,2}):(\d{2})(?![\d:])"
    return re.compile(rf"(?:{own}{seconds}{plain}{dotted}){word}", re.IGNORECASE)


def _filled(template: str, hour: int, minute: int, second: int, tag: str) -> list[Reading]:
    """A template with its numbers said; a 24-hour clock is also read in twelve."""
    found: list[Reading] = []
    for spoken_hour in dict.fromkeys((hour, hour - 12 if hour > 12 else hour)):
        numbers = {
            "{h}": spoken_hour,
            "{m}": minute,
            "{s}": second,
            "{next}": spoken_hour % 12 + 1,
            "{to}": 60 - minute,
        }
        ranks = {"{o}": spoken_hour, "{o+1}": spoken_hour % 12 + 1}
        options: list[Reading] = [()]
        for word in template.split():
            said = cardinals(numbers[word], tag)[:3] if word in numbers else (parse(word),)
            said = ordinals(ranks[word], tag) if word in ranks else said
            options = [start + end for start in options for end in said]
        found += options
    return found
