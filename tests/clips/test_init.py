"""init: what was said is written, what was not is left to fill in."""

import tomllib
from pathlib import Path

import pytest

from clips.commands.check import check
from clips.commands.init import render
from clips.description import parse_description
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


def answering(monkeypatch: pytest.MonkeyPatch, answers: list[str]) -> None:
    given = iter(answers)

    def read(*_: object, **__: object) -> str:
        try:
            return next(given)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("rich.console.Console.input", read)


def test_a_wrong_answer_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(monkeypatch, ["Ada", "", "OpenAI", "gpt-4o", "", "english", "en-GB", "n"])
    with pytest.raises(SystemExit) as done:
        main(["init", str(tmp_path)])
    assert done.value.code == 0
    assert "'english' is no language code; write en, en-GB, it" in capsys.readouterr().out
    given = tomllib.loads((tmp_path / "submission.toml").read_text(encoding="utf-8"))
    assert (given["language"], given["publish"]) == ("en-GB", False)


def test_the_end_of_input_stops_without_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(monkeypatch, ["Ada"])
    with pytest.raises(SystemExit) as done:
        main(["init", str(tmp_path)])
    assert done.value.code == 130
    assert capsys.readouterr().err.strip() == "tenhours: stopped; nothing was written"
    assert list(tmp_path.iterdir()) == []


def test_the_language_of_a_description_is_told_the_same_way() -> None:
    _, findings = parse_description(b'language = "english"')
    assert "language: 'english' is no language code; write en," in findings[0].sentence
