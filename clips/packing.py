"""Label rows and what is wrong with them as JSON, between a worker and the process that asks it."""

from typing import Any

from clips.formats.base import LabelRow, Labels
from clips.rules import Fault
from clips.words import Name, Param, Path, Phrase, Quote

_TEXTS: dict[str, type[Name] | type[Quote]] = {"name": Name, "path": Path, "quote": Quote}
_KINDS = {kind: name for name, kind in _TEXTS.items()}


def pack(labels: Labels) -> dict[str, Any]:
    """Labels as lists, texts and numbers."""
    return {"rows": list(map(_row, labels.rows)), "faults": list(map(_fault, labels.faults))}


def unpack(packed: dict[str, Any]) -> Labels:
    """The labels as they were before they were sent."""
    rows = tuple(map(_row_of, packed["rows"]))
    return Labels(rows, tuple(map(_fault_of, packed["faults"])))


def _row(row: LabelRow) -> list[Any]:
    plain = (row.audio_file, row.text, row.duration_s, row.speaker, row.turn, row.turn_index)
    return [*plain, list(map(_fault, row.faults)), row.candidates, row.embedded]


def _row_of(packed: list[Any]) -> LabelRow:
    file, text, duration_s, speaker, turn, index, faults, candidates, embedded = packed
    found = tuple(map(_fault_of, faults))
    return LabelRow(
        file, text, duration_s, speaker, turn, index, found, tuple(candidates), embedded
    )


def _fault(fault: Fault) -> list[Any]:
    return [fault.rule, _phrase(fault.words)]


def _fault_of(packed: list[Any]) -> Fault:
    rule, words = packed
    return Fault(rule, _phrase_of(words))


def _phrase(words: Phrase) -> list[Any]:
    params = [(name, _param(value)) for name, value in words.params]
    return [words.says, words.remedy, params, list(map(_phrase, words.more))]


def _phrase_of(packed: list[Any]) -> Phrase:
    says, remedy, params, more = packed
    known = tuple((name, _param_of(value)) for name, value in params)
    return Phrase(says, remedy, known, tuple(map(_phrase_of, more)))


def _param(value: Param) -> Any:
    """Plain values as they are, the others as a list that begins with their kind."""
    if isinstance(value, Name | Quote):
        return [_KINDS[type(value)], value.text, value.most]
    if isinstance(value, Phrase):
        return ["phrase", _phrase(value)]
    if isinstance(value, tuple):
        return ["several", *map(_param, value)]
    return value


def _param_of(packed: Any) -> Param:
    if not isinstance(packed, list):
        plain: Param = packed
        return plain
    kind, *rest = packed
    if kind == "phrase":
        return _phrase_of(rest[0])
    if kind == "several":
        return tuple(map(_param_of, rest))
    return _TEXTS[kind](*rest)
