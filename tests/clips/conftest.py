"""Fixtures of the intake tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clips.build import DESCRIPTION, labels, tone


@pytest.fixture
def submission(tmp_path: Path) -> Callable[..., Path]:
    """A correct submission of one voice; a test breaks what it is about."""

    def build(clips: int = 3, description: str = DESCRIPTION) -> Path:
        root = tmp_path / "sub"
        rows = []
        for number in range(clips):
            tone(root / "VOICE_A_NEUTRAL" / f"{number}.wav", seed=number)
            rows.append(
                {"audio_file": f"{number}.wav", "text": f"This is clip {'abcdef'[number]}."}
            )
        labels(root / "VOICE_A_NEUTRAL" / "labels.json", {"samples": rows})
        (root / "submission.toml").write_text(description, encoding="utf-8")
        return root

    return build
