"""A scorer in a package of its own is found, measured, shown, judged and ranked by."""

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from clips.errors import ScoringError
from scorers.catalog import GROUP, measured_columns, scorer_names, signal_scorers
from selection.needs import NEEDS, check_needs, has

ROOT = Path(__file__).parents[2]
PACKAGE = Path(__file__).parent / "third_party"
PITCHES_HZ = (300, 900, 2000)
POLICY = """\
name = "bright"
extends = "tts-v1"

[rules.dull]
column = "brightness_hz"
unit = "Hz"
review_below = 500.0
why = "For the test: what lies low is dull."
says = "The clip is dull"
remedy = "Send a brighter one."

[weights]
brightness_hz = 100.0
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as pip installs it."""
    folder = tmp_path_factory.mktemp("third")
    source = shutil.copytree(PACKAGE, folder / "source")
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "--target", folder / "site", source],
        check=True,
        timeout=300,
    )
    return folder / "site"


@pytest.fixture
def found(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(installed)
    monkeypatch.setenv("PYTHONPATH", str(installed), prepend=":")
    signal_scorers.cache_clear()
    yield
    signal_scorers.cache_clear()


def test_it_is_found_where_its_package_is_installed(installed: Path) -> None:
    assert "brightness" not in scorer_names()
    code = "from scorers.catalog import scorer_names; print(scorer_names()[-1])"
    for paths, last in (([str(installed)], "brightness"), ([], scorer_names()[-1])):
        with_paths = f"import sys; sys.path[:0] = {paths!r}; {code}"
        printed = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", with_paths],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
            cwd=ROOT,
        ).stdout
        assert printed.strip() == last


@pytest.mark.usefixtures("found")
def test_its_column_is_measured_shown_judged_and_ranked_by(
    tenhours: Callable[..., int], tmp_path: Path
) -> None:
    voice = tmp_path / "sub" / "VOICE_A_NEUTRAL"
    voice.mkdir(parents=True)
    seconds = np.arange(24_000) / 24_000
    for hz in PITCHES_HZ:
        soundfile.write(voice / f"{hz}.wav", 0.3 * np.sin(2 * np.pi * hz * seconds), 24_000)
    rows = [{"audio_file": f"{hz}.wav", "text": "A tone."} for hz in PITCHES_HZ]
    (voice / "labels.json").write_text(json.dumps({"samples": rows}), encoding="utf-8")
    (tmp_path / "p.toml").write_text(POLICY, encoding="utf-8")
    out = tmp_path / "out"
    options = ("--policy", tmp_path / "p.toml", "--scorers", "loudness,brightness")
    done = tenhours(
        "score", tmp_path / "sub", *options, "--store", tmp_path / "store", "--out", out
    )
    assert done == 0
    clips = pd.read_parquet(out / "clips.parquet").set_index("audio_file")
    for hz in PITCHES_HZ:
        assert clips.loc[f"{hz}.wav", "brightness_hz"] == pytest.approx(hz, abs=5)
    assert clips["score"].idxmax() == "2000.wav"
    with (out / "findings.csv").open(encoding="utf-8", newline="") as file:
        (dull,) = [row for row in csv.DictReader(file) if row["rule"] == "dull"]
    assert dull["audio_file"] == "300.wav"
    assert dull["sentence"].endswith("review below 500 Hz). Send a brighter one.")
    assert "brightness_hz" in (out / "report.html").read_text(encoding="utf-8")


def entry_point(folder: Path, value: str) -> None:
    """A package that is nothing but the claim to bring a scorer."""
    info = folder / "claims_a_scorer-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: claims-a-scorer\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\nmine = {value}\n")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("there.is.none:Scorer", "of claims-a-scorer .* cannot be loaded .ModuleNotFoundError"),
        ("collections:OrderedDict", "is no scorer: it has no name"),
        ("scorers.tempo:Tempo", "there is a scorer named tempo already"),
    ],
)
def test_a_package_that_brings_none_is_named(
    value: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry_point(tmp_path, value)
    monkeypatch.syspath_prepend(tmp_path)
    signal_scorers.cache_clear()
    try:
        with pytest.raises(ScoringError, match=says):
            scorer_names()
    finally:
        monkeypatch.undo()
        signal_scorers.cache_clear()


def test_a_renamed_column_that_selection_rests_on_is_named() -> None:
    declared = {column.name for column in measured_columns()}
    check_needs(declared)
    for use, names in NEEDS.items():
        for name in names:
            with pytest.raises(ScoringError, match=f"needs the column '{name}' for {use}"):
                check_needs(declared - {name})
    with pytest.raises(KeyError, match="tempo"):
        has(pd.DataFrame(), "tempo")
