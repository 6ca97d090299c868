"""Removing what the store and the output folders hold of a contributor."""

import shutil
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clips.errors import ScoringError
from flows.beside import AUDIO
from flows.entry import NOTES, alone
from flows.files import default_store
from flows.outputs import FILES, GATE_FILES
from flows.store import DAMAGED, PART, Store, is_whole, key_of, write_part
from flows.stored import DETAILS, KEY, REASONS

_ANSWERS = {KEY, REASONS, DETAILS}


def erase_outputs(out: Path) -> bool:
    """Remove what a run left in a folder: report, tables, audio, notes; other files stay.

    Returns:
        Whether the folder is gone, or was before.

    Raises:
        ScoringError: a run is writing there.
    """
    if not out.is_dir():
        return True
    with alone(out) as mine:
        if not mine:
            raise ScoringError(f"{out}: a run is at it; let it end or stop it, and forget again")
        for name in (*FILES, *GATE_FILES, *NOTES):
            (out / name).unlink(missing_ok=True)
        shutil.rmtree(out / AUDIO, ignore_errors=True)
    if not any(out.iterdir()):
        out.rmdir()
    return not out.exists()


def erase_measurements(clips: Iterable[tuple[str, str, str]], root: Path | None = None) -> int:
    """Remove the measurements of clips from the store, and return how many rows went.

    What a recogniser answered is stored under what it was asked, which may be any text: all such
    answers go, of whoever, and are asked again where a later run needs them.

    Args:
        clips: digest of the audio, digest of the label and language of each.
        root: of the store; the user's where ``None``.
    """
    keys = pa.array(sorted({key for clip in clips for key in _keys(*clip)}), pa.string())
    gone = 0
    for folder in Store(default_store() if root is None else root).folders():
        for part in folder.glob(f"*{DAMAGED}"):
            part.unlink(missing_ok=True)
        for part in folder.glob(f"*{PART}"):
            gone += _erase(part, keys)
    return gone


def _erase(part: Path, keys: pa.Array) -> int:
    content = part.read_bytes()
    table = pq.read_table(pa.BufferReader(content)) if is_whole(part, content) else None
    if table is None or set(table.column_names) == _ANSWERS:
        part.unlink(missing_ok=True)
        return 0 if table is None else table.num_rows
    kept = table.filter(pc.invert(pc.is_in(table["key"], value_set=keys)))
    if kept.num_rows == table.num_rows:
        return 0
    if kept.num_rows:
        write_part(part.parent, kept)
    part.unlink(missing_ok=True)
    return int(table.num_rows - kept.num_rows)


def _keys(audio: str, text: str, language: str) -> Iterable[str]:
    """The keys of all that depends on a clip."""
    parts = {"audio": audio, "language": language, "text": text}
    for count in (1, 2, 3):
        for names in combinations(parts, count):
            if "audio" in names or "text" in names:
                yield key_of({name: parts[name] for name in names})
