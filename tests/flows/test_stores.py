"""The `tenhours store` commands."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.store import Store
from scorers.decoding import Decoding
from tests.flows.test_store import LOUD, ROW, parts

Command = Callable[..., int]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two versions of scorers: one of two parts, of which the first is damaged, and an old one."""
    store = Store(tmp_path / "store")
    store.write(LOUD, {"a": ROW, "b": ROW})
    (first,) = parts(store.root)
    store.write(LOUD, {"c": ROW})
    first.write_bytes(first.read_bytes()[:-1])
    old = store.root / "scores" / "decoding@0"
    store.write(Decoding(), {"a": ROW})
    (store.root / "scores" / "decoding@2").rename(old)
    os.utime(old, (time.time() - 100 * 86_400,) * 2)
    return store


def test_check_says_what_is_there_and_what_is_damaged(
    store: Store, tenhours: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tenhours("store", "check", "--store", store.root) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[1].split()[:2] == ["decoding", "1"]
    assert "100 days ago" in said[1]
    assert said[2].split()[:3] == ["loudness", "1", "1"]
    assert sum(line.startswith("DAMAGED") for line in said) == 1


def test_prune_removes_what_is_unused_or_damaged_and_nothing_else(
    store: Store, tenhours: Command
) -> None:
    assert tenhours("store", "prune", "--store", store.root) == 0
    assert [folder.name for folder in store.folders()] == [f"loudness@{LOUD.version}"]
    assert store.keys(LOUD, {"a", "b", "c"}) == {"c"}
    assert tenhours("store", "check", "--store", store.root) == 0


def test_what_a_run_asked_for_is_in_use(store: Store, tenhours: Command) -> None:
    folder = store.root / "scores" / f"loudness@{LOUD.version}"
    os.utime(folder, (0, 0))
    store.keys(LOUD, {"c"})
    assert tenhours("store", "prune", "--store", store.root) == 0
    assert folder.is_dir()


def test_a_store_that_is_not_there_is_said(tenhours: Command, tmp_path: Path) -> None:
    assert tenhours("store", "check", "--store", tmp_path / "none") == 2
