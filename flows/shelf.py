"""Accepted clips of earlier submissions, kept so that copies of them are found."""

import hashlib
import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from clips.drafts import draft, sweep
from clips.locks import locked
from clips.table import Finding
from selection.duplicates import said_words
from selection.meetings import Words
from selection.rules import words
from selection.rules.judging import EARLIER_OTHER, EARLIER_OWN, EARLIER_TEXT
from selection.shelf import Shelf, find_on, shelve

SHELF = ".shelf"  # of the scheduled runs, below their reports
COLUMNS = ("submission", "contributor", "text", "put")
_STANDS = ("submission", "put")
_ARRAYS = ("words", "bounds", "keys", "places")
_SMALL = 16  # so many parts of one size are merged
_LARGEST = 1 << 26  # words; merging these takes 1 GB of memory
_FACTOR = 4


@dataclass(frozen=True)
class KeptShelf:
    """A folder of parts, each the clips of one or more submissions.

    What is put for a submission takes the place of what was put for it before. Several processes
    may put at once.
    """

    root: Path

    def find(
        self, table: pd.DataFrame, prints: Mapping[str, Words], contributor: str, submission: str
    ) -> list[Finding]:
        """What of a submission was accepted before, in another submission.

        Args:
            table: ``clip_id, voice, audio_file, text``.
            prints: clip id -> words of its fingerprint.
            contributor: pseudonym.
            submission: what it was put under, whose own clips are not held against it.
        """
        rows = {str(row["clip_id"]): row for row in table.to_dict("records")}
        named = [clip_id for clip_id in rows if clip_id in prints]
        parts = list(self._parts())
        last = _last(clips for clips, _ in parts)
        copied: dict[str, tuple[bool, float]] = {}
        texts: set[str] = set()
        for clips, shelf in parts:
            stands = _standing(clips, last) & (clips["submission"] != submission).to_numpy()
            own = (clips["contributor"] == contributor).to_numpy()
            texts.update(clips["text"][stands & own])
            for copy in find_on(shelf, [prints[clip_id] for clip_id in named]):
                if stands[copy.earlier]:
                    before = copied.get(named[copy.later], (False, 0.0))
                    copied[named[copy.later]] = max(before, (own[copy.earlier], copy.shared_s))
        found = []
        for clip_id, row in rows.items():
            about = (str(row["voice"]), clip_id, str(row["audio_file"]))
            if clip_id in copied:
                is_own, shared_s = copied[clip_id]
                length = f"{shared_s:.1f}"
                if is_own:
                    says, rule = words(EARLIER_OWN, shared_s=length), EARLIER_OWN
                else:
                    says, rule = words(EARLIER_OTHER, shared_s=length), EARLIER_OTHER
                found.append(Finding(rule, says, "clip", *about))
            elif _text(row["voice"], row["text"]) in texts:
                found.append(Finding(EARLIER_TEXT, words(EARLIER_TEXT), "clip", *about))
        return found

    def put(
        self,
        table: pd.DataFrame,
        prints: Mapping[str, Words],
        contributor: str,
        submission: str,
    ) -> None:
        """Keep the accepted clips of a submission in place of those of before.

        Args:
            table: ``clip_id, voice, text, verdict``.
            prints: clip id -> words of its fingerprint.
            contributor: pseudonym.
            submission: what it is known by.
        """
        nothing, table = np.zeros(0, np.uint32), table[table["verdict"] == "accept"]
        kept = [prints.get(str(clip_id), nothing) for clip_id in table["clip_id"]]
        texts = [_text(v, t) for v, t in zip(table["voice"], table["text"], strict=True)]
        # the first row is of no clip: it says that this is what stands, where nothing is accepted
        clips = pd.DataFrame(
            {"submission": submission, "contributor": contributor, "text": ["", *texts]}
        )
        self.root.mkdir(parents=True, exist_ok=True)
        with locked(self.root / ".lock"):
            sweep(self.root)
            self._write(clips.assign(put=self._next(submission)), [nothing, *kept])
            self._merge()

    def drop(self, contributor: str) -> int:
        """Remove what was kept of a contributor, and return how many clips that were."""
        gone = 0
        if not self.root.is_dir():
            return gone
        with locked(self.root / ".lock"):
            sweep(self.root)
            for part in sorted(self.root.glob("part-*")):
                clips, shelf = _read(part), _opened(part)
                others = np.flatnonzero(clips["contributor"] != contributor)
                if len(others) == len(clips):
                    continue
                gone += len(clips) - len(others)
                if len(others):
                    self._write(clips.iloc[others], [shelf.words_of(int(i)) for i in others])
                shutil.rmtree(part)
        return gone

    def _next(self, submission: str) -> int:
        """The time, after what was put last for a submission also where the clock was set back."""
        last = _last(_read(part, _STANDS) for part in self.root.glob("part-*"))
        return max(time.time_ns(), last.get(submission, 0) + 1)

    def _parts(self) -> Iterator[tuple[pd.DataFrame, Shelf]]:
        for part in sorted(self.root.glob("part-*")):
            yield _read(part), _opened(part)

    def _write(self, clips: pd.DataFrame, prints: Collection[Words]) -> None:
        joined = np.concatenate([np.zeros(0, np.uint32), *prints])
        shelf = shelve(joined, np.cumsum([0, *(len(one) for one in prints)]))
        unfinished = draft(self.root, ".part")
        unfinished.mkdir()
        for name in _ARRAYS:
            np.save(unfinished / f"{name}.npy", getattr(shelf, name))
        clips[list(COLUMNS)].to_parquet(unfinished / "clips.parquet", index=False)
        unfinished.rename(self.root / f"part-{unfinished.name.rpartition('-')[2][:16]}")

    def _merge(self) -> None:
        """Make one of many parts of about one size, and drop what no longer stands."""
        sizes: dict[int, list[Path]] = {}
        for part in sorted(self.root.glob("part-*")):
            size = _opened(part).words.size
            if size < _LARGEST:
                sizes.setdefault(max(0, size.bit_length() // 2 - _FACTOR), []).append(part)
        for parts in sizes.values():
            if len(parts) < _SMALL:
                continue
            last = _last(_read(part, _STANDS) for part in self.root.glob("part-*"))
            tables, prints = [], []
            for part in parts:
                clips, shelf = _read(part), _opened(part)
                stands = np.flatnonzero(_standing(clips, last))
                tables.append(clips.iloc[stands])
                prints += [shelf.words_of(int(i)) for i in stands]
            self._write(pd.concat(tables, ignore_index=True), prints)
            for part in parts:
                shutil.rmtree(part)


def _read(part: Path, columns: Sequence[str] = COLUMNS) -> pd.DataFrame:
    return pd.read_parquet(part / "clips.parquet", columns=list(columns))


def _opened(part: Path) -> Shelf:
    return Shelf(*(np.load(part / f"{name}.npy", mmap_mode="r") for name in _ARRAYS))


def _last(tables: Iterator[pd.DataFrame]) -> Mapping[str, int]:
    """Submission -> when what stands was put."""
    last: dict[str, int] = {}
    for table in tables:
        for submission, put in table.groupby("submission")["put"].max().items():
            last[str(submission)] = max(last.get(str(submission), 0), int(put))
    return last


def _standing(clips: pd.DataFrame, last: Mapping[str, int]) -> npt.NDArray[np.bool_]:
    return np.asarray(clips["put"] == clips["submission"].map(last), np.bool_)


def _text(voice: object, text: object) -> str:
    """A digest of what is said in a voice, ``""`` where that is nothing."""
    said = said_words(str(text or ""))
    return hashlib.sha256(f"{voice}\0{said}".encode()).hexdigest()[:16] if said else ""
