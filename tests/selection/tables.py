"""Small tables of measurements, made up for the algebra of deciding."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from clips.columns import Column
from clips.table import Finding
from selection.decide import Decision
from selection.findings import in_words
from selection.policy import MeasuredRule, Policy, load_policy
from selection.verdicts import Evidence

COLUMNS = (
    Column("decoded_s", "s", "neither", 0.0, None, "Length.", "test"),
    Column("snr_db", "dB", "higher", None, None, "Signal to noise.", "test"),
    Column("wer_errors", "words", "lower", 0, None, "Errors.", "test"),
    Column("wer_ref_words", "words", "neither", 0, None, "Words.", "test"),
)


def table(
    seconds: Sequence[float],
    snr: Sequence[float],
    voice: str = "V",
    wer: Sequence[float] | None = None,
) -> pd.DataFrame:
    n = len(seconds)
    ids = [f"{voice}-{i}" for i in range(n)]
    return pd.DataFrame(
        {
            "clip_id": ids,
            "voice": voice,
            "tone": "neutral",
            "audio_file": [f"{i:06d}.wav" for i in range(n)],
            "row": range(n),
            "text": "",
            "language": "en",
            "duration_s": np.asarray(seconds, float),
            "decoded_s": np.asarray(seconds, float),
            "snr_db": np.asarray(snr, float),
            "wer_errors": np.zeros(n) if wer is None else np.asarray(wer, float),
            "wer_ref_words": np.full(n, 10.0),
        },
        index=ids,
    )


def evidence(
    rows: pd.DataFrame,
    intake: Sequence[Finding] = (),
    pending: Mapping[str, str] | None = None,
    reasons: Mapping[str, Mapping[str, str]] | None = None,
) -> Evidence:
    return Evidence(rows, COLUMNS, reasons or {}, pending or {}, intake)


def policy(hours: float = 10, minimum: float = 0, **snr: float | str) -> Policy:
    """A policy with one rule on the SNR and one on the WER, ranking by both."""
    base = load_policy()
    rules = {
        "snr": MeasuredRule.model_validate(
            {"column": "snr_db", "unit": "dB", "why": "w", "says": "Too noisy", "remedy": ""}
            | (snr or {"reject_below": 10.0, "review_below": 20.0})
        ),
        "wer": base.rules["wer"],
    }
    return base.model_copy(
        update={
            "rules": rules,
            "weights": {"snr_db": 1.0, "wer": 1.0},
            "enough": {},
            "selection": base.selection.model_copy(
                update={"strategy": "score", "terms": {}, "shares": {}, "floor": None}
            ),
            "budget": base.budget.model_copy(
                update={"hours_per_voice": hours, "minimum_hours": minimum}
            ),
        }
    )


def sentences(decision: Decision) -> pd.Series:
    """What the maintainer is told, by finding."""
    return in_words(decision.findings)["sentence"]


__all__ = ["COLUMNS", "evidence", "policy", "replace", "sentences", "table"]
