"""Digests of large files, read once."""

import hashlib
import os
from pathlib import Path

import pytest

from scorers.asr import remembered
from scorers.asr.remembered import sha256_of


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(remembered, "LEAST_BYTES", 4)
    monkeypatch.setattr(remembered, "_SETTLED_NS", 0)
    path = tmp_path / "model.bin"
    path.write_bytes(b"weights")
    return path


def forged(path: Path) -> None:
    """Let the notes tell another digest, so that one that was recalled is known by it."""
    (note,) = (path.parent / "cache/tenhours/digests").iterdir()
    note.write_text(note.read_text().replace(hashlib.sha256(b"weights").hexdigest(), "noted"))


def test_a_file_that_was_read_is_not_read_again(large: Path) -> None:
    assert sha256_of(large, anew=False) == hashlib.sha256(b"weights").hexdigest()
    forged(large)
    assert sha256_of(large, anew=False) == "noted"
    assert sha256_of(large) == hashlib.sha256(b"weights").hexdigest()


@pytest.mark.parametrize("change", ["content", "another file", "time"])
def test_one_that_may_have_changed_is_read(large: Path, change: str) -> None:
    sha256_of(large)
    forged(large)
    if change == "content":
        large.write_bytes(b"Weights")
    elif change == "another file":
        (large.parent / "new").write_bytes(b"Weights")
        (large.parent / "new").replace(large)
    else:
        os.utime(large, (1, 1))
    assert sha256_of(large, anew=False) == hashlib.sha256(large.read_bytes()).hexdigest()


def test_one_that_was_just_written_is_read_again(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "_SETTLED_NS", 60_000_000_000)
    sha256_of(large)
    assert not (large.parent / "cache").exists()


@pytest.mark.parametrize("note", ["", "[]", '{"seen": []}', "\udcff"])
def test_a_broken_note_is_no_digest(large: Path, note: str) -> None:
    sha256_of(large)
    (path,) = (large.parent / "cache/tenhours/digests").iterdir()
    path.write_bytes(note.encode("utf-8", "surrogateescape"))
    assert sha256_of(large, anew=False) == hashlib.sha256(b"weights").hexdigest()


def test_a_cache_that_cannot_be_written_costs_a_reading(large: Path) -> None:
    (large.parent / "cache").write_text("a file")
    assert sha256_of(large, anew=False) == hashlib.sha256(b"weights").hexdigest()
