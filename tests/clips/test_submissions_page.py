"""The label files that docs/submissions.md shows are read without a finding."""

import json
import re
from pathlib import Path

import pytest

from clips.submission import read_submission
from tests.clips.build import DESCRIPTION, tone

PAGE = (Path(__file__).parents[2] / "docs" / "submissions.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"```\w+ (\S+)\n(.*?)```", PAGE, re.DOTALL)
TOGETHER = {"text": "wav.scp", "0002.txt": "0001.txt"}  # a file -> the one that it belongs to


def _samples() -> list[dict[str, str]]:
    samples: list[dict[str, str]] = []
    for name, content in BLOCKS:
        if name in TOGETHER:
            samples[-1][name] = content
        else:
            samples.append({name: content})
    return samples


def _write(path: Path, content: str) -> None:
    if path.suffix != ".parquet":
        path.write_text(content, encoding="utf-8")
        return
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rows = [json.loads(line) for line in content.splitlines()]
    parquet.write_table(pa.Table.from_pylist(rows), path)


def test_every_format_has_a_sample() -> None:
    names = [next(iter(sample)) for sample in _samples()]
    assert names == [
        *("labels.json", "labels.json", "labels.parquet", "metadata.jsonl", "metadata.csv"),
        *("manifest.json", "metadata.csv", "metadata.csv", "metadata.csv", "slicer_opt.list"),
        *("wav.scp", "0001.txt"),
    ]


@pytest.mark.parametrize("files", _samples(), ids=lambda files: next(iter(files)))
def test_a_sample_is_read_as_it_stands(files: dict[str, str], tmp_path: Path) -> None:
    voice = tmp_path / "VOICE_A_NEUTRAL"
    for number in (1, 2):
        tone(voice / f"{number:04d}.wav", seed=number)
    (tmp_path / "submission.toml").write_text(DESCRIPTION, encoding="utf-8")
    for name, content in files.items():
        _write(voice / name, content)
    found = read_submission(tmp_path)
    assert found.findings == ()
    assert [clip.path[-8:] for clip in found.clips] == ["0001.wav", "0002.wav"]
    assert found.clips[0].text == "Good morning!"
    assert "did you sleep" in found.clips[1].text.lower()
