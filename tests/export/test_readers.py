"""A training set as those read it that it is made for."""

import gc
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile as sf

from clips.errors import ExportError
from clips.submission import read_submission
from export.form import Coding, Format
from flows.export_commands import export
from selection.phonemes import VOCABULARY
from tests.conftest import POLICY
from tests.export.conftest import TEXTS
from tests.export.test_export import FORMATS, files
from tests.flows.test_watch import small

SELECTED = sorted(TEXTS[:9])


# datasets leaves a table open
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("audio", ["wav", "flac"])
def test_datasets_loads_an_audiofolder(
    out: Path, tmp_path: Path, audio: Coding, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torchcodec", exc_type=(ImportError, OSError, RuntimeError))  # FFmpeg
    datasets = pytest.importorskip("datasets")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    export([out], to=str(tmp_path / "a"), form="audiofolder", validation=0.3, audio=audio)
    loaded = datasets.load_dataset(
        "audiofolder", data_dir=str(tmp_path / "a"), cache_dir=str(tmp_path / "cache")
    )
    assert set(loaded) == {"train", "validation"}
    rows = [
        row
        for part in loaded.values()
        for row in part.cast_column("audio", datasets.Audio(decode=False))
    ]
    assert sorted(row["text"] for row in rows) == SELECTED
    for row in rows:
        info = sf.info(row["audio"]["path"])
        assert (info.samplerate, info.channels, info.format) == (24_000, 1, audio.upper())
        assert row["speaker"].startswith("c-abcdefgh-")
    del loaded, rows
    gc.collect()  # what is left open warns within this test


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_webdataset_reads_the_shards(out: Path, tmp_path: Path) -> None:
    webdataset = pytest.importorskip("webdataset")
    export([out], to=str(tmp_path / "a"), form="webdataset", validation=0.3)
    shards = sorted(str(p) for p in (tmp_path / "a").glob("*.tar"))
    samples = list(webdataset.WebDataset(shards, shardshuffle=False))
    assert sorted(s["txt"].decode() for s in samples) == SELECTED
    for sample in samples:
        about = json.loads(sample["json"])
        assert about["text"] == sample["txt"].decode()
        assert sf.info(io.BytesIO(sample["wav"])).samplerate == 24_000
    gc.collect()


def test_lists_keep_the_rules_of_styletts2_and_kikiri_tts(out: Path, tmp_path: Path) -> None:
    """Split at bars; the speaker is a number; at most 510 tokens, all of Kokoro's alphabet."""
    clips = pd.read_parquet(out / "clips.parquet")
    clips.loc[0, "phonemes"] = "a" * 511
    clips.loc[1, "phonemes"] = "a" * 510
    clips.to_parquet(out / "clips.parquet")
    assert export([out], to=str(tmp_path / "a"), form="styletts2") == 1
    rows = [
        line.strip().split("|")
        for name in ("train_list.txt", "val_list.txt")
        for line in (tmp_path / "a" / name).read_text("utf-8").splitlines()
    ]
    assert len(rows) == 8
    for path, phonemes, speaker in rows:
        assert 0 < len(phonemes) <= 510
        assert set(phonemes) <= VOCABULARY
        assert int(speaker) in (0, 1)
        wave, rate = sf.read(tmp_path / "a" / "wavs" / path)
        assert (wave.ndim, rate) == (1, 24_000)


def test_flac_has_the_samples_of_the_wav_and_the_same_bytes_twice(
    out: Path, tmp_path: Path
) -> None:
    for name, audio in (("a", "wav"), ("b", "flac"), ("c", "flac")):
        export([out], to=str(tmp_path / name), form="nemo", audio=audio)  # type: ignore[arg-type]
    assert files(tmp_path / "b") == files(tmp_path / "c")
    for path in (tmp_path / "a" / "wavs").iterdir():
        coded = tmp_path / "b" / "wavs" / f"{path.stem}.flac"
        assert np.array_equal(sf.read(path, dtype="int16")[0], sf.read(coded, dtype="int16")[0])
        assert coded.stat().st_size < path.stat().st_size
    first = json.loads((tmp_path / "b" / "train_manifest.json").read_text().splitlines()[0])
    assert first["duration"] == 1.0


def test_the_card_shows_its_plots(out: Path, tmp_path: Path) -> None:
    import xml.etree.ElementTree as ET

    export([out], to=str(tmp_path / "a"), form="nemo")
    card = (tmp_path / "a" / "dataset_card.md").read_text("utf-8")
    digests = json.loads((tmp_path / "a" / "manifest.json").read_text())
    plots = sorted((tmp_path / "a").glob("*.svg"))
    assert len(plots) == 2
    for plot in plots:
        assert f"]({plot.name})" in card
        assert plot.name in digests
        (bars,) = ET.parse(plot).iterfind(".//{*}path[@class='bars']")
        assert bars.get("d")


@pytest.fixture(scope="module")
def sets(s3: Any) -> Any:
    """The store with an empty bucket."""
    s3.mkdir("sets")
    return s3


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_set_in_an_object_store_is_that_of_a_folder_also_after_a_failure(
    sets: Any, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.files.default_store", lambda: tmp_path / "cache")
    export([out], to=str(tmp_path / "a"), form="nemo")

    def there() -> dict[str, bytes]:
        sets.invalidate_cache()
        return {p.removeprefix("sets/a/"): sets.cat_file(p) for p in sets.find("sets/a")}

    write, count = type(sets)._pipe_file, [0]

    async def fails_once(self: Any, *given: Any, **more: Any) -> Any:
        count[0] += 1
        if count[0] == 5:
            raise OSError("connection lost")
        return await write(self, *given, **more)

    monkeypatch.setattr(type(sets), "_pipe_file", fails_once)
    type(sets).clear_instance_cache()  # an instance keeps the method that it was made with
    with pytest.raises(ExportError, match="connection lost"):
        export([out], to="s3://sets/a", form="nemo")
    assert len(there()) == 4
    assert "manifest.json" not in there()
    assert export([out], to="s3://sets/a", form="nemo") == 0
    assert there() == files(tmp_path / "a")
    sent = count[0]
    assert sent == len(there()) + 1
    assert not list((tmp_path / "cache").rglob("*.wav"))
    assert export([out], to="s3://sets/a", form="nemo") == 0
    assert count[0] == sent
    with pytest.raises(ExportError, match="holds other files"):
        export([out], to="s3://sets/a", form="nemo", lufs=-23.0)
    with pytest.raises(ExportError, match="cannot be written"):
        export([out], to="s3://no-such-bucket/a", form="nemo")


OPTIONS = ("--policy", POLICY, "--scorers", "loudness")
OWN_MODEL = 'model = "Kokoro-82M v0.19"'
WHISPERED = {
    "voice": "af_nicole",
    "tone": "whispering",
    "provider": "Kokoro",
    "model": "Kokoro-82M v0.19",
    "license": "Apache-2.0",
    "adult": True,
    "stock": True,
}


@pytest.fixture(scope="module")
def scored(
    sets: Any, tenhours: Callable[..., int], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """Two voices as an archive in an object store, scored; and a selection of all clips."""
    folder = tmp_path_factory.mktemp("scored")
    small(folder / "sub", 2)
    labels = folder / "sub/VOICE_A_NEUTRAL/labels.json"  # a reader of digits is optional
    rows = json.loads(labels.read_text("utf-8"))["samples"]
    rows = [row | {"text": re.sub("[0-9]", "", row["text"])} for row in rows]
    labels.write_text(json.dumps({"samples": rows}), encoding="utf-8")
    shutil.copytree(folder / "sub/VOICE_A_NEUTRAL", folder / "sub/VOICE_C_WHISPERING")
    for path in (folder / "sub/VOICE_C_WHISPERING").glob("*.wav"):
        samples, rate = sf.read(path)
        sf.write(path, samples / 2, rate, subtype="PCM_16")
    toml = folder / "sub/submission.toml"
    said = toml.read_text().replace('voice = "af_nicole"', 'voice = "af_nicole"\n' + OWN_MODEL)
    toml.write_text(said[: said.index("[voices.VOICE_B")] + said[said.index("[voices.VOICE_C") :])
    toml.write_text(toml.read_text().partition("[voices.VOICE_D")[0])
    archive = shutil.make_archive(str(folder / "sub"), "zip", folder / "sub")
    sets.put_file(archive, "sets/sub.zip")
    where = ("--store", folder / "store", "--out", folder / "out")
    assert tenhours("score", "s3://sets/sub.zip", *OPTIONS, *where) == 0
    # a run of one scorer selects nothing
    clips = pd.read_parquet(folder / "out/clips.parquet")
    clips[["clip_id", "audio_sha256"]].to_csv(folder / "chosen.csv", index=False)
    return folder / "out", folder / "chosen.csv"


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("form", FORMATS[:-1])
def test_a_set_of_accepted_clips_is_accepted_with_its_voices(
    scored: tuple[Path, Path], tenhours: Callable[..., int], tmp_path: Path, form: Format
) -> None:
    out, chosen = scored
    before = pd.read_csv(out / "verdicts.csv")
    assert set(before["verdict"]) == {"accept"}
    to = str(tmp_path / "set")
    assert export([out], to=to, form=form, selection=chosen, validation=0.3) == 0
    where = ("--store", tmp_path / "store", "--out", tmp_path / "again")
    assert tenhours("score", tmp_path / "set", *OPTIONS, *where) == 0
    again = pd.read_csv(tmp_path / "again/verdicts.csv")
    assert set(again["verdict"]) == {"accept"}
    name = json.loads((out / "summary.json").read_text())["contributor"]
    voices = {"VOICE_A_NEUTRAL": f"{name}-00", "VOICE_C_WHISPERING": f"{name}-01"}
    assert sorted(zip(again["voice"], again["text"], strict=True)) == sorted(
        zip(before["voice"].map(voices), before["text"], strict=True)
    )
    said, said_again = (
        set(pd.read_csv(folder / "findings.csv")["rule"]) for folder in (out, tmp_path / "again")
    )
    assert said_again - {"labels-ignored"} == said


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_set_describes_its_voices_as_they_were_described(
    scored: tuple[Path, Path], tmp_path: Path
) -> None:
    export([scored[0]], to=str(tmp_path), form="audiofolder", selection=scored[1])
    read = read_submission(str(tmp_path)).description
    plain, whispered = read.voices.values()
    assert (plain.voice, plain.tone, plain.model) == ("af_heart", "neutral", "Kokoro-82M v1.0")
    assert {name: getattr(whispered, name) for name in WHISPERED} == WHISPERED
    assert plain.publish
    assert plain.hours == pytest.approx(
        pd.read_csv(scored[0] / "verdicts.csv")["duration_s"].sum() / 7200, abs=1e-3
    )
