"""Speech for the benchmark; Festival, which makes it, is not among what the tests install."""

from pathlib import Path

import pytest

from benchmarks.defects import clean


def test_another_count_leaves_what_was_made_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def speak(speaker: clean.Speaker, count: int, folder: Path) -> list[tuple[str, str, bool]]:
        made.append((speaker.name, count))
        for i in range(count):
            (folder / f"{i}.wav").write_text(f"{speaker.name}, {i} of {count}")
        return [(f"{i}.wav", f"{i} of {count}", True) for i in range(count)]

    monkeypatch.setattr(clean, "_speak", speak)
    many, few = (clean.hts(tmp_path, clean.TUNING, count) for count in (20, 8))
    assert len(many) == 20 and len(few) == 8 and len(made) == 8
    assert clean.hts(tmp_path, clean.TUNING, 20) == many and len(made) == 8
    for clip in many:
        assert clip.path.read_text() == f"{clip.voice}, {clip.text}"
