"""A label file that eats memory, hangs or crashes its reader costs its own rows."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from clips.formats import FORMATS, SIDECAR, LabelFormat, LabelInput, Out
from clips.isolated_labels import LabelReader
from clips.limits import DEFAULT_LIMITS
from clips.submission import read_submission
from clips.workers import LEAST_S
from tests.clips.build import tone
from tests.clips.zoo import Case, build
from tests.clips.zoo_labels import grown_dictionary

pytest.importorskip("pyarrow")
ROWS = [Out("0.wav", "Erst\u00fc.", 0.5), Out("1.wav", "", None, "Ada", "", None)]


@pytest.fixture(scope="module")
def reader() -> Iterator[LabelReader]:
    with LabelReader() as made:
        yield made


def written(form: LabelFormat, folder: Path) -> LabelInput:
    """The rows in a format, and an input that opens them."""

    def open_file(path: str) -> BinaryIO:
        return (folder / path).open("rb")

    for row in ROWS:
        tone(folder / form.audio_folder / row.audio_file)
    form.write(folder, ROWS)
    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    used = form.claims(names, lambda name: (folder / name).read_bytes()[:4096])
    return LabelInput("", used, open_file, DEFAULT_LIMITS)


@pytest.mark.parametrize("form", [*FORMATS, SIDECAR], ids=lambda form: str(form.name))
def test_same_rows_as_in_this_process(
    reader: LabelReader, form: LabelFormat, tmp_path: Path
) -> None:
    source = written(form, tmp_path)
    expected = form.read(source)
    assert expected.rows
    assert reader.read(form, source) == expected


def test_a_dictionary_that_grows_costs_its_file_and_nothing_else(tmp_path: Path) -> None:
    root = build(Case("", grown_dictionary, ""), tmp_path)
    (table,) = root.rglob("*.parquet")
    assert table.stat().st_size < 5_000
    tone(root / "VOICE_B" / "0.wav")
    row = {"audio_file": "0.wav", "text": "A."}
    (root / "VOICE_B" / "labels.json").write_text(json.dumps([row]), encoding="utf-8")
    found = read_submission(root)
    (fault,) = [f for f in found.findings if f.rule == "unreadable-labels"]
    assert table.name in fault.sentence
    assert "A." in {clip.text for clip in found.clips}


def test_a_hang_costs_the_rows_and_a_file_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    form = FORMATS[0]
    source = written(form, tmp_path)
    with LabelReader(timeout_s=1.5) as reader:
        reader.timeout_s = 60
        assert len(reader.read(form, source).rows) == 2
        (worker,) = reader.workers
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSTOP)
        reader.timeout_s = 1.5
        (fault,) = reader.read(form, source).faults
        assert "longer than 1.5 s" in fault.sentence
        assert reader.left_s == 1.5
        reader.timeout_s = 60
        assert LEAST_S < reader.left_s < 59
        for path in tmp_path.glob("*.json"):
            path.unlink()
        (fault,) = reader.read(form, source).faults
        assert "No such file" in fault.sentence


def test_a_table_that_loses_its_reader_is_not_asked_again(tmp_path: Path) -> None:
    source = written(next(form for form in FORMATS if form.name == "parquet"), tmp_path)

    def open_table() -> BinaryIO:
        return source.open(source.files[0])

    with LabelReader() as reader:
        with reader.embedded("t", open_table, 0) as file:
            assert file.read(4) == b"RIFF"
        (worker,) = reader.workers
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSTOP)
        threading.Timer(0.5, crash, (worker.pid,)).start()
        with pytest.raises(OSError, match="crashed"):
            reader.embedded("t", open_table, 1)
        with pytest.raises(OSError, match="crashed"):
            reader.embedded("t", open_table, 0)
        assert worker.pid is None
        reader.forget()
        with reader.embedded("t", open_table, 1) as file:
            assert file.read(4) == b"RIFF"


def crash(stopped: int) -> None:
    for sent in (signal.SIGSEGV, signal.SIGCONT):
        os.kill(stopped, sent)
