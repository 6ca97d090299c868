"""Commands for contributors, on the base install: no model, no Prefect."""

import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from cyclopts import Parameter

from clips.errors import SubmissionError
from flows.say import say
from flows.stop import INTERRUPTED
from selection.exit_codes import FAILED, NOTHING, PASS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clips.commands.init import Question
    from clips.submission import Submission
    from clips.table import Finding
    from selection.policy import Policy

Format = Literal[
    "labels.json", "parquet", "jsonl", "csv", "nemo", "ljspeech", "kaldi", "filelist", "sidecar"
]
_SAMPLE_RATE = "sample-rate"


def check(
    path: str,
    *,
    policy: str = "tts-v1",
    every: Annotated[bool, Parameter("--all", negative=())] = False,
) -> int:
    """Check a submission before sending it: everything that needs no model.

    Reads the description, the labels and the headers of the audio, and decodes only what a header
    cannot tell. Exits 0 when
    nothing was found beyond notes, 1 when something was, 2 when the path is no submission, 5 when
    it holds no clips.

    Args:
        path: Submission: a folder, a .zip or .tar archive, or a URL such as s3://bucket/prefix.
        policy: Says which findings are notes: a shipped policy by name, or a TOML file.
        every: Show every finding, not a few of each kind.
    """
    from clips.commands.check import Checked
    from clips.commands.check import check as examine
    from clips.rules.base import about
    from clips.submission_file import Stage
    from selection.policy import load_policy
    from selection.rules import RULES
    from selection.terms import Circumstances, consider

    rules = load_policy(policy)
    examined = examine(path, rules.reading_limits)
    read = examined.submission
    # which stages were approved is not the contributor's to know
    circumstances = Circumstances(approved=frozenset(get_args(Stage)))
    ruling = consider(read.description, read.clips, rules.terms, circumstances)
    low = tuple(_low_rates(read, rules))
    said = {f.rule: f"{rules.rules[f.rule].says}." for f in low}
    checked = Checked(
        replace(read, findings=(*read.findings, *low, *ruling.findings)),
        examined.place,
        about(RULES.values()) | said,
        {**rules.verdicts, **dict.fromkeys(said, "reject")},
    )
    for line in checked.lines(None) if every else checked.lines():
        say(line)
    if checked.is_empty:
        return NOTHING
    return FAILED if checked.to_mend else PASS


def _low_rates(read: "Submission", policy: "Policy") -> "Iterator[Finding]":
    """Clips that the policy will reject for the sample rate of their header."""
    from clips.table import Finding

    rule = policy.rules.get(_SAMPLE_RATE)
    if rule is None or rule.column != "sample_rate_hz" or rule.reject_below is None:
        return
    says = rule.words(rule.bounds[0])
    for clip in read.clips:
        rate = clip.audio.sample_rate_hz if clip.audio else None
        spared = rule.spares(read.description.of(clip.voice).tone)
        if rate is not None and rate < rule.reject_below and not spared:
            yield Finding(
                _SAMPLE_RATE,
                says,
                "clip",
                clip.voice,
                clip.clip_id,
                clip.audio_file,
                rate,
                rule.reject_below,
                rule.unit,
            )


def convert(path: str, out: Path, *, to: Format = "labels.json") -> int:
    """Write a submission's clips anew under another label format; audio is copied as it is.

    Exits 0 when all was written, 1 when something could not be, with its reason.

    Args:
        path: Submission: a folder, an archive or a URL.
        out: New folder.
        to: Label format to write.
    """
    from clips.commands.convert import convert as write

    done = write(path, out, to)
    say(f"{done.rows} label rows and {done.files} audio files written to {out}.")
    for line in done.skipped:
        say(f"not written: {line}", error=True)
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

    The folders with audio in it become its voices. What is neither given nor asked for is left as a
    comment to fill in. Exits 2 where an answer is missing and there is
    no terminal to ask on, or where it is not allowed, 130 where the questions were broken off.

    Args:
        folder: Folder that holds one folder per voice.
        answers: Fields of submission.toml.
        replace: Write over a submission.toml that is there.
    """
    try:
        return _init(folder, answers or Answers(), replace)
    except (EOFError, KeyboardInterrupt):
        say("")
        say("tenhours: stopped; nothing was written", error=True)
        return INTERRUPTED


def _init(folder: Path, answers: Answers, over: bool) -> int:
    from clips.commands.init import (
        QUESTIONS,
        VOICE_QUESTIONS,
        render,
        voice_folders,
        write_description,
    )
    from clips.tones import tone_of

    voices = voice_folders(folder)
    given = {k: v for k, v in asdict(answers).items() if v is not None}
    filled = {q.field: given[q.field] if q.field in given else _ask(q) for q in QUESTIONS}
    tables: dict[str, dict[str, Any]] = {}
    for name, hours in voices.items():
        if sys.stdin.isatty():
            say("")
            say(f"{name}, {hours:g} h of audio")
        tone = tone_of(name)
        asked = {
            q.field: _ask(replace(q, default=tone) if q.field == "tone" and tone else q)
            for q in VOICE_QUESTIONS
        }
        known = {"tone": tone, "hours": hours or None}
        tables[name] = known | {k: v for k, v in asked.items() if v is not None}
    needed = [q for q in QUESTIONS if q.default is None]
    if missing := [f"--{q.field}" for q in needed if filled[q.field] is None]:
        raise SubmissionError(f"no answer for {', '.join(missing)}, and no terminal to ask on")
    said = {k: v for k, v in filled.items() if v is not None}
    tables = {n: {k: v for k, v in t.items() if v is not None} for n, t in tables.items()}
    path = write_description(folder, render(said, tables), replace=over)
    say(f"{path} written. Look it over, then run: tenhours check {folder}")
    return PASS


def _ask(question: "Question") -> str | bool | None:
    """An answer from the terminal, ``None`` where there is none."""
    if not sys.stdin.isatty():
        return None
    from rich.prompt import Confirm, Prompt

    from clips.commands.init import problem

    if isinstance(question.default, bool):
        return Confirm.ask(question.text, default=question.default)
    choices = list(question.choices) or None
    while True:
        answer = Prompt.ask(question.text, choices=choices, default=question.default)
        wrong = problem(question, answer) if answer else "an answer is needed"
        if answer and not wrong:
            return answer
        say(wrong or "")
