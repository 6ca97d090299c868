"""NeMo manifests: JSON lines of `audio_filepath`, `text` and `duration`."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from clips.formats.base import LabelInput, LabelRow, Labels, Out
from clips.formats.fields import record, row_from_fields
from clips.formats.tables import at_line, gather, json_lines
from clips.rules import fault
from clips.words import Phrase

_TAKEN = ("labels.json", "metadata.jsonl")


def claims(names: Sequence[str], head: Callable[[str], bytes]) -> tuple[str, ...]:
    """JSON files that start with a record that has an `audio_filepath`."""
    return tuple(
        name
        for name in names
        if name.lower().endswith((".json", ".jsonl"))
        and name.lower() not in _TAKEN
        and b'"audio_filepath"' in head(name)
        and head(name).lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{")
    )


def read(source: LabelInput) -> Labels:
    """Read all manifests of a folder, by name."""

    def rows(text: str, path: str) -> Sequence[LabelRow]:
        return [_row(fields, at_line(path, line)) for line, fields in json_lines(text, path)]

    return gather(source, rows)


def _row(fields: object, where: Phrase) -> LabelRow:
    row = row_from_fields(fields, where, audio_names=("audio_filepath", "audio_file"))
    if isinstance(fields, Mapping) and fields.get("offset"):
        return replace(row, faults=(*row.faults, fault("bad-row", "stretch", where=where)))
    return row


def write(folder: Path, rows: Sequence[Out]) -> None:
    """Write `manifest.json`."""
    with (folder / "manifest.json").open("w", encoding="utf-8") as file:
        for row in rows:
            one = record(row, "audio_filepath", "text", speaker="speaker")
            file.write(json.dumps(one, ensure_ascii=False) + "\n")
