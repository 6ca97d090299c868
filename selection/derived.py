"""Columns derived when deciding: rates from counts, and a clip against its own voice."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from clips.columns import Column
from selection.consistency import CONSISTENCY
from selection.needs import has
from selection.pick import PICK_COLUMNS
from selection.texts import TEXT_COLUMNS

_RATES = (
    (
        "wer",
        "wer_errors",
        "wer_excused",
        "wer_ref_words",
        "Word error rate: wrong, missing and added words per word of the label.",
    ),
    (
        "cer",
        "cer_errors",
        "cer_excused",
        "cer_ref_chars",
        "Character error rate: the same, counted in characters.",
    ),
    (
        "edge_start_cer",
        "edge_start_errors",
        "edge_start_excused",
        "edge_start_chars",
        "Character error rate of the label's first 12 characters.",
    ),
    (
        "edge_end_cer",
        "edge_end_errors",
        "edge_end_excused",
        "edge_end_chars",
        "Character error rate of the label's last 12 characters.",
    ),
)
# why a derived column has no value is what its measured column says
BASIS: dict[str, str] = {
    **{name: errors for name, errors, *_ in _RATES},
    "tempo_iqr": "chars_per_s",
    "tempo_distance_iqr": "chars_per_s",
    "loudness_offset_lu": "integrated_lufs",
    "speaker_similarity": "embedding_s",
    "speaker_deviation": "embedding_s",
    "voiced_share_offset": "voiced_share",
    "pitch_offset_st": "pitch_hz",
}
MIN_CLIPS = 8
MIN_LETTERS = 8
_MIN_IQR_SHARE = 0.05

DERIVED: tuple[Column, ...] = (
    *(
        Column(name, "", "lower", 0.0, None, about, f"({errors} - {excused}) / {total}")
        for name, errors, excused, total, about in _RATES
    ),
    *(
        Column(excused, unit, "neither", 0.0, None, about, "selection/recogniser.py")
        for excused, unit, about in (
            (
                "wer_excused",
                "words",
                "Errors on words that the recogniser gets wrong wherever the voice says them; all"
                " of a clip whose label it finds nearly as likely.",
            ),
            ("cer_excused", "characters", "The same, counted in characters."),
            ("edge_start_excused", "characters", "Those of them at the start."),
            ("edge_end_excused", "characters", "Those of them at the end."),
        )
    ),
    Column(
        *("tempo_iqr", "IQR", "neither", None, None),
        "How far the speaking rate lies outside the middle half of its voice, in interquartile"
        " ranges; negative is slower, 0 is inside, as is what has too few letters to tell.",
        "Tukey's fences on chars_per_s, as Piper's data filter",
    ),
    Column(
        *("tempo_distance_iqr", "IQR", "lower", 0.0, None),
        "The same without its sign.",
        "tempo_iqr",
    ),
    Column(
        *("loudness_offset_lu", "LU", "lower", 0.0, None),
        "Distance of the loudness from the median of its voice.",
        "integrated_lufs",
    ),
    *CONSISTENCY,
    *TEXT_COLUMNS,
    *PICK_COLUMNS,
)


def derive(table: pd.DataFrame) -> pd.DataFrame:
    """Add the derived columns to a table of measurements.

    What the scorers behind a column did not measure stays missing. A voice with fewer than 8
    measured clips has no tempo to compare with; a label of fewer than 8 letters, or with more than
    one figure for four of them, counts as inside.

    Args:
        table: one row per clip with ``voice`` and measured columns.

    Returns:
        A copy with the rates and what is relative to the voice's tempo and loudness; a rate over
        nothing is missing, never 0.
    """
    out = table.copy(deep=False)
    for name, errors, excused, total, _ in _RATES:
        if has(out, errors):
            charged = out[errors] - out[excused] if excused in out else out[errors]
            # each excused word was measured by itself; together they may come to more
            out[name] = charged.clip(lower=0) / out[total].where(out[total] > 0)
    if has(out, "chars_per_s"):
        out["tempo_iqr"] = out.groupby("voice")["chars_per_s"].transform(_outside_quartiles)
        if "text" in out:
            without = np.array([not has_tempo(str(text or "")) for text in out["text"]], bool)
            out["tempo_iqr"] = out["tempo_iqr"].mask(out["tempo_iqr"].notna() & without, 0.0)
        out["tempo_distance_iqr"] = out["tempo_iqr"].abs()
    if has(out, "integrated_lufs"):
        median = out.groupby("voice")["integrated_lufs"].transform("median")
        out["loudness_offset_lu"] = (out["integrated_lufs"] - median).abs()
    return out


def present(table: pd.DataFrame, columns: Sequence[Column]) -> tuple[Column, ...]:
    """Those declared columns that a table has, in the order of declaration."""
    return tuple(c for c in columns if c.name in table)


def has_tempo(text: str) -> bool:
    """Whether a label is long enough, and written enough as it is spoken, to have a tempo.

    A word or two are drawn out or swallowed in good speech, and a figure is spoken as many letters.

    Example:
        >>> has_tempo("Read chapter 12 first."), has_tempo("No!"), has_tempo("Call 555-0142-7788.")
        (True, False, False)
    """
    letters, figures = sum(map(str.isalpha, text)), sum(map(str.isdigit, text))
    return letters >= MIN_LETTERS and figures <= letters / 4


def _outside_quartiles(rates: "pd.Series[float]") -> "pd.Series[float]":
    if rates.count() < MIN_CLIPS:
        return rates * np.nan
    low, middle, high = (float(rates.quantile(q)) for q in (0.25, 0.5, 0.75))
    # a voice that hardly varies would make every small difference an outlier
    spread = max(high - low, _MIN_IQR_SHARE * middle)
    return (rates - rates.clip(low, high)) / spread
