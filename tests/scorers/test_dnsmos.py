"""DNSMOS against Microsoft's own code and torchmetrics, and the model files."""

import os
import subprocess
import sys
import warnings
from functools import cache
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import soundfile as sf

from clips.errors import ScoringError
from scorers.base import Samples, Unmeasurable
from scorers.dnsmos import engines, models, windows
from scorers.dnsmos.scorer import Dnsmos
from selection.policy import Dnsmos as Setting
from tests.conftest import EXAMPLE, ROOT
from tests.scorers.signals import RATE_HZ, row, utterance, voice

TOLERANCES = {"onnxruntime": 0.001, "openvino": 0.02}
KEYS = ("sig_mos", "bak_mos", "ovrl_mos", "p808_mos")
# one window; two and three of a clip said twice; a clip of its own length; seven, after which
# Microsoft's rounding leaves windows out; and again some from the 24th on
LENGTHS_S = (0.4, 5.0, 5.7, 6.4, 8.7, 9.3, 12.3, 20.0)

score = cache(lambda engine: engines.load(engine, "cpu"))


@cache
def speech(seconds: float) -> Samples:
    """Spoken lines of the example, one after the other, at 16 kHz."""
    lines = []
    for number in (1, 2, 3, 5, 6):
        samples, rate = sf.read(EXAMPLE / f"VOICE_A_NEUTRAL/{number:04d}.wav", dtype="float32")
        lines.append(utterance(samples, rate).at(windows.RATE_HZ))
    return np.resize(np.concatenate(lines), round(seconds * windows.RATE_HZ))


@pytest.mark.parametrize("seconds", LENGTHS_S)
@pytest.mark.parametrize("engine", TOLERANCES)
def test_same_as_speechmos(engine: str, seconds: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from speechmos import dnsmos
    clip = speech(seconds)
    theirs = dnsmos.run(np.clip(clip, -1.0, 1.0), windows.RATE_HZ)
    wanted = [float(theirs[key]) for key in KEYS]
    assert score(engine)(clip) == pytest.approx(wanted, abs=TOLERANCES[engine])


@pytest.mark.parametrize("clip", [speech(5.7), voice(6.4, 16_000)], ids=["speech", "buzz"])
@pytest.mark.parametrize("engine", TOLERANCES)
def test_same_as_torchmetrics(engine: str, clip: Samples) -> None:
    reference = score("torchmetrics")(clip)
    assert score(engine)(clip) == pytest.approx(reference, abs=TOLERANCES[engine])


@pytest.mark.parametrize("kind", ["speech", "loud speech", "noise", "click", "square", "steady"])
def test_the_channels_that_are_left_out_say_nothing(kind: str) -> None:
    import onnxruntime

    rng, n = np.random.default_rng(0), windows.WINDOW
    clip = {
        "speech": speech(9.01),
        "loud speech": 100 * speech(9.01),
        "noise": rng.standard_normal(n),
        "click": np.eye(1, n, 500)[0],
        "square": np.sign(np.sin(np.arange(n) / 13)),
        "steady": np.ones(n),
    }[kind].astype(np.float32)[:n]
    whole = onnxruntime.InferenceSession(models.read(models.P835, models.installed()))
    (wanted,) = whole.run(None, {whole.get_inputs()[0].name: clip[None]})
    cut = engines._onnxruntime(models.networks(), "cpu")
    found = cut.head(windows._columns(clip, 1, cut.trunk))
    assert found == pytest.approx(wanted, abs=1e-5)


def test_windows_after_a_gap_are_scored_alone() -> None:
    """A clip of 34 s has windows 0 to 6 and 24: the runs together are the mean of all eight."""
    clip = speech(34.0)
    starts = windows.window_starts(clip.size)
    assert starts == [*range(7), 24]
    cut = [clip[s * windows.STEP :][: windows.WINDOW] for s in starts]
    alone = np.mean([score("onnxruntime")(window) for window in cut], axis=0)
    assert score("onnxruntime")(clip) == pytest.approx(alone.tolist(), abs=0.001)


def test_silence_and_too_short() -> None:
    assert row(Dnsmos(), utterance(np.zeros(RATE_HZ))) == Unmeasurable("silence")
    for samples in (0, 1, 1200):
        assert row(Dnsmos(), utterance(np.ones(samples))) == Unmeasurable("shorter than 0.1 s")


def test_version_names_the_networks_and_the_engine() -> None:
    versions = {Dnsmos(engine).version for engine in engines.PRECISIONS}
    assert len(versions) == len(engines.PRECISIONS)
    assert all(version.endswith(models.DIGEST) for version in versions)


def test_the_policy_may_name_every_engine() -> None:
    assert set(get_args(Setting.model_fields["engine"].annotation)) == set(engines.NAMES)


@pytest.mark.parametrize(
    ("flags", "package", "engine"),
    [
        ("fpu sse2 avx512_bf16", True, "openvino"),
        ("fpu amx_bf16 amx_tile", True, "openvino"),
        ("fpu amx_bf16 amx_tile", False, "onnxruntime"),
        ("fpu sse2 avx512f", True, "onnxruntime"),
        ("", True, "onnxruntime"),
    ],
)
def test_auto_goes_by_processor_and_package(
    flags: str, package: bool, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: name if package else None)
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: f"flags\t\t: {flags}\n")
    engines.computes_bf16.cache_clear()
    try:
        assert engines.resolve("auto") == engine
    finally:
        engines.computes_bf16.cache_clear()


def test_an_engine_that_is_not_there_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    with pytest.raises(ScoringError, match=r"pip install 'tenhours\[openvino\]'"):
        engines.resolve("openvino")
    with pytest.raises(ScoringError, match="there are auto, torchmetrics, onnxruntime"):
        engines.resolve("onnx")


@pytest.mark.parametrize("engine", TOLERANCES)
def test_an_engine_imports_no_torch_and_leaves_nothing_in_the_home_folder(
    engine: str, tmp_path: Path
) -> None:
    code = (
        "import sys, numpy; from scorers.dnsmos.engines import load;"
        f" load({engine!r}, 'cpu')(numpy.zeros(16000, numpy.float32));"
        " print(*{'torch', 'torchmetrics', 'librosa', 'requests'} & set(sys.modules))"
    )
    plain = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}
    environment = plain | {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    assert subprocess.check_output(command, env=environment, text=True).split() == []
    assert list(tmp_path.iterdir()) == []


def test_models_are_laid_out_and_repaired(tmp_path: Path) -> None:
    folder = models.provide(tmp_path / "models")
    names = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    assert names == sorted(models.MODELS)
    broken = folder / models.P808
    broken.write_bytes(b"half a file")
    models.provide(folder)
    assert broken.stat().st_size > 10_000


def test_other_models_are_refused(tmp_path: Path) -> None:
    (tmp_path / "speechmos/dnsmos_models").mkdir(parents=True)
    (tmp_path / "speechmos/dnsmos_models/model_v8.onnx").write_bytes(b"another network")
    with pytest.raises(ScoringError, match="pip install"):
        models.provide(tmp_path / "models", tmp_path / "speechmos")


def test_unwritable_folder_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(ScoringError, match="XDG_CACHE_HOME"):
        models.provide(tmp_path / "taken" / "models")
