"""init: what was said is written, what was not is left to fill in."""

import tomllib
from pathlib import Path

import pytest

from clips.check import check
from clips.init import render
from flows.cli import main
from tests.clips.build import tone

SAID = ["--contributor", "Ada", "--provider", "OpenAI", "--model", "gpt-4o"]


def test_what_nobody_said_is_a_comment(tmp_path: Path) -> None:
    tone(tmp_path / "VOICE_A_WHISPERING" / "0.wav")
    with pytest.raises(SystemExit) as done:
        main(["init", str(tmp_path), *SAID, "--language", "it"])
    assert done.value.code == 0
    text = (tmp_path / "submission.toml").read_text(encoding="utf-8")
    given = tomllib.loads(text)
    assert given["voices"] == {"VOICE_A_WHISPERING": {"tone": "whispering"}}
    assert given["language"] == "it"
    assert "license" not in given
    assert "# stage = ...  # Stage: description or samples or payload" in text
    assert "# adult = ...  # Is it an adult's voice: true or false" in text
    asked_for = " ".join(check(str(tmp_path)).lines(examples=9))
    for name in ("voice", "adult", "stock"):
        assert f"lacks {name} in [voices.VOICE_A_WHISPERING]" in asked_for


def test_a_tone_that_no_folder_names_is_left_open() -> None:
    assert "# tone = ...  # Tone (neutral" in render({}, {"VOICE_A": {}})
