"""The `tenhours store` commands: what is kept of measurements, whether it is whole, and pruning."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from cyclopts import App

from clips.errors import ScoringError
from flows.files import default_store
from flows.say import say

app = App(name="store", help="Check and prune the measurements that are kept.")
_DAY_S = 86_400


@dataclass(frozen=True)
class Row:
    """What is kept of one version of one scorer.

    Args:
        folder: where.
        parts: whole parts.
        rows: results in them.
        size: bytes of all its files.
        faults: parts whose bytes are not those that were written, here or set aside before.
        unused_days: since a run last asked for it.
    """

    folder: Path
    parts: int
    rows: int
    size: int
    faults: tuple[Path, ...]
    unused_days: float

    @property
    def scorer(self) -> str:
        return self.folder.name.partition("@")[0]

    @property
    def version(self) -> str:
        return self.folder.name.partition("@")[2]


@app.command
def check(*, store: Path | None = None) -> int:
    """List what is kept, by scorer and version, and compare every digest.

    Exits 0 when all of it is whole, 1 when a part is damaged: what that held is measured again by
    the next run that needs it.

    Args:
        store: Folder of the measurements; the one in the user's cache where not given.
    """
    rows = examine(_root(store))
    say(f"{'scorer':<15}{'rows':>9}{'parts':>7}{'size':>10}  {'last used':<14}version")
    for row in rows:
        used = f"{row.unused_days:.0f} days ago" if row.unused_days >= 1 else "today"
        size = f"{row.size / 1e6:.1f} MB"
        say(f"{row.scorer:<15}{row.rows:>9,}{row.parts:>7}{size:>10}  {used:<14}{row.version}")
    faults = [path for row in rows for path in row.faults]
    for path in faults:
        say(f"DAMAGED  {path}")
    if faults:
        say("What these held is measured again; tenhours store prune removes them.")
    return 1 if faults else 0


@app.command
def prune(*, unused_days: float = 30.0, store: Path | None = None) -> int:
    """Remove the versions that no run has asked for lately, and parts that are damaged.

    A scorer's version holds its code, its model and its options, so that a new release or another
    recogniser leaves an old one behind. What is removed would be measured again.

    Args:
        unused_days: How long ago a version was last of use to be removed.
        store: Folder of the measurements; the one in the user's cache where not given.
    """
    if unused_days < 0:
        raise ScoringError(f"--unused-days {unused_days:g}: it must be 0 or more")
    freed = 0
    for row in examine(_root(store)):
        if row.unused_days >= unused_days:
            shutil.rmtree(row.folder)
            freed += row.size
            say(f"removed {row.scorer} {row.version}: {row.rows:,} rows")
            continue
        for path in row.faults:
            freed += path.stat().st_size
            path.unlink()
            say(f"removed {path}: damaged")
    say(f"{freed / 1e6:.1f} MB freed")
    return 0


def examine(root: Path) -> list[Row]:
    """What is kept below a store's folder; every part is read."""
    from flows.store import Store

    return [_row(folder) for folder in Store(root).folders()]


def _row(folder: Path) -> Row:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from flows.store import DAMAGED, PART, is_whole

    rows = parts = 0
    faults = sorted(folder.glob(f"*{DAMAGED}"))
    for part in sorted(folder.glob(f"*{PART}")):
        content = part.read_bytes()
        if not is_whole(part, content):
            faults.append(part)
            continue
        parts += 1
        rows += pq.ParquetFile(pa.BufferReader(content)).metadata.num_rows
    size = sum(file.stat().st_size for file in folder.iterdir())
    unused_s = max(0.0, time.time() - folder.stat().st_mtime)
    return Row(folder, parts, rows, size, tuple(faults), unused_s / _DAY_S)


def _root(store: Path | None) -> Path:
    root = default_store() if store is None else store
    if not root.is_dir():
        raise ScoringError(f"--store {root}: there is no such folder, so nothing is kept there")
    return root
