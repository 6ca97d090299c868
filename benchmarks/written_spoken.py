"""Written forms against the words that people say for them, and against their neighbours' words.

    python -m benchmarks.normaliser --written-spoken FOLDER [--language de] [--misses MISSES.tsv]

The folder holds one folder per language; any text file below it has lines `written~spoken`, with
more spoken forms after further `~`, as the tests of NeMo-text-processing (Apache-2.0) have them in
`tests/nemo_text_processing/XX/data_text_normalization`. Which column is the written one is told by
the digits of the file. The name of the file, without `test_cases_`, is the class of its pairs.

`agree`: pairs without a word error (without a character error where the language writes no spaces).
`forgiven`: what must not agree and does. Each written form is held against the nearest other spoken
forms of its class, and, with one digit changed or its minus lost, against its own; forms whose
spoken texts agree with each other are no neighbours.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from clips.languages import LANGUAGES, find_language
from scorers.asr.text import compare

NEIGHBOURS = 4


@dataclass(frozen=True, slots=True)
class Form:
    """A written form with the ways to say it."""

    language: str
    kind: str
    written: str
    spoken: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """Pairs that agree of all, and neighbours that agree of all."""

    agree: int = 0
    pairs: int = 0
    forgiven: int = 0
    neighbours: int = 0

    def add(self, other: "Tally") -> None:
        self.agree += other.agree
        self.pairs += other.pairs
        self.forgiven += other.forgiven
        self.neighbours += other.neighbours


def read(folder: Path) -> Iterator[Form]:
    """The forms of every language of a folder that the normaliser knows."""
    for path in sorted(folder.rglob("*.txt")):
        tag = path.relative_to(folder).parts[0]
        language = find_language(tag)
        if language is None or not language.known:
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [line.split("~") for line in lines if "~" in line and not line.startswith("#")]
        rows = [row for row in rows if all(row)]
        digits = [sum(c.isdigit() for row in rows for c in row[side]) for side in (0, 1)]
        kind = path.stem.removeprefix("test_cases_")
        for row in rows:
            spoken_first = digits[1] > digits[0]
            written, spoken = (row[1], row[:1]) if spoken_first else (row[0], row[1:])
            yield Form(language.tag, kind, written, tuple(spoken))


def agrees(written: str, spoken: Sequence[str], tag: str) -> bool:
    """Whether any of the spoken forms is the written one."""
    found = (compare(written, text, tag) for text in spoken)
    if LANGUAGES[tag].rate == "cer":
        return any(not one.char_errors for one in found)
    return any(not one.word_errors for one in found)


def near_misses(form: Form, others: Sequence[Form]) -> Iterator[tuple[str, str]]:
    """Written and spoken texts that look alike and must not agree."""
    spoken = form.spoken[0]
    apart = [
        other.spoken[0]
        for other in others
        if other.written != form.written and other.spoken[0] not in form.spoken
    ]
    apart.sort(key=lambda text: Levenshtein.distance(text, spoken))
    for text in dict.fromkeys(apart[:NEIGHBOURS]):
        if not agrees(text, form.spoken, form.language):
            yield form.written, text
    for changed in changes(form.written):
        yield changed, spoken


def changes(written: str) -> Iterator[str]:
    """A written form with one digit changed, and without its minus."""
    for match in re.finditer(r"[0-9]", written):
        other = str((int(match[0]) + 1) % 10)
        yield written[: match.start()] + other + written[match.end() :]
    if re.match(r"[-\u2212]\d", written):
        yield written[1:]


def measure(forms: Sequence[Form]) -> tuple[dict[tuple[str, str], Tally], list[tuple[str, ...]]]:
    """Tallies by language and class, and what was missed or forgiven."""
    groups: dict[tuple[str, str], list[Form]] = defaultdict(list)
    for form in forms:
        groups[form.language, form.kind].append(form)
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    misses: list[tuple[str, ...]] = []
    for (tag, kind), group in groups.items():
        tally = tallies[tag, kind]
        for form in group:
            tally.pairs += 1
            if agrees(form.written, form.spoken, tag):
                tally.agree += 1
            else:
                found = compare(form.written, form.spoken[0], tag)
                said = " ".join(found.label_words)
                misses.append(("missed", tag, kind, form.written, form.spoken[0], said))
            for written, spoken in near_misses(form, group):
                tally.neighbours += 1
                if agrees(written, (spoken,), tag):
                    tally.forgiven += 1
                    misses.append(("forgiven", tag, kind, written, spoken, form.written))
    return tallies, misses


def report(folder: Path, language: str, misses_to: Path | None) -> None:
    """Print `key = value` lines, and write the misses as a table of tabs."""
    forms = [form for form in read(folder) if language in ("", form.language)]
    tallies, misses = measure(forms)
    totals: dict[str, Tally] = defaultdict(Tally)
    for (tag, kind), tally in sorted(tallies.items()):
        totals[tag].add(tally)
        print(f"agree_{tag}_{kind} = {tally.agree}/{tally.pairs}")
    for tag, total in totals.items():
        share = 100 * total.agree / total.pairs
        print(f"agree_{tag} = {total.agree}/{total.pairs} ({share:.1f} %)")
        print(f"forgiven_{tag} = {total.forgiven}/{total.neighbours}")
    if misses_to:
        rows = ["\t".join(row) for row in misses]
        misses_to.write_text("\n".join(rows) + "\n", encoding="utf-8")
