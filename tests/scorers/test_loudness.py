"""Loudness against EBU Tech 3341 signals, made here, and against ffmpeg."""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from scorers.loudness import Loudness
from tests.scorers.signals import measured, tone, utterance, voice

RATE_HZ = 48_000


def steps(*parts: tuple[float, float]) -> np.ndarray:
    """Stereo 1 kHz sine in steps of (dBFS, seconds), as in EBU Tech 3341, section 2.9."""
    one = np.concatenate([tone(1000.0, seconds, dbfs, RATE_HZ) for dbfs, seconds in parts])
    return np.stack([one, one])


def values(audio: np.ndarray, rate_hz: int = RATE_HZ) -> dict[str, float | None]:
    return dict(measured(Loudness(), utterance(audio, rate_hz)).values)


@pytest.mark.parametrize(
    ("case", "audio", "lufs"),
    [
        (1, steps((-23.0, 20.0)), -23.0),
        (2, steps((-33.0, 20.0)), -33.0),
        (3, steps((-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)), -23.0),
        (4, steps((-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)), -23),
        (5, steps((-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)), -23.0),
    ],
)
def test_ebu_3341(case: int, audio: np.ndarray, lufs: float) -> None:
    assert values(audio)["integrated_lufs"] == pytest.approx(lufs, abs=0.1)


def test_one_channel_counts_once() -> None:
    stereo = steps((-23.0, 5.0))
    assert values(stereo[:1])["integrated_lufs"] == pytest.approx(-26.0, abs=0.1)


def test_ebu_3342_ranges() -> None:
    assert values(steps((-20.0, 20.0), (-30.0, 20.0)))["loudness_range_lu"] == pytest.approx(
        10.0, abs=1.0
    )
    assert values(steps((-40.0, 20.0), (-20.0, 20.0)))["loudness_range_lu"] == pytest.approx(
        20.0, abs=1.0
    )


@pytest.mark.parametrize("phase", [0.0, np.pi / 4, np.pi / 3])
def test_true_peak_between_the_samples(phase: float) -> None:
    # EBU Tech 3341 cases 15 to 18: peaks that no sample hits
    time = np.arange(RATE_HZ) / RATE_HZ
    fade = np.minimum(1.0, np.minimum(time, time[::-1]) * 20.0)
    sine = fade * 0.5 * np.sin(2 * np.pi * RATE_HZ / 4 * time + phase)
    assert values(sine)["true_peak_dbtp"] == pytest.approx(-6.0, abs=0.2)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
@pytest.mark.parametrize("rate_hz", [16_000, 24_000, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_same_as_ffmpeg(rate_hz: int, channels: int, tmp_path: Path) -> None:
    audio = np.stack([voice(5.0, rate_hz, seed) for seed in range(channels)])
    soundfile.write(tmp_path / "clip.wav", audio.T, rate_hz, subtype="FLOAT")
    report = subprocess.run(
        ["ffmpeg", "-hide_banner", "-i", "clip.wav", "-af", "ebur128=peak=true", "-f", "null", "-"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stderr
    summary = report[report.rindex("Summary") :]
    theirs = {key: float(value) for key, value in re.findall(r"(I|Peak):\s+(-?[\d.]+)", summary)}
    ours = values(audio, rate_hz)
    assert ours["integrated_lufs"] == pytest.approx(theirs["I"], abs=0.1)
    assert ours["true_peak_dbtp"] == pytest.approx(theirs["Peak"], abs=0.2)


@pytest.mark.parametrize("gain_db", [-20.0, -6.0, 6.0])
def test_gain_shifts_exactly(gain_db: float) -> None:
    audio = voice(5.0)
    plain, shifted = values(audio, 24_000), values(audio * 10 ** (gain_db / 20), 24_000)
    for name in ("integrated_lufs", "true_peak_dbtp"):
        before, after = plain[name], shifted[name]
        assert before is not None
        assert after == pytest.approx(before + gain_db, abs=1e-3)
    assert shifted["loudness_range_lu"] == pytest.approx(plain["loudness_range_lu"], abs=1e-3)


def test_short_clip_is_one_block() -> None:
    found = measured(Loudness(), utterance(steps((-23.0, 0.3)), RATE_HZ))
    assert found.values["integrated_lufs"] == pytest.approx(-23.0, abs=0.5)
    assert found.details == {"block_s": 0.3}
    assert found.reasons == {"loudness_range_lu": "shorter than 3 s"}


@pytest.mark.parametrize("samples", range(17_000, 17_020))
def test_any_length_near_a_block(samples: int) -> None:
    audio = np.ones((1, samples)) * 0.1
    assert values(audio, 44_100)["integrated_lufs"] is not None


def test_no_numbers() -> None:
    too_short = measured(Loudness(), utterance(np.full(100, 0.5), RATE_HZ))
    assert too_short.reasons["integrated_lufs"] == "shorter than 0.1 s"
    silent = measured(Loudness(), utterance(np.zeros(5 * RATE_HZ), RATE_HZ))
    assert set(silent.reasons.values()) == {"silence"}
    faint = measured(Loudness(), utterance(tone(1000.0, 5.0, -90.0, RATE_HZ), RATE_HZ))
    assert faint.reasons["integrated_lufs"] == "quieter than the gate at -70 LUFS"
