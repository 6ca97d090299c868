import threading
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import soxr

from clips.errors import ScoringError
from scorers import embedding as embedding_module
from scorers.base import Measure, Measured, Samples, Unmeasurable, Utterance
from scorers.embedding import encoder
from scorers.speaker import EMBEDDING, SHORTEST_S, Speaker
from scorers.voicing import RATE_HZ, STRENGTH, voicing

EXAMPLE = Path(__file__).parents[2] / "examples/submission"
NEUTRAL = [EXAMPLE / f"VOICE_A_NEUTRAL/{n:04d}.wav" for n in (1, 2, 3, 4)]
LOWER = [EXAMPLE / f"VOICE_B_NEUTRAL/audio/{n:04d}.flac" for n in (1, 2, 3, 6)]

SLT = Path(__file__).parent / "slt"
WHISPER = sorted(SLT.glob("whispered-*.flac"))
# The twelve largest of the 256 numbers that Resemblyzer 0.1.4 itself gives for spoken.wav at 16 kHz
# (soxr) and -30 dBFS.
PLACES = [20, 134, 157, 193, 209, 79, 225, 44, 240, 199, 16, 67]
VALUES = [0.3066, 0.1983, 0.1918, 0.1868, 0.1851, 0.1798, 0.1701, 0.1668, 0.1662, 0.1618]
VALUES += [0.1567, 0.1566]


@cache
def loaded() -> Measure:
    return Speaker().load("cpu")


@cache
def samples(path: Path) -> tuple[Samples, int]:
    audio, rate = sf.read(path, dtype="float32", always_2d=True)
    return audio.T, rate


def measured(audio: Samples, rate: int) -> Measured:
    (row,) = loaded()([Utterance(audio, rate, "", "en")])
    assert isinstance(row, Measured), row
    return row


def of(path: Path) -> Measured:
    return measured(*samples(path))


def embedding(row: Measured) -> np.ndarray:
    return np.asarray(row.details[EMBEDDING])


def test_the_embedding_is_that_of_resemblyzer() -> None:
    audio, rate = samples(SLT / "spoken.wav")
    wave = soxr.resample(audio[0], rate, RATE_HZ).astype(np.float32)
    wave *= 10 ** (-30 / 20) / np.sqrt(np.mean(np.square(wave, dtype=np.float64)))
    ours = encoder()(wave)
    assert ours.shape == (256,)
    assert np.linalg.norm(ours) == pytest.approx(1, abs=1e-5)
    assert ours[PLACES] == pytest.approx(VALUES, abs=5e-4)


def test_one_voice_is_nearer_to_itself_than_to_another() -> None:
    one, two = ([embedding(of(p)) for p in paths] for paths in (NEUTRAL, LOWER))
    within = min(a @ b for group in (one, two) for a in group for b in group)
    between = max(a @ b for a in one for b in two)
    assert within > between


@pytest.mark.parametrize("change", ["12 dB down", "6 dB up", "an offset"])
def test_level_and_offset_do_not_matter(change: str) -> None:
    audio, rate = samples(NEUTRAL[0])
    offset = np.float32(0.05 if change == "an offset" else 0)
    gain = np.float32({"12 dB down": 0.25, "6 dB up": 2.0}.get(change, 1.0))
    before, after = of(NEUTRAL[0]), measured(audio * gain + offset, rate)
    assert embedding(before) @ embedding(after) > 0.99
    for column in ("voiced_share", "level_spread_db", "harmonics_db"):
        assert after.values[column] == pytest.approx(before.values[column], rel=0.05)


def test_whispering_is_told_from_speaking() -> None:
    spoken = [of(p).values["voiced_share"] for p in NEUTRAL]
    whispered = [of(p).values["voiced_share"] for p in WHISPER]
    assert min(spoken) > 0.6  # type: ignore[type-var,operator]
    assert max(whispered) < 0.3  # type: ignore[type-var,operator]
    reasons = {of(p).reasons.get("harmonics_db") for p in WHISPER}
    assert reasons == {"most of the speech is whispered"}
    assert all("harmonics_db" in of(p).values for p in NEUTRAL)


@pytest.mark.parametrize("hertz", [80.0, 127.0, 210.0, 395.0])
def test_the_pitch_of_a_pulse_train_is_its_rate(hertz: float) -> None:
    t = np.arange(RATE_HZ) / RATE_HZ
    wave = sum(np.cos(2 * np.pi * hertz * k * t) / k for k in range(1, 8)).astype(np.float32)
    found = voicing(wave)
    assert (found.strength > STRENGTH).all()
    assert np.median(found.pitch_hz) == pytest.approx(hertz, rel=0.02)


def test_white_noise_has_no_pitch() -> None:
    noise = np.random.default_rng(0).standard_normal(RATE_HZ).astype(np.float32)
    assert (voicing(noise).strength > STRENGTH).mean() < 0.02


def test_too_little_speech_has_a_tone_but_no_embedding() -> None:
    audio, rate = samples(NEUTRAL[0])
    row = measured(audio[:, : int(0.75 * rate)], rate)
    assert EMBEDDING not in row.details
    assert row.values.get("embedding_s") is None
    assert "takes 0.8 s" in row.reasons["embedding_s"]
    assert row.values["voiced_share"] is not None
    assert SHORTEST_S == 0.8


def test_silence_is_unmeasurable() -> None:
    silence = Utterance(np.zeros((1, RATE_HZ), np.float32), RATE_HZ, "", "en")
    assert loaded()([silence]) == [Unmeasurable("silence")]


def test_threads_give_the_same_numbers() -> None:
    expected = [of(p) for p in NEUTRAL]
    found: dict[int, Measured] = {}

    def work(i: int) -> None:
        found[i] = of(NEUTRAL[i])

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(NEUTRAL))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[i] for i in range(len(NEUTRAL))] == expected


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding_module, "DIGEST", "0" * 64)
    with pytest.raises(ScoringError, match="install tenhours again"):
        Speaker().load("cpu")
    monkeypatch.setattr(embedding_module, "WEIGHTS", "none.npz")
    with pytest.raises(ScoringError, match="missing"):
        Speaker().load("cpu")
