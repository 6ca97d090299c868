"""`labels.json`: a list of samples, or turns whose clips are kept in order (R8)."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from clips.formats.base import LabelInput, LabelRow, Labels, Out
from clips.formats.fields import record, row_from_fields
from clips.formats.tables import unreadable
from clips.formats.text import UnreadableLabelsError, parse_json, read_text
from clips.names import storable
from clips.rules import Fault, fault
from clips.words import Name, say
from clips.words import Path as Named

NAME = "labels.json"


def read(source: LabelInput) -> Labels:
    """Read every file of the format in a folder; what cannot be read is a fault."""
    rows: list[LabelRow] = []
    faults: list[Fault] = []
    for name in source.files:
        path = source.path(name)
        try:
            text, found = read_text(source, name)
            faults += found
            value, found = parse_json(text, path)
            faults += found
            _read_value(value, path, rows, faults, source.limits.label_rows)
        except UnreadableLabelsError as error:
            faults.append(unreadable(path, error))
    return Labels(tuple(rows), tuple(faults))


def _read_value(
    value: object, path: str, rows: list[LabelRow], faults: list[Fault], most: int
) -> None:
    if isinstance(value, list):
        value = {"samples": value}
    if not isinstance(value, dict):
        raise UnreadableLabelsError(
            'it holds neither {"samples": [...]} nor turns {"turn_A": [...], ...}'
        )
    if sum(len(listed) for listed in value.values() if isinstance(listed, list)) > most:
        raise UnreadableLabelsError(f"it lists more than {most:,} clips; split the voice")
    has_samples = isinstance(value.get("samples"), list)
    for turn, listed in value.items():
        file, named = Named(path), Name(storable(turn))
        if not isinstance(listed, list):
            if has_samples:
                continue  # facts beside the samples, such as a version
            faults.append(fault("unreadable-labels", "turn", path=file, turn=named))
            continue
        for index, fields in enumerate(listed):
            if has_samples and turn == "samples":
                where = say("{path}, row {row}", path=file, row=index + 1)
                rows.append(row_from_fields(fields, where))
            else:
                place = "{path}, turn {turn}, row {row}"
                where = say(place, path=file, turn=named, row=index + 1)
                rows.append(row_from_fields(fields, where, turn=storable(turn), turn_index=index))


def write(folder: Path, rows: Sequence[Out]) -> None:
    """Write `labels.json`."""
    (folder / NAME).write_text(written(rows), encoding="utf-8")


def written(rows: Sequence[Out]) -> str:
    """The content of `labels.json`: samples, turns, or both."""
    value: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        fields = record(row, "audio_file", "text")
        fields.pop("turn", None)
        fields.pop("turn_index", None)
        value.setdefault(row.turn or "samples", []).append(fields)
    return json.dumps(value or {"samples": []}, ensure_ascii=False, indent=1) + "\n"


def claims(names: Sequence[str], head: Callable[[str], bytes]) -> tuple[str, ...]:
    """`labels.json`, however it is spelt."""
    del head
    return tuple(name for name in names if name.lower() == NAME)
