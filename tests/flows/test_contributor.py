"""What `tenhours check` prints and exits with."""

from pathlib import Path

import pytest

from flows import contributor
from selection.exit_codes import FAILED, NOTHING, PASS
from tests.clips.build import DESCRIPTION, labels, tone

VOICE = "VOICE_A_NEUTRAL"


def _submission(
    root: Path, *texts: str, description: str = DESCRIPTION, rate: int = 24_000
) -> Path:
    rows = [{"audio_file": f"{n}.wav", "text": text} for n, text in enumerate(texts)]
    for n, row in enumerate(rows):
        tone(root / VOICE / row["audio_file"], seed=n, rate_hz=rate)
    if rows:
        labels(root / VOICE / "labels.json", {"samples": rows})
    root.mkdir(exist_ok=True)
    (root / "submission.toml").write_text(description, encoding="utf-8")
    return root


def test_all_shows_every_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = _submission(tmp_path / "sub", *(f"Well {chr(97 + n)} \U0001f600." for n in range(7)))
    assert contributor.check(str(root)) == FAILED
    assert "... and 2 more (--all shows them)" in capsys.readouterr().out
    assert contributor.check(str(root), every=True) == FAILED
    printed = capsys.readouterr().out
    assert printed.count("holds the emoji") == 7
    assert "--all" not in printed


@pytest.mark.parametrize(
    ("texts", "code", "group", "end"),
    [
        (["It is 5.", "6.", "C.", "D.", "E."], PASS, "note: label-digits (2)", "Ready to send"),
        (["Hello.", "It is 5.", "C.", "D.", "E."], PASS, "note: label-digits (1)", "Ready to send"),
        (
            ["Hello.", "It is 5.", "", "D.", "E."],
            FAILED,
            "reject: empty-label",
            "1 thing to mend, 1 note.",
        ),
    ],
)
def test_groups_have_a_weight_and_the_end_counts_both(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    texts: list[str],
    code: int,
    group: str,
    end: str,
) -> None:
    assert contributor.check(str(_submission(tmp_path / "sub", *texts))) == code
    printed = capsys.readouterr().out
    assert f"\n{group}" in printed
    assert end in "\n".join(printed.splitlines()[-3:])


def test_nothing_to_score_is_not_nothing_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = DESCRIPTION.partition("[voices")[0]
    assert contributor.check(str(_submission(tmp_path / "sub", description=bare))) == NOTHING
    printed = capsys.readouterr().out
    assert "Nothing was found wrong" not in printed
    assert printed.splitlines()[-1] == "Nothing to score: the submission holds no clips."


def test_a_sample_rate_that_the_policy_rejects_is_to_mend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = ["A.", "B.", "C.", "D.", "E."]
    assert contributor.check(str(_submission(tmp_path / "sub", *texts, rate=16_000))) == FAILED
    printed = capsys.readouterr().out
    assert "\nreject: sample-rate (5): The sample rate is too low." in printed
    assert (
        f"{VOICE}/0.wav: The sample rate is too low (sample_rate_hz 16000 Hz; reject below 24000"
        in printed
    )
    assert printed.splitlines()[-1] == "1 thing to mend, 1 note."
    _submission(tmp_path / "sub", *texts)
    assert contributor.check(str(tmp_path / "sub")) == PASS
    assert "sample-rate" not in capsys.readouterr().out


def test_files_outside_of_the_voice_folders_are_called_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two = f'{DESCRIPTION}\n[voices.VOICE_B]\nvoice = "ash"\nadult = true\nstock = true\n'
    root = _submission(tmp_path / "sub", *"ABCDE", description=two)
    tone(root / "x.wav", seed=77)
    assert contributor.check(str(root)) == FAILED
    printed = capsys.readouterr().out
    outside = "(outside of the voice folders)"
    assert f"  - 0% of the audio of {outside} has a label" in printed
    first = printed.splitlines()[0]
    assert first.startswith(f"{outside}: 0 label rows, 1 audio file, ")
    listed = [line for line in printed.splitlines() if outside in line or "x.wav" in line]
    assert first.endswith(f" {len(listed) - 1} findings"), printed


@pytest.mark.parametrize(
    ("name", "at", "size"),
    [
        ("0.wav", 40, (2_000_000_000).to_bytes(4, "little")),
        ("0.wav", 40, (200_000_000).to_bytes(4, "little")),
        ("x.flac", 22, (2_000_000_000).to_bytes(4, "big")),
        ("x.aiff", 4, (2_000_000_000).to_bytes(4, "big")),
    ],
)
def test_one_wrong_length_does_not_decide_over_a_voice(
    name: str, at: int, size: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A streamed file whose header promises hours: its length is what its bytes hold."""
    root = _submission(tmp_path / "sub", "One.", "Two.", "Three.")
    path = tone(root / VOICE / name, 3.0, seed=50)
    content = path.read_bytes()
    path.write_bytes(content[:at] + size + content[at + 4 :])
    contributor.check(str(root), every=True)
    printed = capsys.readouterr().out
    assert "unsegmented" not in printed
    assert ", 4 s, " in printed
