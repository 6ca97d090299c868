"""Measured columns that selection rests on, so that a renamed one is an error and no silence."""

from collections.abc import Container, Mapping

import pandas as pd

from clips.errors import ScoringError

NEEDS: Mapping[str, tuple[str, ...]] = {
    "verdicts": ("decoded_s",),
    "error rates": (
        *("wer_errors", "wer_ref_words", "cer_errors", "cer_ref_chars"),
        *("edge_start_errors", "edge_start_chars", "edge_end_errors", "edge_end_chars"),
    ),
    "tempo against the voice": ("chars_per_s",),
    "loudness against the voice": ("integrated_lufs",),
    "speaker and tone against the voice": ("voiced_share", "pitch_hz", "embedding_s"),
    "fairness to labels": (
        *("label_log_odds", "label_logprob", "other_script_share", "number_errors"),
        *("lead_silence_s", "trail_silence_s", "opening_level_db", "closing_level_db"),
        *("heard_unique_share", "heard_chars_per_s", "heard_compression", "heard_repeated_share"),
        *("label_unique_share", "label_chars_per_s", "label_compression", "label_repeated_share"),
    ),
}
_ALL = frozenset(name for names in NEEDS.values() for name in names)


def check_needs(declared: Container[str]) -> None:
    """Hold what selection rests on against what scorers declare.

    Args:
        declared: names of all columns that an installed scorer measures.

    Raises:
        ScoringError: no scorer declares one of them.
    """
    for use, names in NEEDS.items():
        for name in names:
            if name not in declared:
                raise ScoringError(
                    f"selection needs the column {name!r} for {use}, and no scorer declares it:"
                    " it was renamed or its scorer was removed; mend selection/needs.py or the"
                    " scorer"
                )


def has(table: pd.DataFrame, name: str) -> bool:
    """Whether this run measured a needed column; its scorer may have been left out.

    Raises:
        KeyError: the column is not among `NEEDS`, so that nobody would notice it missing.
    """
    if name not in _ALL:
        raise KeyError(f"{name} is not declared in selection/needs.py")
    return name in table
