"""Verdicts on planted clips: each takes the place of its clean source among its voice's clips."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from benchmarks.defects.measure import Planted, submission
from flows.evidence import gather
from flows.store import Store
from scorers.base import Scorer
from selection.decide import decide
from selection.policy import Policy
from selection.verdicts import Evidence

SPOILT_SHARE = 0.2
Fact = TypeVar("Fact")


def judge(
    clean: Sequence[Planted],
    planted: Sequence[Planted],
    scorers: tuple[Scorer, ...],
    policy: Policy,
    folder: Path,
    *,
    spoilt_share: float = SPOILT_SHARE,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Decide over clean voices, and over voices of which a fifth is spoilt at most.

    Args:
        clean: all clips of the voices, measured.
        planted: spoilt ones, measured.
        scorers: whose columns count.
        policy: the rules.
        folder: where the store is.
        spoilt_share: of a voice at a time; one clip at least.

    Returns:
        The decided tables of the clean and of the planted clips, with ``kind``, ``strength``,
        ``group``, ``split`` and ``source_text``, the right label.
    """
    made = submission([*clean, *planted], folder)
    gathered = gather(made, scorers, Store(folder), {})
    evidence = gathered[0]
    table = evidence.table
    good = decide(_only(evidence, table, [c.clip.clip_id for c in clean]), policy).clips
    bad = []
    by_voice: dict[str, list[str]] = defaultdict(list)
    for item in clean:
        by_voice[item.clip.voice].append(item.clip.clip_id)
    ids = {item.source.digest: item.clip.clip_id for item in clean}
    room = {v: max(1, math.floor(spoilt_share * len(members))) for v, members in by_voice.items()}
    for group in rounds(planted, room):
        gone = {ids[p.source.digest] for p in group}
        rows = [
            clip_id
            for voice in dict.fromkeys(p.clip.voice for p in group)
            for clip_id in by_voice[voice]
            if clip_id not in gone
        ]
        spoilt = [p.clip.clip_id for p in group]
        decided = decide(_only(evidence, table, [*rows, *spoilt]), policy).clips
        bad.append(decided[decided["clip_id"].isin(spoilt)])
    facts = {
        p.clip.clip_id: (p.kind, p.strength, p.source.group, p.source.split, p.source.text)
        for p in (*clean, *planted)
    }
    return _with(good, facts), _with(pd.concat(bad) if bad else good.iloc[:0], facts)


def rounds(planted: Sequence[Planted], most: Mapping[str, int]) -> Iterator[list[Planted]]:
    """Planted clips in groups: no source twice, of each voice so many at most."""
    left = list(planted)
    while left:
        group: list[Planted] = []
        later: list[Planted] = []
        sources: set[str] = set()
        room = dict(most)
        for item in left:
            if room[item.clip.voice] and item.source.digest not in sources:
                room[item.clip.voice] -= 1
                sources.add(item.source.digest)
                group.append(item)
            else:
                later.append(item)
        yield group
        left = later


def _only(evidence: Evidence, table: pd.DataFrame, ids: list[str]) -> Evidence:
    """The evidence about some clips."""
    return replace(
        evidence,
        table=table.loc[ids],
        pending=_of(ids, evidence.pending),
        comparisons=_of(ids, evidence.comparisons),
        embeddings=_of(ids, evidence.embeddings),
        fingerprints=_of(ids, evidence.fingerprints),
        intake=[f for f in evidence.intake if not f.clip_id or f.clip_id in set(ids)],
    )


def _of(ids: Sequence[str], facts: Mapping[str, Fact]) -> dict[str, Fact]:
    return {clip_id: facts[clip_id] for clip_id in ids if clip_id in facts}


def _with(table: pd.DataFrame, facts: dict[str, tuple[str, float, str, str, str]]) -> pd.DataFrame:
    added = pd.DataFrame.from_dict(
        {clip_id: facts[clip_id] for clip_id in table["clip_id"]},
        orient="index",
        columns=["kind", "strength", "group", "split", "source_text"],
    )
    return pd.concat([table.set_index("clip_id", drop=False), added], axis=1)
