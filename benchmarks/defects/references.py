"""Measurements against what was planted, FFmpeg and Microsoft's own DNSMOS code."""

import math
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.defects.clean import Clean
from scorers.base import Utterance
from scorers.loudness import integrated_lufs, true_peak_dbtp

DNSMOS_CLIPS = 10


@dataclass(frozen=True)
class References:
    """Largest and median differences.

    Args:
        lufs: against FFmpeg's ebur128, per clip, in LU.
        peak_db: against FFmpeg's true peak, per clip, in dB.
        dnsmos: against speechmos, largest of the four scores, per clip.
    """

    lufs: tuple[float, ...]
    peak_db: tuple[float, ...]
    dnsmos: tuple[float, ...]


def compare(clips: Sequence[Clean], data: Path | None) -> References:
    """Measure the clips both ways; with a data folder its loudness vectors too."""
    paths = [c.path for c in clips]
    if data:
        paths += sorted((data / "loudness").glob("*.wav"))
    lufs, peaks = [], []
    for path in paths:
        audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
        ours = integrated_lufs(audio.astype(np.float64), rate), true_peak_dbtp(audio.T)
        loud, peak = ffmpeg(path)
        if isinstance(ours[0], float) and loud > -69.9:
            lufs.append(ours[0] - loud)
        if isinstance(ours[1], float) and math.isfinite(peak):
            peaks.append(ours[1] - peak)
    return References(tuple(lufs), tuple(peaks), tuple(_dnsmos(clips)))


def ffmpeg(path: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP, to a tenth, by FFmpeg's ebur128."""
    with tempfile.NamedTemporaryFile("r", suffix=".txt") as file:
        chain = f"ebur128=peak=true:metadata=1,ametadata=print:file={file.name}"
        command = ["ffmpeg", "-nostdin", "-hide_banner", "-i", str(path), "-af", chain]
        done = subprocess.run(
            [*command, "-f", "null", "-"], check=True, capture_output=True, text=True
        )
        text = file.read()
    loudness = re.findall(r"lavfi\.r128\.I=(\S+)", text)
    summary = done.stderr[done.stderr.rindex("True peak:") :]
    peak = re.search(r"Peak:\s+(\S+) dBFS", summary)
    return float(loudness[-1]), float(peak[1]) if peak else math.nan


def _dnsmos(clips: Sequence[Clean]) -> list[float]:
    from speechmos import dnsmos

    from scorers.base import Measured
    from scorers.dnsmos.scorer import Dnsmos

    measure = Dnsmos().load("cpu")
    differences: list[float] = []
    for clip in clips:
        if len(differences) == DNSMOS_CLIPS:
            break
        samples, rate = clip.read()
        utterance = Utterance(samples[None].astype(np.float32), rate, "", "")
        if np.abs(utterance.at(16_000)).max() > 1.0:  # which speechmos refuses
            continue
        row = measure([utterance])[0]
        theirs = dnsmos.run(utterance.at(16_000), sr=16_000)
        if isinstance(row, Measured):
            differences.append(
                max(
                    abs(float(row.values[f"dnsmos_{name}"] or 0) - float(theirs[f"{name}_mos"]))
                    for name in ("sig", "bak", "ovrl", "p808")
                )
            )
    return differences
