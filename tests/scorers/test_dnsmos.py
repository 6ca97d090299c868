"""DNSMOS against Microsoft's own code, and the model files."""

import warnings
from pathlib import Path

import numpy as np
import pytest

from clips.errors import ScoringError
from scorers import dnsmos_models
from scorers.base import Unmeasurable
from scorers.dnsmos import Dnsmos
from tests.scorers.signals import RATE_HZ, measured, row, utterance, voice

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
    ours = measured(Dnsmos(), clip).values
    theirs = dnsmos.run(np.clip(clip.at(16_000), -1.0, 1.0), 16_000)
    for name, key in AUTHORITY.items():
        assert ours[name] == pytest.approx(float(np.clip(theirs[key], 1.0, 5.0)), abs=0.01)


def test_silence_and_too_short() -> None:
    assert row(Dnsmos(), utterance(np.zeros(RATE_HZ))) == Unmeasurable("silence")
    for samples in (0, 1, 1200):
        assert row(Dnsmos(), utterance(np.ones(samples))) == Unmeasurable("shorter than 0.1 s")


def test_version_names_the_networks() -> None:
    assert Dnsmos().version.endswith(dnsmos_models.DIGEST)


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
