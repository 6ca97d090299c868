"""Times of day."""

import re
from functools import lru_cache

from scorers.asr.text.lattice import Reading
from scorers.asr.text.places import Found, Place
from scorers.asr.text.rules import parse, rules_of
from scorers.asr.text.spoken import cardinals, ordinals


def read_time(place: Place) -> Found:
    """An hour and minutes."""
    rules = place.rules
    pattern = _time_pattern(place.tag)
    found = pattern.match(place.text, place.atoms[place.at].start)
    if not found or not rules.times:
        return None
    hour, minute, *_ = (group for group in found.groups() if group is not None)
    if int(hour) > 24 or int(minute) > 59:
        return None
    templates = (*rules.times.get(minute, ()), *(rules.times["*"] if int(minute) else ()))
    readings: list[Reading] = []
    for template in templates:
        readings += _filled(template, int(hour), int(minute), place.tag)
    return place.slot(place.taken_to(found.end()), tuple(readings)) if readings else None


@lru_cache(maxsize=128)
def _time_pattern(tag: str) -> re.Pattern[str]:
    rules = rules_of(tag)
    own = f"{rules.time_pattern}|" if rules.time_pattern else ""
    word = rf"(?:\s?(?:{rules.time_word})(?!\w))?" if rules.time_word else ""
    return re.compile(rf"(?:{own}(\d{{1,2}}):(\d{{2}})(?![\d:])){word}", re.IGNORECASE)


def _filled(template: str, hour: int, minute: int, tag: str) -> list[Reading]:
    """A template with its numbers said; a 24-hour clock is also read in twelve."""
    found: list[Reading] = []
    for spoken_hour in dict.fromkeys((hour, hour - 12 if hour > 12 else hour)):
        numbers = {
            "{h}": spoken_hour,
            "{m}": minute,
            "{next}": spoken_hour % 12 + 1,
            "{to}": 60 - minute,
        }
        rank = ordinals(spoken_hour, tag) if "{o}" in template else ()
        options: list[Reading] = [()]
        for word in template.split():
            said = cardinals(numbers[word], tag)[:3] if word in numbers else (parse(word),)
            said = rank if word == "{o}" else said
            options = [start + end for start in options for end in said]
        found += options
    return found
