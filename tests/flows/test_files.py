"""A set of files is whole or the former one, whatever ends the process that writes it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.files import finish_set, whole_set, write_text

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
    assert content(former) == {"a": "new", "b": "new", "theirs": "theirs"}
