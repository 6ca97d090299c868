"""Every label format: read as its makers write it, and round trips through all of them."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clips.commands.convert import convert
from clips.errors import SubmissionError, TenhoursError
from clips.formats import FORMATS, SIDECAR
from clips.submission import Submission, read_submission
from tests.clips.build import DESCRIPTION, labels, tone

VOICE = "VOICE_A_NEUTRAL"
NAMES = [form.name for form in (*FORMATS, SIDECAR)]


def table(found: Submission) -> list[tuple[Any, ...]]:
    """What a clips table says, but for the names that a format gives to files."""
    return [
        (c.voice, c.row, c.text, c.language, c.turn, c.turn_index, c.audio) for c in found.clips
    ]


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    """Two voices, one in turns, texts with every character that formats stumble over."""
    root = tmp_path / "rich"
    texts = [
        "Plain.",
        'She said, "yes; no," and left.',
        "Größe, 東京, नमस्ते, e\u0301.",
        "Tab-free, comma, semicolon; quote ' end.",
    ]
    rows = []
    for number, text in enumerate(texts):
        tone(root / VOICE / f"{number}.wav", seed=number)
        rows.append({"audio_file": f"{number}.wav", "text": text})
    labels(root / VOICE / "labels.json", {"samples": rows})
    turns: dict[str, list[dict[str, str]]] = {"camping": [], "turn_B": []}
    for number in range(5):
        path = f"{number}.flac"
        tone(root / "VOICE_B" / path, seed=20 + number)
        turns["camping" if number < 3 else "turn_B"].append({"text": "Clip.", "audio_file": path})
    labels(root / "VOICE_B" / "labels.json", turns)
    tone(root / "VOICE_B" / "unlabelled.wav", seed=99)
    voice = '\n[voices.VOICE_B]\nvoice = "b"\nadult = true\nstock = true\nlanguage = "de"\n'
    (root / "submission.toml").write_text(DESCRIPTION + voice)
    return root


@pytest.mark.parametrize("first", NAMES)
def test_round_trip_through_every_format(first: str, rich: Path, tmp_path: Path) -> None:
    original = read_submission(rich)
    assert [f.rule for f in original.findings] == ["unlabelled-audio"]
    done = convert(rich, tmp_path / "first", first)
    assert (done.rows, done.files, done.skipped) == (9, 10, ())
    there = read_submission(tmp_path / "first")
    assert table(there) == table(original)
    assert [f.rule for f in there.findings] == ["unlabelled-audio"]
    for second in NAMES:
        convert(tmp_path / "first", tmp_path / second, second)
        again = read_submission(tmp_path / second)
        assert table(again) == table(original)
        for clip in again.clips:
            again.open_audio(clip).close()


@pytest.mark.parametrize("to", NAMES)
def test_faulty_submissions_convert_without_loss(
    to: str, submission: Callable[..., Path], tmp_path: Path
) -> None:
    root = submission()
    rows = [
        {"audio_file": "2.wav", "text": "Not in order."},
        {"audio_file": "0.wav", "text": "Fine."},
        {"audio_file": "0.wav", "text": "Twice."},
        {"audio_file": "none.wav", "text": "Not there."},
        {"audio_file": "../out.wav", "text": "Out."},
    ]
    labels(root / VOICE / "labels.json", {"samples": rows})
    done = convert(root, tmp_path / "out", to)
    found = read_submission(tmp_path / "out")
    assert done.rows + len(done.skipped) == 5
    assert sorted(c.text for c in found.clips if c.row >= 0)[:2] == ["Fine.", "Not in order."]
    assert sum(c.row < 0 for c in found.clips) == 1
    assert not (tmp_path / "out.wav").exists()


UNSAFE_NAMES = ["../pwned", "/{root}/pwned", "..", "a/b", "a\\b", ".", "x" * 300, "a\0b"]


@pytest.mark.parametrize("to", NAMES)
@pytest.mark.parametrize("speaker", UNSAFE_NAMES)
def test_a_speaker_cannot_name_a_place_outside(speaker: str, to: str, tmp_path: Path) -> None:
    speaker = speaker.format(root=tmp_path)
    root = tmp_path / "sub"
    tone(root / "0.wav")
    tone(root / "1.wav", seed=1)
    rows = [
        {"audio_file": "0.wav", "text": "Out.", "speaker_id": speaker},
        {"audio_file": "1.wav", "text": "In.", "speaker_id": "Alice"},
    ]
    labels(root / "labels.json", {"samples": rows})
    found = read_submission(root)
    assert {c.text: c.voice for c in found.clips} == {"Out.": "sub", "In.": "Alice"}
    (refused,) = (f for f in found.findings if f.rule == "unsafe-path")
    assert refused.audio_file == "0.wav"
    assert "plain name of a folder" in refused.sentence
    before = set(tmp_path.rglob("*"))
    assert convert(root, tmp_path / "out", to).rows == 2
    written = set(tmp_path.rglob("*")) - before
    assert all(path.is_relative_to(tmp_path / "out") for path in written)


def test_a_described_voice_cannot_name_a_place_outside(tmp_path: Path) -> None:
    root = tmp_path / "sub"
    tone(root / "0.wav")
    tone(root / "1.wav", seed=1)
    labels(root / "labels.json", [{"audio_file": "0.wav", "text": "Out."}])
    (root / "submission.toml").write_text(DESCRIPTION.replace("VOICE_A_NEUTRAL", '"../pwned"'))
    found = read_submission(root)
    assert {c.voice for c in found.clips} == {"sub"}
    assert sum(f.rule == "unsafe-path" and f.level == "clip" for f in found.findings) == 2


@pytest.mark.parametrize("to", NAMES)
def test_convert_writes_nothing_outside_whatever_the_clips_say(
    to: str, submission: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = read_submission(submission())
    one, two, three = found.clips
    clips = (replace(one, voice="../pwned"), replace(two, voice=f"{tmp_path}/pwned"), three)
    hostile = replace(found, clips=clips)
    monkeypatch.setattr("clips.commands.convert.read_submission", lambda *_: hostile)
    done = convert(tmp_path / "sub", tmp_path / "out", to)
    assert (done.rows, len(done.skipped)) == (1, 2)
    assert "outside of the new folder" in done.skipped[0]
    assert not (tmp_path / "pwned").exists()


def test_convert_says_what_is_wrong(submission: Callable[..., Path], tmp_path: Path) -> None:
    root = submission()
    with pytest.raises(TenhoursError, match=r"Formats: labels\.json, parquet"):
        convert(root, tmp_path / "x", "lhotse")
    with pytest.raises(SubmissionError, match="not an empty folder"):
        convert(root, root)


def read_voice(root: Path, files: dict[str, str]) -> tuple[Submission, dict[str, str]]:
    for name, content in files.items():
        path = root / VOICE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    found = read_submission(root)
    return found, {c.path.removeprefix(f"{VOICE}/"): c.text for c in found.clips if c.row >= 0}


@pytest.fixture
def bare(submission: Callable[..., Path]) -> Path:
    root = submission()
    (root / VOICE / "labels.json").unlink()
    return root


EXPECTED = {"0.wav": "Zero.", "1.wav": "One, two.", "2.wav": "Two."}


@pytest.mark.parametrize(
    "files",
    [
        {"metadata.csv": "0|Zero.|zero\n1|One, two.|one two\r\n2|Two.\n"},
        {"metadata.csv": "\ufeff0.wav|Zero.\n1.wav|One, two.\n2.wav|Two."},
        {"metadata.csv": 'file_name,text\n0.wav,Zero.\n1.wav,"One, two."\n2.wav,Two.\n'},
        {"metadata.csv": "text;file_name\nZero.;0.wav\nOne, two.;1.wav\nTwo.;2.wav\n"},
        {
            "metadata.jsonl": '{"file_name": "0.wav", "transcription": "Zero."}\n\n'
            '{"file_name": "1.wav", "transcription": "One, two."}\n'
            '{"file_name": "2.wav", "transcription": "Two."}'
        },
        {
            "train_manifest.json": '{"audio_filepath": "0.wav", "text": "Zero.", "duration": 0.5}\n'
            '{"audio_filepath": "1.wav", "text": "One, two.", "duration": 0.5}',
            "val_manifest.json": '{"audio_filepath": "2.wav", "text": "Two.", "duration": 0.5}',
        },
        {"wav.scp": "a 0.wav\nb 1.wav\nc 2.wav\n", "text": "a Zero.\nb One, two.\nc Two.\n"},
        {"0.txt": "Zero.\n", "1.lab": "One, two.", "2.txt": "Two.\n", "README.txt": "Hello."},
        {"labels.json": json.dumps([{"audio_file": f, "text": t} for f, t in EXPECTED.items()])},
    ],
)
def test_formats_as_found_in_the_wild(files: dict[str, str], bare: Path) -> None:
    found, texts = read_voice(bare, files)
    assert texts == EXPECTED
    assert found.findings == ()


def rules(found: Submission) -> list[str]:
    return [f.rule for f in found.findings]


def test_commands_in_wav_scp_are_not_run(bare: Path, tmp_path: Path) -> None:
    command = f"touch {tmp_path}/ran; cat 0.wav |"
    found, _ = read_voice(bare, {"wav.scp": f"a {command}\nb 1.wav", "text": "a A.\nb B.\nc C."})
    assert not (tmp_path / "ran").exists()
    assert [(c.audio_file, c.text) for c in found.clips[:3]] == [
        ("a", "A."),
        ("1.wav", "B."),
        ("c", "C."),
    ]
    assert "unsafe-path" in rules(found)
    assert "bad-row" in rules(found)


def test_two_label_formats_in_one_folder(bare: Path) -> None:
    files = {
        "metadata.csv": "0|No.\n",
        "labels.json": '{"samples": [{"audio_file": "0.wav", "text": "Yes."}]}',
        "0.txt": "No.",
        "1.txt": "One.",
    }
    found, texts = read_voice(bare, files)
    assert texts == {"0.wav": "Yes.", "1.wav": "One."}
    assert rules(found).count("labels-ignored") == 2


def test_folders_give_the_order(bare: Path) -> None:
    for number, turn in ((0, "turn_10"), (1, "turn_2")):
        (bare / VOICE / turn).mkdir()
        (bare / VOICE / f"{number}.wav").rename(bare / VOICE / turn / "a.wav")
        (bare / VOICE / turn / "a.txt").write_text(f"{number}.")
    found = read_submission(bare)
    assert [(c.turn, c.turn_index, c.text, c.audio_file) for c in found.clips] == [
        ("turn_2", 0, "1.", "a.wav"),
        ("turn_10", 0, "0.", "a.wav"),
        ("", None, "", "2.wav"),
    ]


def test_one_voice_in_the_root(tmp_path: Path) -> None:
    root = tmp_path / "my_voice"
    for number in range(3):
        tone(root / "wavs" / f"{number}.wav", seed=number)
    (root / "metadata.csv").write_text("0|Zero.\n1|One.\n")
    found = read_submission(root)
    assert [(c.voice, c.text) for c in found.clips] == [
        ("my_voice", "Zero."),
        ("my_voice", "One."),
        ("my_voice", ""),
    ]
    (root / "submission.toml").write_text(DESCRIPTION)
    assert {c.voice for c in read_submission(root).clips} == {VOICE}


def test_manifest_in_the_root_for_several_voices(submission: Callable[..., Path]) -> None:
    root = submission()
    (root / VOICE / "labels.json").unlink()
    tone(root / "wavs" / "b.wav", seed=50)
    lines = [{"audio_filepath": f"{VOICE}/{n}.wav", "text": "A."} for n in range(3)]
    lines.append({"audio_filepath": "wavs/b.wav", "text": "B.", "speaker": "VOICE_B"})
    text = DESCRIPTION + '\n[voices.VOICE_B]\nvoice = "b"\nadult = true\nstock = true\n'
    (root / "submission.toml").write_text(text)
    (root / "manifest.json").write_text("\n".join(map(json.dumps, lines)))
    found = read_submission(root)
    assert [c.voice for c in found.clips] == [VOICE] * 3 + ["VOICE_B"]
    assert found.findings == ()


def test_parquet_from_elsewhere(bare: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    cells = [{"bytes": (bare / VOICE / f"{n}.wav").read_bytes(), "path": None} for n in range(3)]
    cells[1]["bytes"] = None
    texts = pa.table({"audio": cells, "sentence": ["A.", "B.", None]})
    parquet.write_table(texts, bare / VOICE / "train-00000-of-00001.parquet", row_group_size=2)
    for number in range(3):
        (bare / VOICE / f"{number}.wav").unlink()
    found = read_submission(bare)
    assert [(c.text, c.audio is not None) for c in found.clips] == [
        ("A.", True),
        ("B.", False),
        ("", True),
    ]
    assert rules(found) == ["unreadable-audio", "bad-row"]


def test_parquet_that_is_none(bare: Path) -> None:
    (bare / VOICE / "train.parquet").write_bytes(b"PAR1" + bytes(50) + b"PAR1")
    found = read_submission(bare)
    assert rules(found)[-1] == "unlabelled-audio"
    assert "unreadable-labels" in rules(found)


def _instead_of_labels(root: Path, files: dict[str, bytes]) -> Submission:
    (root / VOICE / "labels.json").unlink()
    for name, content in files.items():
        (root / name).write_bytes(content)
    return read_submission(root)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_metadata_csv_with_a_byte_order_mark_is_read(
    submission: Callable[..., Path], encoding: str
) -> None:
    content = "file_name,text\r\n0.wav,Größe.\r\n".encode(encoding)
    found = _instead_of_labels(submission(1), {f"{VOICE}/metadata.csv": content})
    assert [clip.text for clip in found.clips] == ["Größe."]
    assert [f.rule for f in found.findings] == ["labels-encoding"] * (encoding == "utf-16")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "metadata.csv",
            b"clip,words\n0,Hi.\n",
            "it has no column file_name; found clip, words.",
        ),
        ("all.tsv", b"clip\ttranscript\n", "it has no column file_name; found clip, transcript."),
        ("all.csv", b"file,words\n", "it has no column text; found file, words."),
        ("all.list", b"0|a|EN|Hi.\n", "its rows are split by bars and name no audio file"),
        ("train_list.txt", b"0|Hi.|3\n", "its rows are split by bars and name no audio file"),
        ("0.srt", b"1\n00:00 --> 00:01\nHi.\n", "subtitles are not read."),
        ("labels.xlsx", b"PK\x03\x04", "a spreadsheet is not read; save it as metadata.csv."),
        ("prompts.txt", b"0.wav Hi.\n", "its lines have no bar or tab between"),
        ("texts.json", b"{}", "a list of clips is named labels.json"),
        ("texts.jsonl", b'{"file": "0.wav"}', "it is not named metadata.jsonl"),
        ("all.txt", b"Hi.", "no audio file beside it has that name, and its lines are no table"),
        ("metadata.csv", b"", "it is empty."),
    ],
)
def test_a_label_file_that_is_not_recognised_is_named_with_the_reason(
    submission: Callable[..., Path], name: str, content: bytes, reason: str
) -> None:
    found = _instead_of_labels(submission(), {f"{VOICE}/{name}": content})
    (said,) = [f.sentence for f in found.findings if f.rule == "no-labels"]
    assert said.startswith(f"{VOICE} has 3 audio files and no labels. ")
    assert f"{VOICE}/{name} was not read: {reason}" in said


def test_files_in_the_root_and_many_files_are_named_too(submission: Callable[..., Path]) -> None:
    names = ["labels.csv", "README.txt", *(f"{VOICE}/t{n}.txt" for n in range(5))]
    found = _instead_of_labels(submission(), dict.fromkeys(names, b"x"))
    (said,) = [f.sentence for f in found.findings if f.rule == "no-labels"]
    assert "labels.csv was not read" in said
    assert "README.txt" not in said
    assert "Further files were not read." in said


@pytest.mark.parametrize("name", [f"{VOICE}/labels.json", "labels.json"])
def test_no_labels_is_not_said_of_labels_that_cannot_be_read(
    submission: Callable[..., Path], name: str
) -> None:
    found = _instead_of_labels(submission(), {name: b"{"})
    rules = {f.rule for f in found.findings}
    assert "unreadable-labels" in rules
    assert "no-labels" not in rules


TABLES = {
    "header-f5": {"metadata.csv": "audio_file|text\n0.wav|Zero.\n1.wav|One, two.\n2.wav|Two.\n"},
    "header-coqui": {
        "metadata.csv": "audio_file|text|speaker_name\n0.wav|Zero.|a\n1.wav|One, two.|a\n"
        "2.wav|Two.|a\n"
    },
    "header-ids": {
        "metadata.csv": "ID|Transcription|Normalized Transcription\n0|Zero.|zero\n1|One, two.|x\n"
        "2|Two.|two\n"
    },
    "header-deepspeech": {
        "train.csv": 'wav_filename,wav_filesize,transcript\n0.wav,9,Zero.\n1.wav,9,"One, two."\n'
        "2.wav,9,Two.\n"
    },
    "header-common-voice": {
        "validated.tsv": "client_id\tpath\tsentence\nx\t0.wav\tZero.\nx\t1.wav\tOne, two.\n"
        "x\t2.wav\tTwo.\n"
    },
    "ljspeech": {"metadata.csv": "0|Zero.|zero\n1|One, two.|one two\n2|Two.|two\n"},
    "piper": {"metadata.csv": "0|male1|Zero.\n1|male1|One, two.\n2|male1|Two.\n"},
    "piper-named": {"metadata.csv": "0|Ann Lee|Zero.\n1|Ann Lee|One, two.\n2|Ann Lee|Two.\n"},
    "piper-numbers": {"metadata.csv": "0|3|Zero.\n1|3|One, two.\n2|3|Two.\n"},
    "vits": {
        "train.txt": "DUMMY1/0.wav|Zero.\nDUMMY1/1.wav|One, two.\n",
        "val.txt": "DUMMY1/2.wav|Two.\nDUMMY1/1.wav|One, two.\n",
    },
    "vits-speakers": {"l.txt": "w/0.wav|7|Zero.\nw/1.wav|7|One, two.\nw/2.wav|7|Two.\n"},
    "coqui-list": {"l.txt": "w/0.wav|Zero.|7\nw/1.wav|One, two.|7\nw/2.wav|Two.|7\n"},
    "gpt-sovits": {
        "a.list": "C:\\out\\0.wav|v|EN|Zero.\r\nC:\\out\\1.wav|v|EN|One, two.\r\n"
        "C:\\out\\2.wav|v|EN|Two.\r\n"
    },
    "bert-vits2": {
        "a.list": "/x/0.wav|v|EN|Zero.|z ih r ow|0 1|1\n/x/1.wav|v|EN|One, two.|w ah n|0 1|1\n"
        "/x/2.wav|v|EN|Two.|t uw|0 1|1\n"
    },
    "phonemes-and-text": {
        "l.txt": "0.wav|zˈɪɹoʊ.|Zero.\n1.wav|wˈʌn tˈuː.|One, two.\n2.wav|tˈuː.|Two.\n"
    },
    "tabs": {"transcripts.tsv": "0.wav\tZero.\n1.wav\tOne, two.\n2.wav\tTwo.\n"},
    "old-mac": {"metadata.csv": "0|Zero.\r1|One, two.\r2|Two.\r"},
    "text-first": {"l.txt": "Zero.|0.wav\nOne, two.|1.wav\nTwo.|2.wav\n"},
}


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_told_by_what_is_in_them(name: str, bare: Path) -> None:
    found, texts = read_voice(bare, TABLES[name])
    assert texts == EXPECTED
    assert {f.rule for f in found.findings} <= {"labels-ignored"}
    assert all(c.turn == "" for c in found.clips)


def test_a_folder_of_lists_is_no_turn_and_one_file_is_read_once(bare: Path) -> None:
    rows = "".join(f"wavs/{n}.wav|{EXPECTED[f'{n}.wav']}\n" for n in range(3))
    found, texts = read_voice(bare, {"filelists/train.txt": rows, "filelists/all.txt": rows})
    assert texts == EXPECTED
    assert [(c.turn, c.turn_index) for c in found.clips] == [("", None)] * 3
    (said,) = found.findings
    assert said.rule == "labels-ignored"
    assert said.sentence.startswith(f"3 rows of {VOICE}/filelists/train.txt repeated from all.txt")


QUOTES = {
    "tabs": 'file_name\ttext\n0.wav\t"Stop, he said.\n1.wav\tGood.\n2.wav\tHe said stop"\n',
    "commas": 'file_name,text\n0.wav,"Stop, he said.\n1.wav,Good.\n2.wav,He said stop"\n',
    "never-closed": 'file_name\ttext\n0.wav\t"Stop, he said.\n1.wav\tGood.\n2.wav\tHe said stop"',
    "text-first": 'text\tfile_name\n"Stop, he said.\t0.wav\nGood.\t1.wav\nHe said stop"\t2.wav\n',
}


@pytest.mark.parametrize("name", QUOTES)
def test_a_stray_quote_swallows_no_row_and_its_line_is_named(name: str, bare: Path) -> None:
    found, texts = read_voice(bare, {"metadata.csv": QUOTES[name]})
    assert texts == {"0.wav": '"Stop, he said.', "1.wav": "Good.", "2.wav": 'He said stop"'}
    said = [f for f in found.findings if f.rule == "stray-quote"]
    assert said[0].audio_file == "0.wav"
    assert "metadata.csv, line 2 has a quote that is not closed" in said[0].sentence


def test_a_text_of_several_lines_in_quotes_stays_one_row(bare: Path) -> None:
    content = 'file_name,text\n0.wav,"One,\ntwo, ""three""."\n1.wav,Good.\n'
    _, texts = read_voice(bare, {"metadata.csv": content})
    assert texts == {"0.wav": 'One,\ntwo, "three".', "1.wav": "Good."}


def test_utf16_without_a_mark_is_read_and_named(bare: Path) -> None:
    content = "file_name,text\r\n0.wav,Hello.\r\n"
    for number, encoding in enumerate(("utf-16-le", "utf-16-be")):
        (bare / VOICE / "metadata.csv").write_bytes(content.encode(encoding))
        found = read_submission(bare)
        assert found.clips[0].text == "Hello.", number
        assert "labels-encoding" in rules(found)
