"""What a submission's names may do to a terminal and to a CI runner: nothing."""

import re
from pathlib import Path

import pytest

from flows.cli import main
from flows.say import harmless

ORDERS = (
    "::notice::Gate passed.",
    "x ::add-mask::a",
    "##[error]gone",
    "a ##[group]b",
    ":::stop-commands::t",
    "::\n::set-output name=a::b",
)


@pytest.mark.parametrize("name", ORDERS)
def test_no_name_is_an_order_to_the_runner(name: str) -> None:
    said = harmless(name)
    assert "::" not in said
    assert "##[" not in said


@pytest.mark.parametrize("name", ["\x1b[2J", "\x9b31m", "a\rb", "\u202etxt", "\x07", "\u2066a"])
def test_no_name_moves_the_cursor_or_turns_text_around(name: str) -> None:
    assert harmless(name).isprintable()


def test_a_line_break_in_a_name_begins_no_line_of_ours() -> None:
    assert harmless("VOICE\nGate passed.").splitlines() == ["VOICE", "  Gate passed."]


@pytest.mark.parametrize("name", ORDERS)
def test_an_error_that_names_a_path_orders_nothing(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["check", str(tmp_path / f"{name}\x1b[31m")])
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert not re.search(r"::|##\[|\x1b", said)
    assert said.startswith("tenhours: ")


def test_a_voice_folder_that_is_an_order_is_printed_harmlessly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    voice = tmp_path / "::notice::Gate passed.\n::stop-commands::x ##[error]"
    voice.mkdir()
    (voice / "labels.json").write_text('{"samples": [{"audio_file": "a.wav", "text": "A."}]}')
    with pytest.raises(SystemExit):
        main(["check", str(tmp_path)])
    said = capsys.readouterr()
    assert "notice" in said.out
    assert not re.search(r"::|##\[", said.out + said.err)
