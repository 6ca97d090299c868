"""Corpus error rates with our text normaliser, with Whisper's and with none.

    python -m benchmarks.normaliser PAIRS.jsonl
    python -m benchmarks.normaliser --written-spoken FOLDER --misses MISSES.tsv

Each line of the file has `language`, `reference` and `hypothesis`. Whisper's normaliser is that of
the package whisper-normalizer where it is installed (English for English, the basic one otherwise,
split into letters where the language writes no spaces); its columns are empty without it. The rate
is the language's own: words, or characters where it writes no spaces. All errors over all units of
the labels as each normaliser leaves them.

`--planted`: each label against itself with one word (character, where unspaced) taken out, replaced
or added, and how many of these our normaliser still counts: one that forgives too much shows here.

`--written-spoken`: see `benchmarks.written_spoken`.
"""

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz.distance import Levenshtein
from rich.console import Console
from rich.table import Table

from benchmarks import written_spoken
from clips.languages import LANGUAGES, primary_tag
from scorers.asr.text import UnknownLanguage, compare

Normalise = Callable[[str, str], str]
LEAST_WORDS = 4
NORMALISERS = ("ours", "whisper", "none")


@dataclass(frozen=True, slots=True)
class Pair:
    """One label with what a recogniser heard."""

    language: str
    label: str
    heard: str


@dataclass(slots=True)
class Rate:
    """Errors over units of the labels."""

    errors: int = 0
    units: int = 0

    def add(self, errors: int, units: int) -> None:
        self.errors += errors
        self.units += units

    @property
    def text(self) -> str:
        return f"{100 * self.errors / self.units:.2f} %" if self.units else "-"


@dataclass(frozen=True, slots=True)
class Case:
    """One pair as counted by each normaliser."""

    pair: Pair
    errors: dict[str, int]
    units: dict[str, int]
    words: tuple[str, str]

    @property
    def disagreement(self) -> int:
        return abs(self.errors["ours"] - self.errors.get("whisper", self.errors["none"]))


@dataclass(slots=True)
class Result:
    """Everything that one run found."""

    rates: dict[tuple[str, str], Rate] = field(default_factory=lambda: defaultdict(Rate))
    pairs: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    refused: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    cases: list[Case] = field(default_factory=list)
    seconds: float = 0.0


def read(path: Path) -> Iterator[Pair]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Pair(row["language"], row["reference"], row["hypothesis"])


def whisper_normaliser() -> Normalise | None:
    """Whisper's normalisers by language, None without the package."""
    try:
        from whisper_normalizer.basic import BasicTextNormalizer
        from whisper_normalizer.english import EnglishTextNormalizer
    except ImportError:
        return None
    english, basic = EnglishTextNormalizer(), BasicTextNormalizer()
    return lambda text, tag: str(english(text) if tag == "en" else basic(text))


def count(label: str, heard: str, by_character: bool) -> tuple[int, int]:
    """Errors and units of two normalised texts."""
    one, other = label.split(), heard.split()
    if by_character:
        said, caught = "".join(one), "".join(other)
        return Levenshtein.distance(said, caught), len(said)
    return Levenshtein.distance(one, other), len(one)


def measure(pairs: Iterator[Pair], whisper: Normalise | None) -> Result:
    result = Result()
    for pair in pairs:
        tag = primary_tag(pair.language)
        started = time.perf_counter()
        try:
            found = compare(pair.label, pair.heard, tag)
        except UnknownLanguage:
            result.refused[pair.language] += 1
            continue
        result.seconds += time.perf_counter() - started
        by_character = LANGUAGES[tag].rate == "cer"
        counts = {"none": count(pair.label, pair.heard, by_character)}
        if by_character:
            gapless = found.label_chars.replace(" ", ""), found.heard_chars.replace(" ", "")
            counts["ours"] = count(*gapless, by_character)
        else:
            counts["ours"] = found.word_errors, len(found.label_words)
        if whisper:
            counts["whisper"] = count(
                whisper(pair.label, tag), whisper(pair.heard, tag), by_character
            )
        result.pairs[pair.language] += 1
        for name, (errors, units) in counts.items():
            result.rates[pair.language, name].add(errors, units)
        result.cases.append(
            Case(
                pair,
                {name: errors for name, (errors, _) in counts.items()},
                {name: units for name, (_, units) in counts.items()},
                (" ".join(found.label_words), " ".join(found.heard_words)),
            )
        )
    return result


def report(result: Result, worst: int, console: Console) -> None:
    table = Table("language", "pairs", "rate", *NORMALISERS, "units, ours")
    for language in sorted(result.pairs):
        rates = [result.rates[language, name] for name in NORMALISERS]
        kind = LANGUAGES[primary_tag(language)].rate
        shown = (str(result.pairs[language]), kind, *(rate.text for rate in rates))
        table.add_row(language, *shown, str(rates[0].units))
    console.print(table)
    for language, number in sorted(result.refused.items()):
        console.print(f"refused: {number} pairs in {language!r}, a language without rules")
    pairs = sum(result.pairs.values())
    console.print(f"pairs = {pairs}\nms_per_pair = {1000 * result.seconds / max(pairs, 1):.2f}")
    console.print(f"\nThe {worst} largest disagreements of ours with Whisper's:")
    for number, case in enumerate(
        sorted(result.cases, key=lambda case: -case.disagreement)[:worst], start=1
    ):
        counts = ", ".join(
            f"{name} {case.errors[name]}/{case.units[name]}"
            for name in NORMALISERS
            if name in case.errors
        )
        console.print(f"{number}. {case.pair.language}: {counts}", markup=False)
        console.print(f"   label  {case.pair.label}", markup=False)
        console.print(f"   heard  {case.pair.heard}", markup=False)
        console.print(f"   said   {case.words[0]}", markup=False)
        console.print(f"   caught {case.words[1]}", markup=False)


def planted(pairs: Sequence[Pair]) -> Iterator[tuple[str, str, int, int]]:
    """Language, kind of planted error, how many were counted, how many were planted."""
    chance = random.Random(0)
    labels: dict[str, list[str]] = defaultdict(list)
    for label, tag in dict.fromkeys((pair.label, primary_tag(pair.language)) for pair in pairs):
        if tag in LANGUAGES and LANGUAGES[tag].known:
            labels[tag].append(label)
    for tag, texts in labels.items():
        cut = list if LANGUAGES[tag].unspaced else str.split
        gap = "" if LANGUAGES[tag].unspaced else " "
        words = [word for text in texts for word in cut(text) if any(map(str.isalnum, word))]
        for kind in ("deleted", "replaced", "inserted"):
            seen = total = 0
            for text in texts:
                pieces = cut(text)
                places = [at for at, word in enumerate(pieces) if any(map(str.isalnum, word))]
                other = chance.choice(words)
                if len(places) < LEAST_WORDS:
                    continue
                at = chance.choice(places)
                if kind == "replaced" and pieces[at].lower() == other.lower():
                    continue
                new = {"deleted": [], "replaced": [other], "inserted": [other, pieces[at]]}[kind]
                heard = gap.join([*pieces[:at], *new, *pieces[at + 1 :]])
                seen += compare(text, heard, tag).word_errors > 0
                total += 1
            yield tag, kind, seen, total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "pairs", type=Path, nargs="?", help="JSON lines: language, reference, hypothesis"
    )
    parser.add_argument("--written-spoken", type=Path, help="folder of pairs, written~spoken")
    parser.add_argument("--misses", type=Path, help="write what --written-spoken missed here")
    parser.add_argument("--worst", type=int, default=20, help="disagreements to list")
    parser.add_argument("--language", default="", help="only this language")
    parser.add_argument("--planted", action="store_true", help="plant errors and count them")
    options = parser.parse_args()
    if options.written_spoken:
        written_spoken.report(options.written_spoken, options.language, options.misses)
    if options.pairs is None:
        return
    pairs = [pair for pair in read(options.pairs) if options.language in ("", pair.language)]
    console = Console(width=200)
    report(measure(iter(pairs), whisper_normaliser()), options.worst, console)
    if options.planted:
        for tag, kind, seen, total in planted(pairs):
            console.print(f"planted_{kind}_{tag} = {seen}/{total}")


if __name__ == "__main__":
    main()
