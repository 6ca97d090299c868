"""What the selected clips of a voice cover, what they lack, and which sentences would bring it."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clips.rules.base import VERDICTS
from selection.choose import Floats, Ints
from selection.phonemes import LETTERS
from selection.policy import Choosing
from selection.texts import Units, diphones

MOST_SENTENCES = 8


@dataclass(frozen=True)
class Sentence:
    """A clip that is not selected, and the diphones that it alone of those before it would bring.

    Args:
        why: why it is not selected, where it was accepted.
    """

    clip_id: str
    verdict: str
    why: str
    brings: tuple[str, ...]


@dataclass(frozen=True)
class Length:
    """Labels of some length in phoneme tokens: ``from_tokens`` to below ``below_tokens``.

    Args:
        name: of the share in the policy.
        wanted: share of the seconds that is served first, 0 to 1; ``None`` where none is.
        got: of the seconds that are selected.
        offered: of the seconds of all clips with a label.
    """

    name: str
    from_tokens: int
    below_tokens: int | None
    wanted: float | None
    got: float
    offered: float


@dataclass(frozen=True)
class Cover:
    """The selection of one voice.

    Args:
        voice: its name.
        letters: whether pairs of letters stand for diphones, as nothing reads the language.
        seconds: ``(n + 1,)`` length of the first clips that were taken, from none to all.
        covered: ``(n + 1,)`` diphones that those have.
        every: diphones that the labels of all clips of the voice have.
        missing: verdict -> those that no selected clip has, under the best verdict of their clips.
        sentences: clips that would bring most of them, one after the other.
        lengths: as the policy parts them.
    """

    voice: str
    letters: bool
    seconds: Floats
    covered: Ints
    every: int
    missing: dict[str, tuple[str, ...]]
    sentences: tuple[Sentence, ...]
    lengths: tuple[Length, ...]


def cover(voice: str, clips: pd.DataFrame, chosen_by: Choosing) -> Cover | None:
    """What the selection of a voice covers; ``None`` where nothing is selected.

    Args:
        voice: its name.
        clips: its clips: ``clip_id, text, phonemes, phonemes_by, phoneme_tokens, duration_s,
            verdict, selected, pick, not_selected``.
        chosen_by: how they were chosen.
    """
    said = clips[clips["phoneme_tokens"].notna() & clips["duration_s"].notna()]
    taken = np.flatnonzero(said["selected"].to_numpy(bool))
    if not taken.size:
        return None
    units, written = diphones(said)
    taken = taken[np.argsort(said["pick"].to_numpy(np.float64)[taken], kind="stable")]
    lengths = said["duration_s"].to_numpy(np.float64)
    since = _since(units, taken, len(said))
    lacked = np.flatnonzero(since == taken.size)
    return Cover(
        voice=voice,
        letters=bool((said["phonemes_by"] == LETTERS).mean() > 0.5),
        seconds=np.append(0.0, np.cumsum(lengths[taken])),
        covered=np.append(0, np.cumsum(np.bincount(since, minlength=taken.size + 1)[:-1])),
        every=units.count,
        missing=_missing(units, lacked, said["verdict"], written),
        sentences=tuple(_sentences(units, lacked, said, written)),
        lengths=tuple(_lengths(said, chosen_by)),
    )


def _since(units: Units, taken: Ints, n: int) -> Ints:
    """Per unit the place of the first taken text that has it; how many they are, where none has."""
    place = np.full(n, taken.size)
    place[taken] = np.arange(taken.size)
    since = np.full(units.count, taken.size)
    np.minimum.at(since, units.unit, place[units.row])
    return since


def _missing(
    units: Units, lacked: Ints, verdicts: "pd.Series[str]", written: Callable[[int], str]
) -> dict[str, tuple[str, ...]]:
    rank = verdicts.map({v: i for i, v in enumerate(VERDICTS)}).to_numpy(np.int64)
    best = np.full(units.count, len(VERDICTS))
    np.minimum.at(best, units.unit, rank[units.row])
    return {
        verdict: tuple(written(int(n)) for n in lacked[best[lacked] == i])
        for i, verdict in enumerate(VERDICTS)
    }


def _sentences(
    units: Units, lacked: Ints, said: pd.DataFrame, written: Callable[[int], str]
) -> Iterator[Sentence]:
    """The text that brings most, then the one that brings most beside it; of equals the better."""
    wanted = np.isin(units.unit, lacked)
    row, unit = units.row[wanted], units.unit[wanted]
    grave = said["verdict"].map({v: i for i, v in enumerate(VERDICTS)}).to_numpy(np.int64)
    for _ in range(MOST_SENTENCES):
        brings = np.bincount(row, minlength=len(said))
        if not brings.any():
            return
        best = int(np.lexsort((grave, -brings))[0])
        mine = unit[row == best]
        clip = said.iloc[best]
        yield Sentence(
            str(clip["clip_id"]),
            str(clip["verdict"]),
            str(clip["not_selected"]),
            tuple(written(int(n)) for n in mine),
        )
        left = ~np.isin(unit, mine)
        row, unit = row[left], unit[left]


def _lengths(said: pd.DataFrame, chosen_by: Choosing) -> Iterator[Length]:
    tokens, lengths = (said[c].to_numpy(np.float64) for c in ("phoneme_tokens", "duration_s"))
    chosen = said["selected"].to_numpy(bool)
    parts = [
        (name, s.from_tokens, s.below_tokens, s.share if chosen_by.strategy == "coverage" else None)
        for name, s in chosen_by.shares.items()
    ]
    if chosen_by.most_tokens:
        parts.append(("too long", chosen_by.most_tokens + 1, None, None))
    for name, low, high, wanted in parts:
        mine = lengths * ((tokens >= low) & (tokens < (math.inf if high is None else high)))
        yield Length(
            *(name, low, high, wanted),
            got=float(mine[chosen].sum() / lengths[chosen].sum()),
            offered=float(mine.sum() / lengths.sum()),
        )
