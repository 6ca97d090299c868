"""`tenhours models` and `tenhours doctor` tell a whole model from a damaged one."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scorers import packages
from scorers.asr.integrity import examine
from scorers.asr.known import MODEL_FILE, PACKED
from scorers.packages import Packed, Part


@pytest.fixture
def cache(random_whisper: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache in which a small model stands for base from packages; returns its folder."""
    folder = tmp_path / "tenhours" / "models" / "base"
    shutil.copytree(random_whisper, folder)
    part = Part("some-weights==1.0", "part")
    packed = [Packed(p.name, (part,), examine(p).sha256) for p in sorted(folder.iterdir())]
    monkeypatch.setitem(PACKED, "base", tuple(packed))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return folder


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1000])


def test_what_is_here_is_listed_with_its_source_and_size(
    cache: Path, tenhours: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert tenhours("models", "list") == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert lines["base"].split()[1:5] == ["yes", "19", "MB", "ok"]
    assert "package index, some-weights==1.0" in lines["base"]
    assert lines["small"].split()[1] == "no"
    assert "Systran/faster-whisper-small@536b066" in lines["small"]
    assert lines["DNSMOS"].split()[1] == "yes"


@pytest.mark.parametrize("file", [MODEL_FILE, "tokenizer.json", "vocabulary.json"])
def test_a_file_that_was_cut_short_is_found_and_fetched_again(
    file: str,
    cache: Path,
    random_whisper: Path,
    tenhours: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def again(files: object, folder: Path) -> None:
        shutil.copy(random_whisper / file, folder)

    monkeypatch.setattr(packages, "fetch", again)
    assert tenhours("models", "check") == 0
    cut_short(cache / file)
    assert tenhours("models", "check") == 1
    assert tenhours("models", "list") == 0
    assert tenhours("doctor", "--asr-model", "base") == 1
    printed = capsys.readouterr().out
    assert "DAMAGED" in printed
    assert printed.count("Run: tenhours models fetch base") == 2
    assert tenhours("models", "fetch", "base") == 0
    assert tenhours("models", "check", "base") == 0


def test_a_folder_is_checked_by_loading_it(
    cache: Path,
    tmp_path: Path,
    tenhours: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(cache, folder)
    assert tenhours("models", "check", folder) == 0
    cut_short(folder / MODEL_FILE)
    assert tenhours("models", "check", folder) == 1
    assert tenhours("doctor", "--asr-model", folder) == 1
    assert capsys.readouterr().out.count("cannot be loaded") == 2


def test_what_is_not_here_says_how_to_fetch_it(
    cache: Path, tenhours: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert tenhours("models", "check", "small") == 1
    assert tenhours("doctor", "--asr-model", "small") == 1
    assert capsys.readouterr().out.count("tenhours models fetch small") == 2
    assert tenhours("models", "fetch", "small") == 2
    assert tenhours("models", "fetch", "nonsense") == 2
