"""Fields of a label row as they come from JSON, CSV or Parquet -> a `LabelRow`."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from clips.formats.base import LabelRow, Out
from clips.names import storable
from clips.rules import Fault, fault
from clips.words import Name, Phrase

AUDIO_NAMES = ("audio_file", "file_name", "audio_filepath")
TEXT_NAMES = ("text", "transcription", "transcript", "sentence", "normalized_text", "label")
DURATION_NAMES = ("duration", "duration_s")
SPEAKER_NAMES = ("speaker_id", "speaker")


def row_from_fields(
    fields: object,
    where: Phrase,
    *,
    audio_names: Sequence[str] = AUDIO_NAMES,
    text_names: Sequence[str] = TEXT_NAMES,
    turn: str = "",
    turn_index: int | None = None,
    wrong_width: bool = False,
) -> LabelRow:
    """Read what a row has; what is missing or of a wrong type becomes a fault of the row.

    Args:
        fields: the row, an object where it is right.
        where: file and row, for the words of a fault.
        audio_names: names of the field with the audio's path, the first present counts.
        text_names: the same for the text.
        turn: name of the turn.
        turn_index: position in the turn.
        wrong_width: the row has more or fewer cells than the table has columns.
    """
    if not isinstance(fields, Mapping):
        text = storable(fields) if isinstance(fields, str) else ""
        names = {"audio": audio_names[0], "text": text_names[0]}
        found = fault("bad-row", "kind", where=where, kind=_kind(fields), **names)
        return LabelRow(text=text, turn=turn, turn_index=turn_index, faults=(found,))
    faults: list[Fault] = []
    if wrong_width:
        faults.append(fault("bad-row", "width", where=where))
    audio_file = _text(fields, audio_names, where, faults)
    text = _text(fields, text_names, where, faults)
    duration_s = _duration(fields, where, faults)
    speaker = _first(fields, SPEAKER_NAMES)
    return LabelRow(
        audio_file,
        text,
        duration_s,
        storable(str(speaker)) if isinstance(speaker, str | int) else "",
        turn or _turn(fields),
        _turn_index(fields) if turn_index is None else turn_index,
        tuple(faults),
    )


def record(
    row: Out, audio_name: str, text_name: str, speaker: str = "speaker_id"
) -> dict[str, Any]:
    """A row as the fields that a format of one record per row writes."""
    fields: dict[str, Any] = {audio_name: row.audio_file, text_name: row.text}
    if row.duration_s is not None:
        fields["duration"] = round(row.duration_s, 6)
    if row.speaker:
        fields[speaker] = row.speaker
    if row.turn:
        fields |= {"turn": row.turn, "turn_index": row.turn_index}
    return fields


def _turn(fields: Mapping[str, Any]) -> str:
    value = fields.get("turn")
    return storable(value) if isinstance(value, str) else ""


def _turn_index(fields: Mapping[str, Any]) -> int | None:
    value = fields.get("turn_index")
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    return value if isinstance(value, int) and 0 <= value < 10**9 and _turn(fields) else None


def _first(fields: Mapping[str, Any], names: Sequence[str]) -> object:
    return next((fields[name] for name in names if name in fields), None)


def _text(
    fields: Mapping[str, Any], names: Sequence[str], where: Phrase, faults: list[Fault]
) -> str:
    name = next((name for name in names if name in fields), None)
    if name is None:
        faults.append(fault("bad-row", "lacks", where=where, field=names[0]))
        return ""
    value = fields[name]
    if isinstance(value, str):
        return storable(value)
    faults.append(fault("bad-row", "no text", where=where, field=name, kind=_kind(value)))
    return storable(_compact(value))


def _duration(fields: Mapping[str, Any], where: Phrase, faults: list[Fault]) -> float | None:
    value = _first(fields, DURATION_NAMES)
    if value is None or value == "":
        return None
    try:
        seconds = float(value) if not isinstance(value, bool) else math.nan  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if not math.isfinite(seconds) or seconds < 0:
        found = Name(_compact(value))
        faults.append(fault("bad-row", "duration", where=where, found=found))
        return None
    return seconds


def _compact(value: object) -> str:
    """The value as JSON, for a text that was given as something else."""
    if value is None:
        return ""
    try:
        return json.dumps(value, ensure_ascii=False, default=str)[:10_000]
    except (ValueError, RecursionError):
        return ""


def _kind(value: object) -> str:
    if value is None:
        return "null"
    kinds = ((bool, "true or false"), (int | float, "a number"), (str, "a text"))
    more = ((Sequence, "a list"), (Mapping, "an object"), (bytes, "bytes"))
    return next((words for kind, words in (*kinds, *more) if isinstance(value, kind)), "no text")
