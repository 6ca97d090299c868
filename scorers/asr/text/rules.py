"""What the normaliser knows of each language: one TOML file each, loaded once.

A phrase in these files is written as people say it, words parted by spaces. "a|b" within a word
are spellings or inflections that are alike, the usual first; an empty one ("and|") may be left out.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from importlib.resources import files
from typing import Any

from clips.errors import ScoringError
from clips.languages import LANGUAGES, Language, find_language
from scorers.asr.text.lattice import Forms, Reading
from scorers.asr.text.spellings import one_spelling

Phrases = Mapping[str, tuple[str, ...]]


class UnknownLanguage(ScoringError, ValueError):  # noqa: N818
    """The normaliser has no rules for a language; the text names the tag and what to do."""


@dataclass(frozen=True)
class Rules:
    """The rules of one language; every default means "has none".

    Args:
        numbers: where number words come from: "num2words:CODE", "indic:CODE", "cjk" or "".
        decimal_mark: "." or ",", how a decimal is usually written.
        decimal_tails: digits after the mark -> word after them ("десятых").
        scales: power of ten -> its name, for integers beyond what the source of words can say.
        silent_lead: what may be left out where number words begin with it ("one" hundred).
        decimal: how the mark is said; half: how ",5" is said.
        spell_decimals: digits after the mark are only said one by one.
        group_by_space: "1 500" is one number.
        minus, plus, to, point, slash: words for signs next to numbers, as one phrase word.
        below_zero: other phrases for a minus before a number.
        fraction: template with {d} and {n}, denominator first.
        fractions: denominator, or "*" for all others, -> templates of its name with {o}, {d}.
        fraction_and: word between a whole number and a fraction; fraction_over: "one over three".
        hundreds: word that makes years and numbers out of hundreds ("nineteen hundred").
        pairs: numbers are also read two digits at a time.
        magnitudes: power of ten -> word, for "2.5 million".
        short_magnitudes: what is written for one -> its power of ten ("k" -> "3").
        magnitude_of: word between a magnitude and a currency ("de" in "dos millones de euros").
        tie: word that may stand before the last word of a number.
        number_split: regular expression of the pieces that a written-together number is made of.
        ordinal_suffix: regular expression of what makes a number an ordinal.
        free_ordinals: any number may be said as an ordinal ("5 мая").
        list_ranks: templates with {o} for a number of a list ("{o}ns" for "erstens").
        dates: templates with {d}, {o} (day), {n}, {r} (month as count and rank) and {M} (its name).
        date_order: "dmy" or "mdy"; date_of: what may stand between day, month and year.
        ranks: number -> ordinals that the libraries lack.
        number_endings: ending of a number word -> endings that are alike.
        currency_head: "first" or "last", the word of a currency's name that stands for it.
        same: groups of words or inflections that are alike wherever they stand.
        number_forms: the same, for words out of numbers only.
        endings: ordinal ending -> endings of its inflections.
        percent, before_percent: words after and before the number.
        currencies: sign -> phrase; cents: sign -> phrase; cents_join: word between.
        units: unit -> phrases beyond those of CLDR.
        times: minute or "*" -> templates with {h}, {m}, {next}, {to}; time_word: word after it.
        time_pattern: regular expression of other ways to write a time.
        dotted_times: "14.30" alone may be a time.
        time_mark: regular expression of what shows that "2.30" before it is a time.
        dot: word for a dot inside an address or a version; address: other signs there -> phrases.
        per: word for a slash before a unit.
        forms: regular expression of a written form -> ways to say it (see `forms`);
            tables: name -> number -> phrase, for these.
        abbreviations, words, symbols: written -> phrases.
        optional: words that a recogniser leaves out, fillers.
        letters: replaced everywhere. marks: optional vowel signs, regular expression.
        elision: regular expression of elided words that stand apart.
        romans: Roman numerals are read as "cardinal", "ordinal" or both.
        romans_after: words after which a numeral in small letters is one ("siglo xix").
        repeat: signs that repeat what came before -> how many characters at most.
    """

    numbers: str = ""
    decimal_mark: str = ","
    decimal: tuple[str, ...] = ()
    decimal_tails: Mapping[str, str] = field(default_factory=dict)
    scales: Mapping[str, str] = field(default_factory=dict)
    silent_lead: str = ""
    half: tuple[str, ...] = ()
    spell_decimals: bool = False
    group_by_space: bool = False
    minus: str = "-"
    below_zero: tuple[str, ...] = ()
    plus: str = "+"
    to: str = ""
    slash: str = ""
    fraction: str = ""
    fractions: Phrases = field(default_factory=dict)
    fraction_and: str = ""
    fraction_over: str = ""
    zero: str = ""
    one: str = ""
    hundreds: str = ""
    pairs: bool = False
    magnitudes: Mapping[str, str] = field(default_factory=dict)
    short_magnitudes: Mapping[str, str] = field(default_factory=dict)
    magnitude_of: str = ""
    tie: str = ""
    number_split: str = ""
    ordinal_suffix: str = ""
    free_ordinals: bool = False
    ranks: Phrases = field(default_factory=dict)
    number_endings: Mapping[str, str] = field(default_factory=dict)
    currency_head: str = ""
    list_ranks: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    date_order: str = "dmy"
    date_of: str = ""
    same: tuple[str, ...] = ()
    number_forms: tuple[str, ...] = ()
    endings: Mapping[str, str] = field(default_factory=dict)
    percent: tuple[str, ...] = ()
    before_percent: tuple[str, ...] = ()
    currencies: Phrases = field(default_factory=dict)
    cents: Phrases = field(default_factory=dict)
    cents_join: str = ""
    units: Phrases = field(default_factory=dict)
    times: Phrases = field(default_factory=dict)
    time_word: str = ""
    time_pattern: str = ""
    time_mark: str = ""
    dotted_times: bool = False
    dot: str = ""
    address: Mapping[str, str] = field(default_factory=dict)
    per: str = ""
    forms: Phrases = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    abbreviations: Phrases = field(default_factory=dict)
    words: Phrases = field(default_factory=dict)
    symbols: Phrases = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    letters: Mapping[str, str] = field(default_factory=dict)
    marks: str = ""
    elision: str = ""
    romans: tuple[str, ...] = ()
    romans_after: tuple[str, ...] = ()
    repeat: Mapping[str, int] = field(default_factory=dict)


def language_of(tag: str) -> Language:
    """The language of a tag.

    Raises:
        UnknownLanguage: no tag, a tag that the table does not have, or a language without rules.
    """
    found = find_language(tag)
    if found is not None and found.known:
        return found
    known = ", ".join(sorted(name for name, language in LANGUAGES.items() if language.known))
    which = f"{found.name} ({tag})" if found else repr(tag) if tag else "a label without a language"
    raise UnknownLanguage(
        f"the text normaliser has no rules for {which}: correct the language in the label file, "
        f"or add the language to scorers/asr/text; it knows {known}"
    )


@lru_cache(maxsize=128)
def rules_of(tag: str) -> Rules:
    """The rules of a known language's primary tag."""
    path = files(__package__) / "languages" / f"{LANGUAGES[tag].rules}.toml"
    values: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    letters = values.get("letters", {})
    return Rules(
        **{
            key: _frozen(value, str if key in _NO_PHRASES else partial(_spelt, tag, letters))
            for key, value in values.items()
        }
    )


_NO_PHRASES = frozenset(
    {"numbers", "letters", "marks", "elision", "time_pattern", "ordinal_suffix", "decimal_tails"}
)


def _frozen(value: Any, spelt: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(inner, spelt) for inner in value)
    if isinstance(value, dict):
        return {spelt(key): _frozen(inner, spelt) for key, inner in value.items()}
    return spelt(value) if isinstance(value, str) else value


def lettered(text: str, tag: str) -> str:
    """A text, in NFC, with what a language writes in more than one way made one."""
    return _spelt(tag, rules_of(tag).letters, text)


def _spelt(tag: str, letters: Mapping[str, str], text: str) -> str:
    text = one_spelling(text, tag)
    if not letters:
        return text
    pattern = _letters_pattern(tuple(letters))
    return pattern.sub(lambda match: letters[match[0]], text)


@lru_cache(maxsize=128)
def _letters_pattern(letters: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, letters)))


def parse(phrase: str) -> Reading:
    """A phrase as a reading.

    >>> parse("one hundred and| five")
    (('one',), ('hundred',), ('and', ''), ('five',))
    """
    return tuple(tuple(word.split("|")) for word in phrase.split())


@lru_cache(maxsize=128)
def alike(tag: str) -> Mapping[str, Forms]:
    """Word -> itself and the words that are like it."""
    return _groups(rules_of(tag).same)


@lru_cache(maxsize=128)
def number_alike(tag: str) -> Mapping[str, Forms]:
    """The same for words out of numbers, whose inflection a numeral does not show."""
    rules = rules_of(tag)
    return _groups((*rules.same, *rules.number_forms))


def _groups(groups: tuple[str, ...]) -> dict[str, Forms]:
    found: dict[str, Forms] = {}
    for group in groups:
        words = group.split("|")
        for word in words:
            if word:
                before = found.get(word, (word,))
                found[word] = tuple(dict.fromkeys((*before, *words)))
    return found
