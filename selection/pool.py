"""Accepted clips of a voice -> what each would add to its best hours."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from selection.choose import Floats, Mask, Pool
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
    balanced: list[Mask] = []
    spent = min(budget_ms, int(length_ms.sum()))
    expected = max(1.0, len(clips) * spent / max(1, int(length_ms.sum())))
    for units, weight, is_balanced in _terms(clips, chosen_by):
        have = np.bincount(units.unit, minlength=units.count)
        if is_balanced:
            share = have / max(1, have.sum())
            each = weight * np.sqrt(share / expected)
        else:
            each = np.full(units.count, weight / max(1e-12, float(np.log1p(have).sum())))
        parts.append(units)
        weights.append(each)
        balanced.append(np.full(units.count, is_balanced))
    quality = clips["score"].fillna(0.0).to_numpy(np.float64) / 100.0
    weight = chosen_by.terms["quality"].weight if "quality" in chosen_by.terms else 0.0
    start, unit = _joined(parts, len(clips))
    return Pool(
        length_ms=length_ms,
        quality=weight * quality * length_ms / max(1, spent),
        text=_numbers(clips["text"]),
        start=start,
        unit=unit,
        weight=np.concatenate([np.zeros(0), *weights]),
        balanced=np.concatenate([np.zeros(0, bool), *balanced]),
    )


def _terms(clips: pd.DataFrame, chosen_by: Choosing) -> list[tuple[Units, float, bool]]:
    weight = {name: term.weight for name, term in chosen_by.terms.items() if term.weight > 0}
    found: list[tuple[Units, float, bool]] = []
    if "diphones" in weight:
        found.append((diphone_units(clips), weight["diphones"], False))
    if "words" in weight:
        found.append((word_units(clips), weight["words"], False))
    if "kinds" in weight:
        found.append((_kinds(clips["sentence_kind"]), weight["kinds"], False))
    for name in chosen_by.columns:
        if name in weight and name in clips and clips[name].count() >= MIN_CLIPS:
            found.append((_bins(clips[name].to_numpy(np.float64)), weight[name], True))
    return found


def _kinds(kinds: "pd.Series[str]") -> Units:
    number: Mapping[str, int] = {kind: i for i, kind in enumerate(KINDS)}
    unit = np.asarray(kinds.map(number).fillna(-1), np.int64)
    (row,) = np.nonzero(unit >= 0)
    return Units(row, unit[row], len(KINDS))


def _bins(values: Floats) -> Units:
    """Tenths of the clips by a measured value; equal values share a bin."""
    (row,) = np.nonzero(np.isfinite(values))
    known = values[row]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))
    return Units(row, np.searchsorted(edges, known, side="right"), edges.size + 1)


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
