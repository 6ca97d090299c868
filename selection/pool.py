"""Accepted clips of a voice -> what each would add to its best hours."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from selection.choose import Floats, Pool
from selection.policy import Choosing
from selection.texts import KINDS, Units, diphone_units, same_text, word_units

POOL_COLUMNS = ("text", "language", "phonemes", "phonemes_by", "sentence_kind", "score")
BINS = 10
MIN_CLIPS = 2 * BINS  # fewer say little about how a voice's values are spread
Places = npt.NDArray[np.int64]


def build_pool(clips: pd.DataFrame, length_ms: Places, chosen_by: Choosing, budget_ms: int) -> Pool:
    """What the clips of a voice would add.

    Every term is scaled to its share of what the whole pool has, so that weights compare: 1 for all
    words of the pool, for the voice's own spread of pitch, for the highest score throughout.

    Args:
        clips: `POOL_COLUMNS` and the columns that terms name; in an order that does not depend on
            how they came.
        length_ms: of each clip.
        chosen_by: the terms.
        budget_ms: what is chosen from them.
    """
    parts: list[Units] = []
    weights: list[Floats] = []
    spent = max(1, min(budget_ms, int(length_ms.sum())))
    for units, weight in _terms(clips, chosen_by):
        have = np.bincount(units.unit, minlength=units.count)
        parts.append(units)
        whole = max(1e-12, float(np.log1p(have).sum()))
        weights.append(np.full(units.count, weight / whole))
    bins, bin_weight = _bins(clips, length_ms, chosen_by, spent)
    quality = clips["score"].fillna(0.0).to_numpy(np.float64) / 100.0
    weight = chosen_by.terms["quality"].weight if "quality" in chosen_by.terms else 0.0
    start, unit = _joined(parts, len(clips))
    return Pool(
        length_ms=length_ms,
        quality=weight * quality * length_ms / spent,
        text=_numbers(clips["text"]),
        start=start,
        unit=unit,
        weight=np.concatenate([np.zeros(0), *weights]),
        bins=bins,
        bin_weight=bin_weight,
    )


def _terms(clips: pd.DataFrame, chosen_by: Choosing) -> list[tuple[Units, float]]:
    weight = {name: term.weight for name, term in chosen_by.terms.items() if term.weight > 0}
    found: list[tuple[Units, float]] = []
    if "diphones" in weight:
        found.append((diphone_units(clips), weight["diphones"]))
    if "words" in weight:
        found.append((word_units(clips), weight["words"]))
    if "kinds" in weight:
        found.append((_kinds(clips["sentence_kind"]), weight["kinds"]))
    return found


def _bins(
    clips: pd.DataFrame, length_ms: Places, chosen_by: Choosing, spent: int
) -> tuple[Places, Floats]:
    """The tenths of the columns that each clip is in, and what a bin weighs, 0 for the last."""
    columns: list[Places] = []
    weights: list[Floats] = []
    count = 0
    for name in chosen_by.columns:
        weight = chosen_by.terms[name].weight
        if weight > 0 and name in clips and clips[name].count() >= MIN_CLIPS:
            bins = _tenths(clips[name].to_numpy(np.float64))
            time = np.bincount(bins[bins >= 0], length_ms[bins >= 0])
            weights.append(weight * np.sqrt(time / time.sum() / spent))
            columns.append(np.where(bins >= 0, bins + count, -1))
            count += time.size
    placed = np.column_stack(columns or [np.full(len(clips), -1)])
    return np.where(placed >= 0, placed, count), np.concatenate([*weights, np.zeros(1)])


def _kinds(kinds: "pd.Series[str]") -> Units:
    number: Mapping[str, int] = {kind: i for i, kind in enumerate(KINDS)}
    unit = np.asarray(kinds.map(number).fillna(-1), np.int64)
    (row,) = np.nonzero(unit >= 0)
    return Units(row, unit[row], len(KINDS))


def _tenths(values: Floats) -> Places:
    """Tenths of the clips by a measured value, -1 without one; equal values share a bin."""
    known = np.isfinite(values)
    edges = np.unique(np.quantile(values[known], np.linspace(0, 1, BINS + 1)[1:-1]))
    return np.where(known, np.searchsorted(edges, values, side="right"), -1)


def _numbers(texts: "pd.Series[str]") -> Places:
    """Labels as numbers, equal where the text is the same; one without a text is like no other."""
    same = np.array([same_text(text) for text in texts.tolist()], dtype=object)
    number, _ = pd.factorize(same)
    return np.where(same == "", number.max(initial=0) + 1 + np.arange(number.size), number)


def _joined(parts: list[Units], n: int) -> tuple[Places, Places]:
    """The units of all terms per clip, as `Pool.start` and `Pool.unit`."""
    offsets = np.cumsum([0, *(p.count for p in parts)])
    row = np.concatenate([np.zeros(0, np.int64), *(p.row for p in parts)])
    unit = np.concatenate(
        [np.zeros(0, np.int64), *(p.unit + o for p, o in zip(parts, offsets, strict=False))]
    )
    start = np.append(0, np.cumsum(np.bincount(row, minlength=n)))
    count = max(1, int(offsets[-1]))
    return start, np.sort(row * count + unit) % count
