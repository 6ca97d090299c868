"""check, init, and the schemas that are published."""

import json
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from clips.commands.check import check
from clips.commands.init import QUESTIONS, VOICE_QUESTIONS, render, voice_folders, write_description
from clips.errors import SubmissionError
from clips.schemas import rendered, schemas
from clips.submission import read_submission
from tests.clips.build import DESCRIPTION, labels, tone

Build = Callable[..., Path]
ROOT = Path(__file__).parents[2]
VOICE = "VOICE_A_NEUTRAL"


def test_summary_and_lines(submission: Build) -> None:
    root = submission()
    rows = [{"audio_file": f"{n}.wav", "text": f"Line {n}."} for n in (0, 1, 9)]
    labels(root / VOICE / "labels.json", {"samples": rows})
    checked = check(root)
    (voice,) = checked.voices
    assert (voice.rows, voice.files, voice.unlabelled, voice.findings) == (3, 3, 1, 5)
    assert voice.hours == pytest.approx(1.5 / 3600)
    assert [c.rule for c in checked.causes] == ["label-digits", "missing-audio"]
    text = "\n".join(checked.lines(examples=2))
    assert "label-digits (3):" in text
    assert "... and 1 more (--all shows them)" in text
    assert "more (" not in "\n".join(checked.lines(None))
    assert "Gone with it: unlabelled-audio (1)." in text
    assert text.endswith("\n2 things to mend.")


def test_a_line_names_voice_and_clip_once(submission: Build) -> None:
    root = submission()
    rows = [
        {"audio_file": "0.wav", "text": "Well \U0001f600."},
        {"audio_file": "gone.wav", "text": "Hello."},
        {"text": "Hello."},
    ]
    labels(root / VOICE / "labels.json", {"samples": rows})
    tone(root / "other" / "x.wav", seed=77)
    lines = [line for line in check(root).lines() if line.startswith("  - ")]
    starts = (
        f"{VOICE}/0.wav: The label holds the emoji",
        f"{VOICE}: gone.wav is not there",
        f"{VOICE}/labels.json, row 3 lacks",
        "The folder other has no table",
    )
    for start in starts:
        assert any(line.startswith(f"  - {start}") for line in lines), lines


def test_a_name_that_does_not_match_is_one_thing_to_mend(submission: Build) -> None:
    root = submission(6)
    rows = [{"file": f"{n}.wav", "text": f"Line {chr(97 + n)}."} for n in range(6)]
    labels(root / VOICE / "labels.json", {"samples": rows})
    (cause,) = check(root).causes
    assert (cause.rule, len(cause.findings), cause.things) == ("bad-row", 6, 1)
    assert len(cause.shows) == 6
    *_, end = check(root).lines()
    assert end == "1 thing to mend."
    everything = "\n".join(check(root).lines(None))
    assert everything.count("has no label") == 6
    assert "5.wav" not in "\n".join(check(root).lines())


def test_more_files_without_a_label_than_rows_amiss_are_a_fault_of_their_own(
    submission: Build,
) -> None:
    root = submission(4)
    labels(root / VOICE / "labels.json", {"samples": [{"file": "0.wav", "text": "Hello."}]})
    assert [c.rule for c in check(root).causes] == ["unlabelled-audio", "bad-row"]


def test_ready_to_send_says_how(submission: Build, tmp_path: Path) -> None:
    root = submission()
    ready, how = list(check(root).lines())[-2:]
    assert ready == "Ready to send, as samples."
    command = how.partition(": ")[2]
    subprocess.run(shlex.split(command), cwd=tmp_path, check=True)
    packed = tmp_path / f"{root.name}.tar"
    assert list(check(packed).lines())[-2:] == [ready, "Send it as it is."]


def test_check_imports_nothing_heavy(submission: Build) -> None:
    code = (
        "import sys; from clips.commands.check import check;"
        " c = check(sys.argv[1]); list(c.lines());"
        "print([m for m in sys.modules if m.split('.')[0] in"
        " ('torch','pandas','pyarrow','faster_whisper','prefect','fsspec','scipy','av')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, submission()], cwd=ROOT, capture_output=True, check=True
    )
    assert done.stdout.strip() == b"[]"


def test_init_writes_what_check_accepts(submission: Build) -> None:
    root = submission()
    (root / "submission.toml").unlink()
    assert voice_folders(root) == {VOICE: 0.0}
    answers = {q.field: q.default for q in QUESTIONS if q.default is not None}
    answers |= {"contributor": 'Ada "A" \\ Ünïcode', "provider": "OpenAI", "model": "gpt-4o"}
    voice = {q.field: q.default for q in VOICE_QUESTIONS if q.default is not None}
    text = render(answers, {VOICE: {**voice, "voice": "alloy", "hours": 0.5}})
    write_description(root, text)
    found = read_submission(root)
    assert found.findings == ()
    assert found.description.contributor == 'Ada "A" \\ Ünïcode'
    assert found.description.of(VOICE).hours == 0.5
    with pytest.raises(SubmissionError, match="there already"):
        write_description(root, text)
    write_description(root, text, replace=True)


def test_init_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match=r"stage: .*found 'all'"):
        render({"stage": "all"}, {})
    with pytest.raises(SubmissionError, match="no such folder"):
        voice_folders(tmp_path / "none")
    assert voice_folders(tmp_path) == {}
    odd = render({}, {"a b.c": {"voice": "x"}})
    assert list(tomllib.loads(odd)["voices"]) == ["a b.c"]


@pytest.mark.parametrize("name", schemas())
def test_published_schemas_are_up_to_date(name: str) -> None:
    path = ROOT / "docs" / "schemas" / name
    assert path.read_text(encoding="utf-8") == rendered(schemas()[name]), (
        "run python -m clips.schemas docs/schemas"
    )


def test_schemas_agree_with_the_reader() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    for schema in schemas().values():
        jsonschema.Draft202012Validator.check_schema(schema)
    submission = jsonschema.Draft202012Validator(schemas()["submission.schema.json"])
    good = tomllib.loads(DESCRIPTION)
    assert submission.is_valid(good)
    assert not submission.is_valid({**good, "stage": "sample"})
    assert not submission.is_valid({**good, "licence": "MIT"})
    assert not submission.is_valid({k: v for k, v in good.items() if k != "provider"})
    assert not submission.is_valid({**good, "voices": {"A": {"voice": "a"}}})
    files = jsonschema.Draft202012Validator(schemas()["labels.schema.json"])
    clip = {"audio_file": "0.wav", "text": "Hello."}
    assert files.is_valid({"samples": [clip]})
    assert files.is_valid({"turn_A": [clip], "turn_B": []})
    assert not files.is_valid({"samples": [{"text": "Hello."}]})
    assert not files.is_valid({"turn_A": [{**clip, "text": 7}]})
    example = ROOT / "examples" / "submission"
    for path in example.rglob("labels.json"):
        rows = json.loads(path.read_text(encoding="utf-8"))
        empty = [r for rows_ in rows.values() for r in rows_ if not r["text"]]
        assert files.is_valid(rows) or empty


def test_a_voice_can_be_silent_on_its_hours(submission: Build) -> None:
    root = submission(description=DESCRIPTION.replace("hours = 1\n", ""))
    assert read_submission(root).findings == ()
    tone(root / "other" / "x.wav", seed=77)
    assert {v.voice for v in check(root).voices} == {VOICE, "other"}


def test_one_is_not_counted_as_many(submission: Build) -> None:
    root = submission(1)
    tone(root / "x.wav", seed=77)
    (root / VOICE / "labels.json").write_text('[{"audio_file": "0.wav", "text": "It is 5."}]')
    counts = "1 audio file, 0 s, "
    assert list(check(root).lines())[:2] == [
        f"(outside of the voice folders): 0 label rows, {counts}1 without a label, 1 finding",
        f"{VOICE}: 1 label row, {counts}0 without a label, 1 finding",
    ]
