"""Commands for contributors, on the base install: no model, no Prefect."""

import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from cyclopts import Parameter

from clips.errors import SubmissionError
from selection.exits import FAILED, NOTHING, PASS

if TYPE_CHECKING:
    from clips.init import Question

Format = Literal["labels.json", "parquet", "jsonl", "csv", "nemo", "ljspeech", "kaldi", "sidecar"]


def check(
    path: str,
    *,
    policy: str = "tts-v1",
    every: Annotated[bool, Parameter("--all", negative=())] = False,
) -> int:
    """Check a submission before sending it: everything that needs no model.

    Reads the description, the labels and the audio headers, and decodes nothing. Exits 0 when
    nothing was found beyond notes, 1 when something was, 2 when the path is no submission, 5 when
    it holds no clips.

    Args:
        path: Submission: a folder, a .zip or .tar archive, or a URL such as s3://bucket/prefix.
        policy: Says which findings are notes: a shipped policy by name, or a TOML file.
        every: Show every finding, not a few of each kind.
    """
    from clips.check import Checked
    from clips.check import check as examine
    from clips.description import Stage
    from clips.rules import INTAKE_RULES
    from selection.policy import load_policy
    from selection.terms import TERMS_RULES, Circumstances, consider

    rules = load_policy(policy)
    read = examine(path, rules.reading_limits).submission
    # which stages were approved is not the contributor's to know
    circumstances = Circumstances(approved=frozenset(get_args(Stage)))
    ruling = consider(read.description, read.clips, rules.terms, circumstances)
    checked = Checked(
        replace(read, findings=(*read.findings, *ruling.findings)),
        INTAKE_RULES | TERMS_RULES,
        rules.findings,
    )
    for line in checked.lines(None) if every else checked.lines():
        print(line)
    if checked.is_empty:
        return NOTHING
    return FAILED if checked.to_mend else PASS


def convert(path: str, out: Path, *, to: Format = "labels.json") -> int:
    """Write a submission's clips anew under another label format; audio is copied as it is.

    Exits 0 when all was written, 1 when something could not be, with its reason.

    Args:
        path: Submission: a folder, an archive or a URL.
        out: New folder.
        to: Label format to write.
    """
    from clips.convert import convert as write

    done = write(path, out, to)
    print(f"{done.rows} label rows and {done.files} audio files written to {out}.")
    for line in done.skipped:
        print(f"not written: {line}", file=sys.stderr)
    return FAILED if done.skipped else PASS


@Parameter(name="*")
@dataclass(frozen=True)
class Answers:
    """Fields of submission.toml; what is not given is asked for on a terminal.

    Args:
        contributor: Your name or handle; kept apart, never shown.
        stage: description, samples or payload.
        provider: Who made the speech.
        model: The provider's name for the model.
        license: Apache-2.0.
        language: Language of the text, as BCP 47.
        publish: Whether a voicepack of this data alone may be published.
    """

    contributor: str | None = None
    stage: Literal["description", "samples", "payload"] | None = None
    provider: str | None = None
    model: str | None = None
    license: str | None = None
    language: str | None = None
    publish: bool | None = None


def init(folder: Path, *, answers: Answers | None = None, replace: bool = False) -> int:
    """Write submission.toml into a folder, from options or by asking a few questions.

    The folders with audio in it become its voices. Exits 2 where an answer is missing and there is
    no terminal to ask on, or where it is not allowed.

    Args:
        folder: Folder that holds one folder per voice.
        answers: Fields of submission.toml.
        replace: Write over a submission.toml that is there.
    """
    from clips.init import QUESTIONS, VOICE_QUESTIONS, render, voice_folders, write_description

    voices = voice_folders(folder)
    given = {k: v for k, v in asdict(answers or Answers()).items() if v is not None}
    filled = {q.field: given[q.field] if q.field in given else _ask(q) for q in QUESTIONS}
    tables: dict[str, dict[str, Any]] = {}
    for name, hours in voices.items():
        if sys.stdin.isatty():
            print(f"\n{name}, {hours:g} h of audio")
        asked = {q.field: _ask(q) for q in VOICE_QUESTIONS}
        tables[name] = {k: v for k, v in asked.items() if v is not None} | {"hours": hours}
    if missing := [f"--{q.field}" for q in QUESTIONS if filled[q.field] is None]:
        raise SubmissionError(f"no answer for {', '.join(missing)}, and no terminal to ask on")
    path = write_description(folder, render(filled, tables), replace=replace)
    print(f"{path} written. Look it over, then run: tenhours check {folder}")
    return PASS


def _ask(question: "Question") -> str | bool | None:
    """An answer from the terminal; the default where there is none."""
    if not sys.stdin.isatty():
        return question.default
    from rich.prompt import Confirm, Prompt

    if isinstance(question.default, bool):
        return Confirm.ask(question.text, default=question.default)
    choices = list(question.choices) or None
    while True:
        answer = Prompt.ask(question.text, choices=choices, default=question.default)
        if answer:
            return answer
