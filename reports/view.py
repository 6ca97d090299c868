"""What a report shows: plain tables and declarations, handed in by whoever ran the work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from clips.columns import Column
from selection.policy import Policy
from selection.standing import Standing
from selection.unmoved import Unmoved


@dataclass(frozen=True)
class VoiceSummary(Standing):
    """How one voice stands, and what its description says of it, ``""`` where it says nothing.

    Args:
        provider_voice: the provider's name of the voice.
        tone: the tone that was asked of it.
    """

    provider_voice: str
    tone: str


@dataclass(frozen=True)
class ClipDetails:
    """What people see of one clip beside its numbers.

    Args:
        transcript: what the recogniser heard, ``None`` where it was not asked.
        other_transcript: the second decoding, where there was one and it differs.
        alignment: ``{"op": "equal" | "substitute" | "delete" | "insert", "label": [words],
            "heard": [words]}`` in order.
        label_words: the label's words where the recogniser attends to them, when it is made to
            write the label: ``(text, start_s, end_s)`` in order.
        regions: kind of defect -> ``[start_s, end_s]`` pairs.
        spectrogram: image bytes (WebP), ``None`` where none was drawn.
        waveform: SVG path data in a box of 1000 x 100 units, ``None`` where none was drawn.
    """

    transcript: str | None = None
    other_transcript: str | None = None
    alignment: Sequence[Mapping[str, Any]] = ()
    label_words: Sequence[tuple[str, float, float]] = ()
    regions: Mapping[str, Sequence[Sequence[float]]] = field(default_factory=dict)
    spectrogram: bytes | None = None
    waveform: str | None = None


@dataclass(frozen=True)
class ReportData:
    """All that a report is made of.

    Args:
        title: heading.
        created: ISO 8601 time with zone.
        pseudonym: stands for the contributor.
        submission: facts of `submission.toml` to show, label -> value, in order.
        policy: the policy that judged.
        models: what measured, name -> version, in order (the recogniser first).
        clips: one row per clip: ``clip_id, voice, audio_file, row, turn, turn_index, text,
            language, duration_s, sample_rate_hz, channels, codec, verdict, reasons`` (rule ids
            joined by ``;``)``, score`` (0..100), ``rank`` (1 is best in its voice), ``selected``,
            then one column per measured or derived column; missing values are NaN or None. With
            ``pick, not_selected, phonemes, phonemes_by, phoneme_tokens`` the report shows what is
            selected of each voice (see `selection.cover`).
        findings: ``level, voice, audio_file, clip_id, rule, verdict`` (note, review, reject)``,
            value, bound, unit, words`` (see `clips.words`)``, sentence`` (those words as the
            report's reader is told them).
        voices: in the order of the submission.
        columns: declarations of the measured and derived columns, in order of display.
        details: clip id -> details.
        audio: clip id -> URL of the playable file, relative to the report.
        measured: clips measured in this run.
        reused: clips whose measurements were there already, or are those of an identical clip.
        unmoved: what holds wherever the bounds of the rules stand, for the report to move them;
            ``None`` where they cannot be moved.
    """

    title: str
    created: str
    pseudonym: str
    submission: Mapping[str, str]
    policy: Policy
    models: Mapping[str, str]
    clips: pd.DataFrame
    findings: pd.DataFrame
    voices: Sequence[VoiceSummary]
    columns: Sequence[Column]
    details: Mapping[str, ClipDetails]
    audio: Mapping[str, str]
    measured: int
    reused: int
    unmoved: Unmoved | None = None
