"""A table of decisions: read from a CSV, each line found among the clips."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from clips.errors import PolicyError
from selection.decisions import ACCEPT, REJECT, Word

DECISION, CAUSE, REASON = "decision", "rules", "reason"
DECISION_COLUMNS = ("voice", "audio_file", "row", "clip_id", "clip_key", DECISION, REASON)
_NAMED = DECISION_COLUMNS[:5]


def read_decisions(path: Path) -> pd.DataFrame:
    """A CSV of decisions, as text: ``voice, audio_file, row, clip_id, clip_key``, as far as given.

    ``decision`` is accept, reject or empty; ``reason`` and ``rules`` are added where missing.
    Without a column ``decision`` every listed clip is bad, and the table has none.

    Raises:
        PolicyError: it cannot be read, names no clips, or has another decision.
    """
    try:
        said = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise PolicyError(f"{path} cannot be read as CSV: {error}") from None
    return checked(said)


def checked(said: pd.DataFrame) -> pd.DataFrame:
    """The same, where it is a table of decisions.

    Raises:
        PolicyError: it names no clips, or has another decision.
    """
    keyed = {"clip_key", "clip_id"} & set(said)
    if not keyed and not {"voice", "audio_file"} <= set(said):
        raise PolicyError("decisions need the columns voice and audio_file, or clip_key")
    if DECISION not in said:
        return said
    said = said.assign(decision=said[DECISION].fillna(""))
    if unknown := sorted(set(said[DECISION]) - {ACCEPT, REJECT, "review", ""}):
        raise PolicyError(f"a decision is accept, review or reject, not {', '.join(unknown)}")
    return said


def places(clips: pd.DataFrame, said: pd.DataFrame) -> list[list[int]]:
    """For each line of decisions, which rows of the clips it is about.

    A line names its clip by key (the clip whatever its file is called), else by id, else by voice,
    file and, where a file has several, row. A key holds whatever else the line says: where the
    label or the audio has changed since, it is about no row.

    Raises:
        PolicyError: a line without a key names no clip, or a clip is decided twice.
    """
    by_name: dict[tuple[str, ...], list[int]] = {}
    columns = [name for name in _NAMED if name in clips]
    for place, record in enumerate(_records(clips[columns])):
        for name in _names(record):
            by_name.setdefault(name, []).append(place)
    found: list[list[int]] = []
    known = [name for name in _NAMED if name in said]
    taken: dict[int, str] = {}
    for record in _records(said[known]):
        rows, named = _rows(record, by_name), _shown(record)
        if not rows and not record.get("clip_key"):
            raise PolicyError(f"{named} is decided and was not scored")
        for row in rows:
            if taken.setdefault(row, named) is not named:
                raise PolicyError(f"{named} is decided twice; give its row")
        found.append(rows)
    return found


def _records(table: pd.DataFrame) -> list[dict[str, str]]:
    texts = table.astype("object").fillna("").astype("str")
    return [dict(zip(map(str, texts), row, strict=True)) for row in texts.itertuples(index=False)]


def _rows(record: Mapping[str, str], by_name: Mapping[tuple[str, ...], list[int]]) -> list[int]:
    key, clip_id = record.get("clip_key", ""), record.get("clip_id", "")
    if key:
        alike, own = by_name.get(("key", key), []), by_name.get(("id", clip_id), [])
        return own if own and own[0] in alike else alike
    if clip_id:
        return by_name.get(("id", clip_id), [])
    name = (record.get("voice", ""), record.get("audio_file", ""), record.get("row", ""))
    return by_name.get(("file", *(name if name[2] else name[:2])), [])


def _names(record: Mapping[str, str]) -> list[tuple[str, ...]]:
    file = (record["voice"], record["audio_file"])
    keyed = [(kind, record[f"clip_{kind}"]) for kind in ("id", "key") if f"clip_{kind}" in record]
    return [("file", *file), ("file", *file, record.get("row", "")), *keyed]


def _shown(record: Mapping[str, str]) -> str:
    named = [record.get(name, "") for name in ("voice", "audio_file", "row")]
    return "/".join(filter(None, named)) or record.get("clip_id") or record.get("clip_key", "")


def words_of(
    clips: pd.DataFrame, said: pd.DataFrame, found: Sequence[Sequence[int]] | None = None
) -> dict[str, Word]:
    """Clip id -> what a table of `read_decisions` says of it.

    Args:
        clips: as `places` takes them.
        said: the decisions.
        found: what `places` gave, where that was asked before.

    Raises:
        PolicyError: see `places`; or it has no column of decisions.
    """
    if DECISION not in said:
        raise PolicyError("decisions need a column decision: accept or reject")
    ids = list(clips["clip_id"])
    found = places(clips, said) if found is None else found
    reasons = said[REASON] if REASON in said else [""] * len(said)
    return {
        ids[row]: Word(decision == ACCEPT, str(reason).strip())
        for rows, decision, reason in zip(found, said[DECISION], reasons, strict=True)
        for row in rows
        if decision in (ACCEPT, REJECT)
    }
