"""A training set from a scored folder: bytes, lists, splits, refusals."""

import csv
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile as sf

from clips.errors import ExportError
from clips.submission import read_submission
from export.form import Format
from export.rows import rows_of
from flows.export_commands import export
from flows.scored import read_scored
from selection.phonemes import VOCABULARY
from selection.texts import same_text
from tests.export.conftest import TEXTS

ROOT = Path(__file__).parents[2]


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


FORMATS: tuple[Format, ...] = (
    *("kokoro", "styletts2", "ljspeech", "audiofolder", "nemo", "webdataset"),
)


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_bytes_twice_with_every_digest_and_no_name(
    out: Path, tmp_path: Path, form: Format
) -> None:
    sets = []
    for name in ("a", "b", "b"):
        assert export([out], to=str(tmp_path / name), form=form, validation=0.2) == 0
        sets.append(files(tmp_path / name))
    assert sets[0] == sets[1] == sets[2]
    digests = json.loads(sets[0]["manifest.json"])
    assert set(digests) == set(sets[0]) - {"manifest.json", "request.json"}
    assert all(hashlib.sha256(sets[0][n]).hexdigest() == d for n, d in digests.items())
    assert not any(b"SECRET" in content or "SECRET" in name for name, content in sets[0].items())


def test_audio_is_24_khz_16_bit_mono_and_what_has_that_form_stays_bit_for_bit(
    out: Path, tmp_path: Path
) -> None:
    export([out], to=str(tmp_path / "a"), form="nemo")
    rows = lines(tmp_path / "a", "nemo")
    assert len(rows) == 9
    for path, text, _ in rows:
        info = sf.info(tmp_path / "a" / path)
        assert (info.samplerate, info.subtype, info.channels) == (24_000, "PCM_16", 1)
        i = TEXTS.index(text)
        source = pd.read_parquet(out / "clips.parquet").iloc[i]["audio_sha256"][:24]
        if i % 3 == 0:
            before, _ = sf.read(out / "audio" / f"{source}.wav", dtype="int16")
            after, _ = sf.read(tmp_path / "a" / path, dtype="int16")
            assert np.array_equal(before, after)


def lines(folder: Path, form: Format) -> list[tuple[str, str, str]]:
    """Path, text and split of each row, by the documented rules of the format's readers."""
    rows = []
    for split, short in (("train", "train"), ("validation", "val")):
        if form in ("kokoro", "styletts2"):
            root = "wavs/" if form == "styletts2" else ""
            for line in (folder / f"{short}_list.txt").read_text("utf-8").splitlines():
                path, text, speaker = line.split("|")  # meldataset.py of StyleTTS 2
                assert speaker == str(int(speaker))
                rows.append((root + path, text, split))
        elif form == "nemo":
            for line in (folder / f"{split}_manifest.json").read_text("utf-8").splitlines():
                entry = json.loads(line)
                rows.append((entry["audio_filepath"], entry["text"], split))
                info = sf.info(folder / entry["audio_filepath"])
                assert entry["duration"] == pytest.approx(info.duration, abs=1e-3)
        elif form == "audiofolder":
            with (folder / split / "metadata.csv").open(encoding="utf-8", newline="") as file:
                table = list(csv.DictReader(file))
            rows += [(f"{split}/{r['file_name']}", r["text"], split) for r in table]
        elif form == "ljspeech":
            ids = json.loads((folder / "splits.json").read_text("utf-8"))[split]
            lines = [r.split("|") for r in (folder / "metadata.csv").read_text().splitlines()]
            rows += [(f"wavs/{key}.wav", text, split) for key, text, _ in lines if key in ids]
    return rows


@pytest.mark.parametrize("form", FORMATS[:-1])
def test_lists_name_files_that_are_there_and_no_text_is_in_both_parts(
    out: Path, tmp_path: Path, form: Format
) -> None:
    export([out], to=str(tmp_path / "a"), form=form, validation=0.4)
    rows = lines(tmp_path / "a", form)
    assert len(rows) == 9
    assert all((tmp_path / "a" / path).is_file() for path, _, _ in rows)
    said = {
        s: {same_text(t) for _, t, split in rows if split == s} for s in ("train", "validation")
    }
    assert said["train"]
    assert said["validation"]
    assert not said["train"] & said["validation"]
    if form in ("kokoro", "styletts2"):
        assert all(set(text) <= VOCABULARY for _, text, _ in rows)


@pytest.mark.parametrize("form", FORMATS[:-1])
def test_a_set_is_read_as_a_submission_without_a_fault(
    out: Path, tmp_path: Path, form: Format
) -> None:
    export([out], to=str(tmp_path / "a"), form=form)
    read = read_submission(str(tmp_path / "a"))
    labelled = [c for c in read.clips if c.text and c.audio is not None]
    assert len(labelled) == len(read.clips) == 9


def test_webdataset_samples_have_a_key_each_and_headers_that_tell_nothing(
    out: Path, tmp_path: Path
) -> None:
    export([out], to=str(tmp_path / "a"), form="webdataset", validation=0.2)
    found = []
    for shard in sorted((tmp_path / "a").glob("*.tar")):
        with tarfile.open(shard) as tar:
            members = tar.getmembers()
            assert {(m.mtime, m.uid, m.uname, m.mode) for m in members} == {(0, 0, "", 0o644)}
            # as webdataset groups: files in a row with the same name up to the first dot
            found += [m.name.split(".")[0] for m in members if m.name.endswith(".wav")]
            keys = [m.name.split(".")[0] for m in members]
            assert keys == sorted(keys)
    assert len(found) == len(set(found)) == 9
    assert not list((tmp_path / "a").rglob("*.wav"))


def test_a_changed_file_and_a_folder_of_something_else_are_refused(
    out: Path, tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    with pytest.raises(ExportError, match="holds other files"):
        export([out], to=str(tmp_path / "full"))
    copy = next((out / "audio").iterdir())
    copy.write_bytes(copy.read_bytes()[:-2] + b"\1\2")
    with pytest.raises(ExportError, match="changed since it was measured"):
        export([out], to=str(tmp_path / "a"))


def test_what_cannot_go_in_is_named_with_its_reason(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clips = pd.read_parquet(out / "clips.parquet")
    clips.loc[0, "phonemes"] = "₿"
    clips.loc[1, "phonemes"] = ""
    clips.to_parquet(out / "clips.parquet")
    assert export([out], to=str(tmp_path / "a")) == 1
    said = capsys.readouterr().err
    assert "symbols without a phoneme: ₿" in said
    assert "tenhours[espeak]" in said
    assert len(lines(tmp_path / "a", "kokoro")) == 7


def test_loudness_and_padding(out: Path, tmp_path: Path) -> None:
    import pyloudnorm

    export([out], to=str(tmp_path / "a"), form="nemo", lufs=-23.0, pad_s=0.05)
    for path, _, _ in lines(tmp_path / "a", "nemo"):
        samples, rate = sf.read(tmp_path / "a" / path)
        assert pyloudnorm.Meter(rate).integrated_loudness(samples) == pytest.approx(-23, abs=0.1)
        assert len(samples) / rate == pytest.approx(1 - 0.15 - 0.05, abs=0.001)


def test_killed_at_five_moments_it_goes_on_to_the_same_bytes(out: Path, tmp_path: Path) -> None:
    export([out], to=str(tmp_path / "whole"), form="audiofolder")
    command = [sys.executable, "-m", "flows", "export", str(out), "--to", str(tmp_path / "cut")]
    command += ["--format", "audiofolder"]
    for least in (1, 3, 5, 7, 9):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            if len(list((tmp_path / "cut").rglob("*.wav"))) >= least:
                break
            time.sleep(0.01)
        process.kill()
        process.wait()
    export([out], to=str(tmp_path / "cut"), form="audiofolder")
    cut = files(tmp_path / "cut")
    leftovers = [name for name in cut if name.endswith(".part")]
    assert {n: c for n, c in cut.items() if n not in leftovers} == files(tmp_path / "whole")


def test_a_voice_of_two_submissions_is_one_speaker(out: Path, tmp_path: Path) -> None:
    more = shutil.copytree(out, tmp_path / "more")
    clips = pd.read_parquet(out / "clips.parquet")
    clips.assign(selected=clips["row"] < 6).to_parquet(out / "clips.parquet")
    clips.assign(selected=clips["row"] >= 2, turn="camp").to_parquet(more / "clips.parquet")
    about = json.loads((out / "summary.json").read_text())
    for folder, publish in ((out, ["V"]), (more, ["V", "c-abcdefgh_HAPPY"])):
        voices = {voice: {"publish": voice in publish} for voice in about["voices"]}
        (folder / "summary.json").write_text(json.dumps(about | {"voices": voices}))
    rows = rows_of([read_scored(out), read_scored(more)], 0.0)
    assert [row.key for row in rows] == sorted({row.key for row in rows})
    assert len(rows) == 10
    speakers = {row.speaker.number: row.speaker for row in rows}
    assert [(s.name, s.publish) for s in speakers.values()] == [
        ("c-abcdefgh-00", False),
        ("c-abcdefgh-01", True),
    ]
    # two answers of the same name in two submissions are two turns
    assert len({row.turn for row in rows if row.turn}) == 4
