"""Findings as a table: data while it is judged, sentences once somebody reads it."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from clips.rules.base import Weight
from clips.table import Finding, about
from clips.words import MAINTAINER, Reader, told

FINDING_COLUMNS = (
    *("level", "voice", "audio_file", "clip_id", "rule", "verdict"),
    *("value", "bound", "unit", "words"),
)


def tabled(judged: Iterable[tuple[Finding, Weight]]) -> pd.DataFrame:
    """Findings with their verdicts as a table with `FINDING_COLUMNS`."""
    records = [
        (
            f.level,
            f.voice,
            f.audio_file,
            f.clip_id,
            f.rule,
            verdict,
            f.value,
            f.bound,
            f.unit,
            f.words,
        )
        for f, verdict in judged
    ]
    return pd.DataFrame.from_records(records, columns=list(FINDING_COLUMNS))


def in_words(findings: pd.DataFrame, reader: Reader = MAINTAINER) -> pd.DataFrame:
    """The same with a column ``sentence``, what a reader is told; the others stay as they are."""
    facts = ("words", "voice", "audio_file", "value", "bound", "unit")
    sentences = [
        told(words, reader, about(voice, file, _number(value), _number(bound), unit))
        for words, voice, file, value, bound, unit in zip(
            *(findings[name].tolist() for name in facts), strict=True
        )
    ]
    return findings.assign(sentence=pd.Series(sentences, findings.index, str))


def records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    """The rows of a table as dictionaries, in a third of the time that pandas takes for strings."""
    columns = {name: table[name].tolist() for name in table}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _number(value: float | None) -> float | None:
    return None if pd.isna(value) else value
