"""Right and edited labels, by language and by length: what was accepted, reviewed, rejected."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.defects.kinds import WHOLE_LABELS
from benchmarks.defects.labels import LENGTHS, length_class
from benchmarks.defects.outcome import Part
from clips.languages import primary_tag

# a recogniser that hears a language this well can be asked to reject a label
WELL_HEARD_CER = 0.10


@dataclass(frozen=True)
class Right:
    """Right labels of one language.

    Args:
        cer: characters wrong over characters, of all clips together; NaN where none was measured.
        wer: the same of words.
    """

    language: str
    clips: int
    accepted: int
    review: int
    rejected: int
    cer: float
    wer: float

    @property
    def well_heard(self) -> bool:
        return self.cer < WELL_HEARD_CER


@dataclass(frozen=True)
class Edited:
    """Edited labels of one language and one length, or of one kind.

    Args:
        what: a language, or a kind.
        length: of the right label, ``""`` for all.
    """

    what: str
    length: str
    clips: int
    accepted: int
    rejected: int


def right(part: Part) -> list[Right]:
    """One entry per language, in alphabetical order."""
    table = part.heard
    if table.empty:
        return []
    return [
        Right(
            language=str(language),
            clips=len(rows),
            accepted=int((rows["verdict"] == "accept").sum()),
            review=int((rows["verdict"] == "review").sum()),
            rejected=int((rows["verdict"] == "reject").sum()),
            cer=_share(rows, "cer_errors", "cer_ref_chars"),
            wer=_share(rows, "wer_errors", "wer_ref_words"),
        )
        for language, rows in table.groupby(table["language"].map(primary_tag))
    ]


def _share(rows: pd.DataFrame, errors: str, total: str) -> float:
    if errors not in rows or not rows[total].sum():
        return float(np.nan)
    return float(rows[errors].sum() / rows[total].sum())


def edited_by_length(part: Part) -> list[Edited]:
    """One word edited: an entry per language and length of the right label, then one for all."""
    table = _with_lengths(part)
    if table.empty:
        return []
    rows = table[~table["kind"].isin(WHOLE_LABELS)]
    found = []
    for language, of_one in rows.groupby("spoken"):
        for length in LENGTHS:
            alike = of_one[of_one["length"] == length]
            found += [_edited(str(language), length, alike)] if len(alike) else []
        found.append(_edited(str(language), "", of_one))
    return found


def edited_by_kind(part: Part) -> list[Edited]:
    """An entry per kind of edit, all languages together."""
    table = _with_lengths(part)
    if table.empty:
        return []
    return [_edited(str(kind), "", rows) for kind, rows in table.groupby("kind", sort=False)]


def accepted(part: Part) -> Iterator[str]:
    """Every edited label that was accepted, for a person to look at."""
    table = _with_lengths(part)
    if table.empty:
        return
    for row in table[table["verdict"] == "accept"].to_dict("records"):
        yield f"{row['spoken']} | {row['kind']} | {row['text']} | {row.get('transcript', '')}"


def _with_lengths(part: Part) -> pd.DataFrame:
    """Edited clips with their primary language and the length of the right label."""
    table = part.edited
    if table.empty:
        return table
    spoken = table["language"].map(primary_tag)
    length = [
        length_class(text, language)
        for text, language in zip(table["source_text"], spoken, strict=True)
    ]
    return table.assign(spoken=spoken, length=length)


def _edited(what: str, length: str, rows: pd.DataFrame) -> Edited:
    passed, rejected = ((rows["verdict"] == verdict).sum() for verdict in ("accept", "reject"))
    return Edited(what, length, len(rows), int(passed), int(rejected))
