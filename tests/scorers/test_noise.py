"""DNSMOS against Microsoft's own code, SNR against planted noise, and the model files."""

import warnings
from pathlib import Path

import numpy as np
import pytest

from clips.errors import ScoringError
from scorers import dnsmos_models
from scorers.base import Unmeasurable
from scorers.noise import Noise
from scorers.snr import noise_floor_dbfs, snr_db
from tests.scorers.signals import RATE_HZ, level, measured, row, utterance, voice

AUTHORITY = {
    "dnsmos_sig": "sig_mos",
    "dnsmos_bak": "bak_mos",
    "dnsmos_ovrl": "ovrl_mos",
    "dnsmos_p808": "p808_mos",
}


@pytest.mark.parametrize("seconds", [0.4, 5.0, 6.5, 9.3, 11.2])
def test_same_as_speechmos(seconds: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from speechmos import dnsmos
    clip = utterance(voice(11.2)[: round(seconds * RATE_HZ)])
    ours = measured(Noise(), clip).values
    theirs = dnsmos.run(np.clip(clip.at(16_000), -1.0, 1.0), 16_000)
    for name, key in AUTHORITY.items():
        assert ours[name] == pytest.approx(float(np.clip(theirs[key], 1.0, 5.0)), abs=0.01)


def coloured(kind: str, size: int) -> np.ndarray:
    rng = np.random.default_rng(7)
    spectrum = np.fft.rfft(rng.standard_normal(size))
    if kind == "pink":
        spectrum /= np.sqrt(np.maximum(np.arange(spectrum.size), 1))
    return np.fft.irfft(spectrum, size)


@pytest.mark.parametrize("kind", ["white", "pink"])
@pytest.mark.parametrize("planted", [5.0, 15.0, 25.0, 35.0])
def test_snr_of_planted_noise(kind: str, planted: float) -> None:
    clean = voice(4.0)
    noise = coloured(kind, clean.size)
    noisy = clean + noise / level(noise) * level(clean) * 10 ** (-planted / 20)
    speech = ((0.15, 3.6),)
    assert snr_db(noisy.astype(np.float32), RATE_HZ, speech) == pytest.approx(planted, abs=3.0)


def test_snr_does_not_hear_level() -> None:
    audio = voice(4.0)
    assert snr_db(audio * np.float32(0.1), RATE_HZ, ()) == pytest.approx(
        snr_db(audio, RATE_HZ, ()), abs=1e-3
    )


def test_noise_floor() -> None:
    audio = np.zeros(2 * RATE_HZ, dtype=np.float32)
    audio[RATE_HZ:] = 0.3
    assert noise_floor_dbfs(audio, RATE_HZ, ((1.0, 2.0),)) == -120.0
    hiss = np.random.default_rng(0).standard_normal(audio.size).astype(np.float32) * 0.001
    assert noise_floor_dbfs(audio + hiss, RATE_HZ, ((1.0, 2.0),)) == pytest.approx(-60.0, abs=1.0)


def test_silence_has_a_floor_but_no_score() -> None:
    found = measured(Noise(), utterance(np.zeros(RATE_HZ)))
    assert found.values["noise_floor_dbfs"] == -120.0
    assert set(found.reasons.values()) == {"silence"}


def test_too_short() -> None:
    for samples in (0, 1, 1200):
        assert row(Noise(), utterance(np.ones(samples))) == Unmeasurable("shorter than 0.1 s")


def test_version_names_the_networks() -> None:
    assert Noise().version.endswith(dnsmos_models.DIGEST)


def test_models_are_laid_out_and_repaired(tmp_path: Path) -> None:
    folder = dnsmos_models.provide(tmp_path / "models")
    names = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    assert names == sorted(dnsmos_models.MODELS)
    broken = folder / "DNSMOS/model_v8.onnx"
    broken.write_bytes(b"half a file")
    dnsmos_models.provide(folder)
    assert broken.stat().st_size > 10_000


def test_other_models_are_refused(tmp_path: Path) -> None:
    (tmp_path / "speechmos/dnsmos_models").mkdir(parents=True)
    (tmp_path / "speechmos/dnsmos_models/model_v8.onnx").write_bytes(b"another network")
    with pytest.raises(ScoringError, match="pip install"):
        dnsmos_models.provide(tmp_path / "models", tmp_path / "speechmos")


def test_unwritable_folder_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(ScoringError, match="XDG_CACHE_HOME"):
        dnsmos_models.provide(tmp_path / "taken" / "models")
