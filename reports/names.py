"""What people call a measurement, what it belongs to, and how its values are written."""

from clips.columns import Column
from clips.numbers import with_unit
from reports.wording import visible
from selection.policy import MeasuredRule

GROUPS: dict[str, dict[str, str]] = {
    "Label": {
        "wer": "Word errors",
        "cer": "Character errors",
        "edge_start_cer": "Errors at the start",
        "edge_end_cer": "Errors at the end",
        "uncovered_s": "Speech without a word",
        "avg_logprob": "Sureness of the recogniser",
        "label_logprob": "Likelihood of the label",
        "label_least_logprob": "Likelihood of its least likely word",
        "label_log_odds": "Label against transcript",
        "language_prob": "Stated language",
        "other_script_share": "Other script",
        "no_speech_prob": "No speech, says the recogniser",
    },
    "Noise": {
        "dnsmos_ovrl": "Sound overall",
        "dnsmos_sig": "Sound of the speech",
        "dnsmos_bak": "Sound of the background",
        "dnsmos_p808": "Sound overall, older network",
        "snr_db": "Speech over noise",
        "noise_floor_dbfs": "Noise floor",
        "hum_db": "Mains hum",
        "decay_s": "Reverberation",
        "harmonics_db": "Harmonics over noise",
    },
    "Artifacts": {
        "clipped_share": "Clipping",
        "click_count": "Clicks",
        "dropout_count": "Drop-outs",
        "dropout_longest_s": "Longest drop-out",
        "stuck_s": "Stuck audio",
        "repeat_s": "Repeated audio",
        "dc_offset": "Offset from zero",
        "dead_channels": "Silent channels",
        "channel_correlation": "Likeness of channels",
        "bandwidth_hz": "Bandwidth",
        "bandwidth_share": "Bandwidth of what there could be",
        "cutoff_hz": "Cut-off of the spectrum",
        "cutoff_db": "Depth of the cut-off",
        "sample_rate_hz": "Sample rate",
        "channels": "Channels",
    },
    "Loudness": {
        "integrated_lufs": "Loudness",
        "loudness_offset_lu": "Loudness against the voice",
        "loudness_range_lu": "Loudness range",
        "true_peak_dbtp": "True peak",
        "level_spread_db": "Loud over soft speech",
    },
    "Pace": {
        "tempo_iqr": "Tempo against the voice",
        "chars_per_s": "Characters a second",
        "lead_silence_s": "Silence before",
        "trail_silence_s": "Silence after",
        "inner_silence_s": "Longest pause",
        "speech_share": "Share of speech",
        "speech_s": "Speech",
        "start_level_db": "Level at the start",
        "end_level_db": "Level at the end",
        "opening_level_db": "Level after the first silence",
        "closing_level_db": "Level before the last silence",
        "duration_s": "Length",
    },
    "Voice": {
        "speaker_similarity": "Likeness to the voice",
        "speaker_deviation": "Likeness, in deviations",
        "voiced_share": "Voiced speech",
        "voiced_share_offset": "Voiced speech against the voice",
        "pitch_hz": "Pitch",
        "pitch_offset_st": "Pitch against the voice",
        "pitch_range_st": "Pitch range",
        "final_pitch_st": "Pitch at the end",
    },
}
OTHER = "Other"
_HEADINGS = {key: title for group in GROUPS.values() for key, title in group.items()}
_GROUP = {key: name for name, group in GROUPS.items() for key in group}
PERCENT = frozenset(
    {
        *("wer", "cer", "edge_start_cer", "edge_end_cer", "clipped_share", "speech_share"),
        *("language_prob", "other_script_share", "no_speech_prob", "bandwidth_share"),
        *("voiced_share", "voiced_share_offset"),
    }
)


def heading(key: str) -> str:
    """What people call a column; its identifier, spaced, where nobody named it.

    Example:
        >>> heading("wer"), heading("room_tone_db")
        ('Word errors', 'Room tone db')
    """
    return _HEADINGS.get(key) or visible(key).replace("_", " ").capitalize()


def group(key: str) -> str:
    """What a column tells about."""
    return _GROUP.get(key, OTHER)


def unit(column: Column) -> str:
    """Unit in which people read a column."""
    return "%" if column.name in PERCENT else column.unit


def amount(key: str, value: float | None, unit: str) -> str:
    """A value as people read it.

    Example:
        >>> amount("wer", 0.333333, ""), amount("snr_db", 12.34567, "dB")
        ('33.3 %', '12.35 dB')
    """
    if key in PERCENT and value is not None:
        return with_unit(float(f"{100 * value:.3g}"), "%")
    return with_unit(value, unit)


def against(key: str, value: float | None, bound: float | None, unit: str) -> str:
    """A measurement against the bound that it broke, in a few words.

    Example:
        >>> against("wer", 1 / 3, 0.3, "")
        'Word errors 33.3 % (limit 30 %)'
        >>> against("snr_db", None, None, "dB")
        'Speech over noise not measured'
    """
    if value is None:
        return f"{heading(key)} not measured"
    said = f"{heading(key)} {amount(key, value, unit)}"
    return said if bound is None else f"{said} (limit {amount(key, bound, unit)})"


def limits(rule: MeasuredRule) -> str:
    """The bounds of a rule in the units that people read.

    Example:
        >>> wer = {"review_above": 0.1, "reject_above": 0.3}
        >>> limits(MeasuredRule(column="wer", unit="", why="w", says="", remedy="", **wer))
        'review above 10 %, reject above 30 %'
    """
    return ", ".join(
        f"{verdict} {side} {amount(rule.column, value, rule.unit)}"
        for verdict, side, value in rule.bounds
    )
