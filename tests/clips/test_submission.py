"""A folder in, every row and file accounted for, every fault named."""

import errno
import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Literal
from unicodedata import normalize

import pytest

from clips.audio import decode
from clips.commands.check import Checked
from clips.errors import DecodeError, DecoderLost, SubmissionError
from clips.isolated import DecodePool
from clips.limits import DEFAULT_LIMITS
from clips.rules import INTAKE_RULES
from clips.sources.folder import FolderSource
from clips.submission import Submission, read_submission
from clips.table import AudioInfo
from tests.clips.build import DESCRIPTION, labels, tone

Build = Callable[..., Path]
VOICE = "VOICE_A_NEUTRAL"


def rules(found: Submission, voice_file: str | None = None) -> list[str]:
    assert {f.rule for f in found.findings} <= set(INTAKE_RULES)
    return [f.rule for f in found.findings if voice_file is None or f.audio_file == voice_file]


def test_correct_submission(submission: Build) -> None:
    found = read_submission(submission())
    assert found.findings == ()
    assert [(c.audio_file, c.path, c.row, c.text) for c in found.clips] == [
        (f"{n}.wav", f"{VOICE}/{n}.wav", n, f"This is clip {'abc'[n]}.") for n in range(3)
    ]
    assert found.description.of(VOICE).voice == "alloy"
    assert {c.language for c in found.clips} == {"en-US"}
    again = pickle.loads(pickle.dumps(found))
    with again.open_audio(again.clips[0]) as file:
        assert decode(file).samples.shape == (1, 12_000)


def test_turns_keep_their_order(submission: Build) -> None:
    root = submission()
    turns = {
        "camping_trip": [
            {"text": "Two.", "audio_file": "2.wav"},
            {"text": "Zero.", "audio_file": "0.wav"},
        ],
        "turn_B": [{"text": "One.", "audio_file": "1.wav"}],
    }
    labels(root / VOICE / "labels.json", turns)
    found = read_submission(root)
    assert found.findings == ()
    assert [(c.audio_file, c.turn, c.turn_index, c.row) for c in found.clips] == [
        ("2.wav", "camping_trip", 0, 0),
        ("0.wav", "camping_trip", 1, 1),
        ("1.wav", "turn_B", 0, 2),
    ]


def test_rows_and_files_that_do_not_match(submission: Build) -> None:
    root = submission()
    rows = [
        {"audio_file": "0.wav", "text": "Fine."},
        {"audio_file": "none.wav", "text": "Not there."},
        {"audio_file": "0.wav", "text": "Again."},
        {"audio_file": "../0.wav", "text": "Out."},
        {"audio_file": "/etc/passwd", "text": "Out."},
        {"text": "No file."},
        {"audio_file": "1.wav", "text": 7},
        "a text",
        {"audio_file": "", "text": ""},
    ]
    labels(root / VOICE / "labels.json", {"samples": rows})
    found = read_submission(root)
    assert [c.row for c in found.clips] == [*range(9), -1]
    by_row = {
        c.row: [f.rule for f in found.findings if f.clip_id == c.clip_id] for c in found.clips
    }
    assert by_row == {
        0: [],
        1: ["missing-audio"],
        2: ["duplicate-row"],
        3: ["unsafe-path"],
        4: ["unsafe-path"],
        5: ["bad-row"],
        6: ["bad-row"],
        7: ["bad-row"],
        8: ["bad-row", "empty-label"],
        -1: ["unlabelled-audio"],
    }
    with pytest.raises(DecodeError, match="no audio file"):
        found.open_audio(found.clips[1])


def test_audio_that_is_no_audio_or_twice(submission: Build) -> None:
    root = submission()
    (root / VOICE / "1.wav").write_text("no audio")
    (root / VOICE / "2.wav").write_bytes((root / VOICE / "0.wav").read_bytes())
    found = read_submission(root)
    assert rules(found, "1.wav") == ["unreadable-audio"]
    assert rules(found, "2.wav") == ["duplicate-audio"]
    assert "row 1 of VOICE_A_NEUTRAL" in found.findings[-1].sentence
    assert found.clips[1].audio is None


def test_a_copy_without_a_label_does_not_turn_down_the_clip_with_one(submission: Build) -> None:
    root = submission()
    copy = root / "A_STRAY" / "copy.wav"
    copy.parent.mkdir()
    copy.write_bytes((root / VOICE / "0.wav").read_bytes())
    (found,) = (f for f in read_submission(root).findings if f.rule == "duplicate-audio")
    assert (found.voice, found.audio_file) == ("A_STRAY", "copy.wav")


def test_what_cannot_be_opened_now_is_pending_and_not_unreadable(
    submission: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = FolderSource.open

    def busy(self: FolderSource, path: str) -> BinaryIO:
        if path.endswith("0.wav"):
            raise OSError(errno.EMFILE, "Too many open files")
        return real(self, path)

    monkeypatch.setattr(FolderSource, "open", busy)
    found = read_submission(submission())
    assert found.findings == ()
    first = found.clips[0]
    assert found.pending == {first.clip_id: "it cannot be opened (Too many open files)"}
    assert "Check again" in "".join(Checked(found).lines())


def test_a_decoder_that_is_lost_on_a_header_leaves_the_clip_pending(
    submission: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = submission()
    tone(root / "VOICE_A_NEUTRAL" / "x.flac")

    def lost(self: DecodePool, file: BinaryIO, sha256: str) -> AudioInfo:
        raise DecoderLost("its decoder crashed")

    monkeypatch.setattr(DecodePool, "header", lost)
    found = read_submission(root)
    assert [f.rule for f in found.findings] == ["unlabelled-audio"]
    assert list(found.pending.values()) == ["it could not be read: its decoder crashed"]


def test_duration_in_the_label_row(submission: Build) -> None:
    root = submission(1)
    row = {"audio_file": "0.wav", "text": "Clip.", "duration": 0.9, "speaker_id": "a"}
    labels(root / VOICE / "labels.json", {"samples": [row]})
    (finding,) = read_submission(root).findings
    assert (finding.rule, finding.bound, finding.unit) == ("duration-mismatch", 0.1, "s")
    assert finding.value == pytest.approx(0.4)


def test_voices_and_tables(submission: Build) -> None:
    root = submission()
    tone(root / "VOICE_B" / "x.wav", seed=9)
    text = DESCRIPTION + '\n[voices.VOICE_C]\nvoice = "c"\nadult = true\nstock = true\n'
    (root / "submission.toml").write_text(text)
    found = read_submission(root)
    assert sorted((f.rule, f.voice) for f in found.findings) == [
        ("no-labels", "VOICE_B"),
        ("unlabelled-audio", "VOICE_B"),
        ("voice-without-folder", "VOICE_C"),
        ("voice-without-table", "VOICE_B"),
    ]


@pytest.mark.parametrize(
    ("folder", "voice"), [("train", VOICE), ("VOICE_A_WHISPERING", "VOICE_A_WHISPERING")]
)
def test_in_a_folder_that_is_a_part_of_a_set_the_speaker_is_the_voice(
    folder: str, voice: str, submission: Build
) -> None:
    root = submission()
    (root / VOICE).rename(root / folder)
    rows = json.loads((root / folder / "labels.json").read_text())["samples"]
    named = [row | {"speaker_id": VOICE} for row in rows]
    labels(root / folder / "labels.json", {"samples": named})
    found = read_submission(root)
    assert {c.voice for c in found.clips} == {voice}
    assert all(c.audio for c in found.clips)
    described = voice == VOICE
    assert rules(found) == ([] if described else ["voice-without-folder", "voice-without-table"])


FORMS = pytest.mark.parametrize(("folder", "table"), [("NFD", "NFC"), ("NFC", "NFD")])
Form = Literal["NFC", "NFD"]
ZOE = "ZOÉ_NEUTRAL"


def described(table: Form) -> str:
    return DESCRIPTION.replace(VOICE, f'"{normalize(table, ZOE)}"')


def zoe(submission: Build, folder: Form) -> Path:
    root = submission()
    (root / VOICE).rename(root / normalize(folder, ZOE))
    return root


@FORMS
def test_a_folder_and_its_table_in_other_unicode_forms_are_one_voice(
    folder: Form, table: Form, submission: Build
) -> None:
    root = zoe(submission, folder)
    (root / "submission.toml").write_text(described(table), encoding="utf-8")
    found = read_submission(root)
    assert found.findings == ()
    assert {c.voice for c in found.clips} == {normalize("NFC", ZOE)}
    assert found.description.of(found.clips[0].voice).voice == "alloy"


@FORMS
def test_labels_in_the_root_name_a_folder_in_any_unicode_form(
    folder: Form, table: Form, submission: Build
) -> None:
    root = zoe(submission, folder)
    below = root / normalize(folder, ZOE) / "labels.json"
    rows = json.loads(below.read_text())["samples"]
    below.unlink()
    prefix = normalize(table, ZOE)
    named = [row | {"audio_file": f"{prefix}/{row['audio_file']}"} for row in rows]
    labels(root / "labels.json", {"samples": named})
    more = '\n[voices.OTHER]\nvoice = "o"\nadult = true\nstock = true\n'
    (root / "submission.toml").write_text(described(table) + more, encoding="utf-8")
    found = read_submission(root)
    assert {c.voice for c in found.clips} == {normalize("NFC", ZOE)}
    assert rules(found) == ["voice-without-folder"]


def test_what_a_table_lacks_is_found_of_the_voice_whatever_its_unicode_form(
    submission: Build,
) -> None:
    root = zoe(submission, "NFD")
    text = described("NFC").replace("adult = true", "")
    (root / "submission.toml").write_text(text, encoding="utf-8")
    found = read_submission(root)
    (missing,) = found.findings
    assert (missing.rule, missing.voice) == ("missing-field", found.clips[0].voice)


def test_two_tables_of_one_voice_in_two_unicode_forms(submission: Build) -> None:
    root = zoe(submission, "NFC")
    table = normalize("NFD", ZOE)
    text = described("NFC") + f'\n[voices."{table}"]\nvoice = "echo"\nadult = true\nstock = true\n'
    (root / "submission.toml").write_text(text, encoding="utf-8")
    (twice,) = read_submission(root).findings
    assert twice.rule == "bad-description"
    assert "twice" in twice.sentence


def test_without_a_description(submission: Build) -> None:
    root = submission()
    (root / "submission.toml").unlink()
    found = read_submission(root)
    assert rules(found) == ["no-description", "voice-without-table"]
    assert found.description.stage == "payload"


def test_wrapped_in_one_more_folder(submission: Build, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    submission().rename(outer / "inner")
    found = read_submission(outer)
    assert found.findings == ()
    assert found.clips[0].path == f"{VOICE}/0.wav"
    found.open_audio(found.clips[0]).close()


@pytest.mark.parametrize("make", [False, True])
def test_no_submission(make: bool, tmp_path: Path) -> None:
    path = tmp_path / "nothing"
    if make:
        path.mkdir()
        (path / "readme.txt").write_text("Hello.")
    with pytest.raises(SubmissionError):
        read_submission(path)


@pytest.mark.parametrize(
    ("line", "rule", "words"),
    [
        ('licence = "MIT"', "bad-description", "Did you mean license?"),
        ('stage = "sample"', "bad-description", "found 'sample'"),
        ('language = "english"', "bad-description", "'english' is no language code; write en"),
        ("publish = 1", "bad-description", "found 1"),
        ("voices = 3", "bad-description", "found 3"),
        ("contributor = 1234567", "bad-description", "contributor:"),
        ("[[", "bad-description", "not a TOML file"),
        ("x = " + "[" * 5000, "bad-description", "TOML"),
        ("x = " + "9" * 5000, "bad-description", "TOML"),
    ],
)
def test_faulty_description(line: str, rule: str, words: str, submission: Build) -> None:
    name = line.split(" ", maxsplit=1)[0]
    kept = [text for text in DESCRIPTION.splitlines() if not text.startswith(f"{name} =")]
    if name == "voices":
        kept = kept[: kept.index("[voices.VOICE_A_NEUTRAL]")]
    found = read_submission(submission(description="\n".join([line, *kept])))
    fault = next(f for f in found.findings if f.rule == rule)
    assert words in fault.sentence
    assert "1234567" not in fault.sentence
    assert len(found.clips) == 3


def test_missing_fields_of_a_voice(submission: Build) -> None:
    text = DESCRIPTION.replace("adult = true", "").replace('provider = "OpenAI"', "")
    found = read_submission(submission(description=text))
    assert [(f.rule, f.voice) for f in found.findings] == [
        ("missing-field", ""),
        ("missing-field", VOICE),
    ]


def test_hours_beyond_the_limit_are_not_decoded_and_each_is_named(
    submission: Callable[..., Path],
) -> None:
    seconds = sum(c.audio.duration_s for c in read_submission(submission()).clips if c.audio)
    limits = replace(DEFAULT_LIMITS, decoded_hours=seconds / 2 / 3600)
    found = read_submission(submission(), limits)
    assert [clip.audio is not None for clip in found.clips] == [True, True, False]
    (fault,) = [f for f in found.findings if f.rule == "over-limit"]
    assert fault.audio_file == found.clips[2].audio_file


def test_a_tone_that_is_not_given_is_the_one_that_the_folder_names(tmp_path: Path) -> None:
    said = """
contributor = "Ada Example"
[voices.VOICE_A_WHISPERING]
voice = "alloy"
[voices.VOICE_B_WHISPERING]
tone = "neutral"
"""
    (tmp_path / "submission.toml").write_text(said, encoding="utf-8")
    of = read_submission(tmp_path).description.of
    voices = ("VOICE_A_WHISPERING", "VOICE_B_WHISPERING", "VOICE_C_HAPPY", "VOICE_D")
    assert [of(voice).tone for voice in voices] == ["whispering", "neutral", "happy", "neutral"]
