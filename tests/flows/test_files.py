"""A set of files is whole or the former one, whatever ends the process that writes it."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from clips import privacy
from clips.drafts import draft, sweep
from flows.files import finish_set, whole_set, write_text
from tests.conftest import POLICY
from tests.flows.test_watch import small

NAMES = ("a", "b", "c")


def content(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """A folder with a set and a file of somebody else's."""
    write_text("theirs", tmp_path / "theirs")
    with whole_set(tmp_path, NAMES) as folder:
        write_text("old", folder / "a")
        write_text("old", folder / "c")
    return tmp_path


def test_a_new_set_takes_the_place_of_all_of_the_former(former: Path) -> None:
    with whole_set(former, NAMES) as folder:
        write_text("new", folder / "a")
        write_text("new", folder / "b")
    assert content(former) == {"a": "new", "b": "new", "theirs": "theirs"}


def test_a_set_that_fails_leaves_the_former(former: Path) -> None:
    with pytest.raises(RuntimeError), whole_set(former, NAMES) as folder:
        write_text("new", folder / "a")
        raise RuntimeError
    assert content(former) == {"a": "old", "c": "old", "theirs": "theirs"}


@pytest.mark.parametrize("killed_at", range(2))
def test_a_set_whose_process_is_killed_while_it_is_put_in_place_is_finished(
    former: Path, killed_at: int
) -> None:
    script = f"""
import os, signal, sys
from pathlib import Path
from flows.files import whole_set, write_text
left = [{killed_at}]
replace = Path.replace
def counted(self, target):
    if self.parent.name == ".ready":
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
    return replace(self, target)
Path.replace = counted
with whole_set(Path(sys.argv[1]), {NAMES}) as folder:
    write_text("new", folder / "a")
    write_text("new", folder / "b")
"""
    done = subprocess.run([sys.executable, "-c", script, former], check=False, env=os.environ)
    assert done.returncode == -9
    finish_set(former)
    sweep(former)
    assert content(former) == {"a": "new", "b": "new", "theirs": "theirs"}


@pytest.mark.parametrize("torn", ["", '["a", "b', "null", "3"])
def test_a_set_that_a_power_cut_tore_leaves_the_former(former: Path, torn: str) -> None:
    ready = former / ".ready"
    ready.mkdir()
    (ready / "a").write_text("ne", encoding="utf-8")
    (ready / ".gone").write_text(torn, encoding="utf-8")
    finish_set(former)
    assert content(former) == {"a": "old", "c": "old", "theirs": "theirs"}


def test_what_a_killed_process_left_is_removed_by_the_next_and_nothing_else(tmp_path: Path) -> None:
    script = """
import os, signal, sys
from pathlib import Path
from clips.drafts import draft
for ending in (".part", ".set", ".tar"):
    path = draft(Path(sys.argv[1]), ending)
    path.mkdir() if ending == ".set" else path.touch()
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script, tmp_path], check=False, env=os.environ)
    assert done.returncode == -9
    ours = draft(tmp_path, ".part")
    theirs = [tmp_path / "x.part", tmp_path / ".tenhours-elsewhere-1-2.part"]
    for path in (ours, *theirs):
        path.touch()
    assert len(list(tmp_path.iterdir())) == 6
    beyond_any = tmp_path / ours.name.replace(f"-{os.getpid()}-", f"-{10**12}-")
    beyond_any.touch()
    sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([ours, *theirs])


def test_every_place_where_a_run_writes_is_swept(
    tenhours: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    root, out, store = small(tmp_path / "sub", 1), tmp_path / "out", tmp_path / "store"
    options = ("--scorers", "loudness", "--policy", POLICY, "--out", out, "--store", store)
    assert tenhours("score", root, *options) == 0
    places = [out, out / "audio", next(store.glob("scores/*")), tmp_path]
    left = []
    for place in places:
        path = draft(place, ".part")
        path = path.with_name(path.name.replace(f"-{os.getpid()}-", f"-{gone()}-"))
        path.touch()
        left.append(path)
    packed = shutil.make_archive(str(tmp_path / "a"), "gztar", root)
    assert tenhours("score", packed, *options) == 0
    assert not [path for path in left if path.exists()]


@pytest.mark.skipif(
    importlib.util.find_spec("espeakng_loader") is None, reason="espeak-ng is an optional extra"
)
def test_a_copy_of_espeak_is_removed_after_a_kill(tmp_path: Path) -> None:
    script = """
import os, signal
from selection.phonemes import speak
speak(["Qxzv."], "en-us")
os.kill(os.getpid(), signal.SIGKILL)
"""
    place = os.environ | {"TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], check=False, env=place)
    assert done.returncode == -9
    assert list(tmp_path.rglob("*.so*"))
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_map_of_contributors_is_left_whole_and_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privacy, "config_folder", lambda: tmp_path)
    left = draft(tmp_path, ".part")
    left = left.with_name(left.name.replace(f"-{os.getpid()}-", f"-{gone()}-"))
    left.touch()
    privacy.remember("Ada Example")
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "contributors.json",
        "contributors.lock",
    ]


def gone() -> int:
    """The id of a process that is no more."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid
