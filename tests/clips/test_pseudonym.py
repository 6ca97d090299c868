import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clips import pseudonym as module
from clips.errors import TenhoursError
from clips.pseudonym import load_key, pseudonym


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("TENHOURS_KEY", raising=False)
    monkeypatch.setattr(module, "config_folder", lambda: tmp_path / "config")
    return tmp_path / "config"


def test_same_name_same_pseudonym() -> None:
    key = b"k" * 32
    assert pseudonym("Ada Ｅxample", key) == pseudonym(" ada example ", key)
    assert pseudonym("Ada", key) != pseudonym("Adb", key)
    assert pseudonym("Ada", key) != pseudonym("Ada", b"l" * 32)
    assert pseudonym("Ada", key).startswith("c-")
    assert len(pseudonym("\ud800", key)) == 12


def test_key_is_made_once_and_private(folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_key(), range(32)))
    assert len(keys) == 1
    assert len(keys.pop()) == 32
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_key_from_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENHOURS_KEY", "0123456789abcdef")
    assert load_key() == b"0123456789abcdef"
    monkeypatch.setenv("TENHOURS_KEY", "short")
    with pytest.raises(TenhoursError, match="5 bytes are too few"):
        load_key()


def test_key_file_that_cannot_be_used(folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    with pytest.raises(TenhoursError, match="Set TENHOURS_KEY"):
        load_key()
