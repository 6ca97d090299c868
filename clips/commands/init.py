"""`tenhours init`: a first submission.toml from the folders that are there and a few answers."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from clips.commands.check import Checked
from clips.description import no_language
from clips.errors import SubmissionError
from clips.sniff import is_audio
from clips.submission import read_submission
from clips.submission_file import FILE_NAME, SubmissionFile, VoiceTable

_BARE_KEY = re.compile(r"^[A-Za-z0-9_-]+$")


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask; `field` is what it fills in.

    Args:
        field: field of submission.toml, or of a voice's table.
        text: the question.
        default: answer where none is given, ``None`` where one is needed.
        choices: all answers allowed, empty where any is.
    """

    field: str
    text: str
    default: str | bool | None = None
    choices: tuple[str, ...] = ()


QUESTIONS = (
    Question("contributor", "Your name or handle (kept apart, never shown)"),
    Question("stage", "Stage", "samples", ("description", "samples", "payload")),
    Question("provider", "Who made the speech (OpenAI, Google, ElevenLabs ...)"),
    Question("model", "The provider's name for the model"),
    Question("license", "Licence", "Apache-2.0"),
    Question("language", "Language of the text (BCP 47: en, en-GB, it, zh-Hans ...)", "en"),
    Question("publish", "May a voicepack of this data alone be published", False),
)
VOICE_QUESTIONS = (
    Question("voice", "The provider's name for the voice"),
    Question("tone", "Tone (neutral, whispering, shouting, happy ...)", "neutral"),
    Question("adult", "Is it an adult's voice", True),
    Question("stock", "Is it a stock voice, not a clone", True),
)


HOURS = Question("hours", "Hours of audio that you have or will send")


def voice_folders(folder: Path) -> dict[str, float]:
    """Folders with audio -> hours of it by the headers.

    Raises:
        SubmissionError: there is no such folder.
    """
    if not folder.is_dir():
        raise SubmissionError(f"{folder}: there is no such folder. Make it, or name another")
    if not any(is_audio(name) for _, _, names in os.walk(folder) for name in names):
        return {}
    return {
        summary.voice: round(summary.hours, 2)
        for summary in Checked(read_submission(folder)).voices
        if summary.voice and summary.files
    }


def render(answers: Mapping[str, Any], voices: Mapping[str, Mapping[str, Any]]) -> str:
    """submission.toml as text.

    Args:
        answers: fields of the submission; what is asked for and not here becomes a comment.
        voices: folder name -> fields of its table.

    Raises:
        SubmissionError: an answer is not allowed; the text names field and value.
    """
    try:
        checked = SubmissionFile.model_validate({**answers, "voices": dict(voices)})
    except ValidationError as invalid:
        raise SubmissionError("; ".join(_problems(invalid))) from None
    top = checked.model_dump(exclude={"voices"}, exclude_unset=True, exclude_none=True)
    lines = _table(top, SubmissionFile, QUESTIONS)
    for name, table in checked.voices.items():
        given = table.model_dump(exclude_unset=True, exclude_none=True)
        lines += ["", f"[voices.{_key(name)}]"]
        lines += _table(given, VoiceTable, (*VOICE_QUESTIONS, HOURS))
    return "\n".join(lines) + "\n"


def _table(
    given: Mapping[str, Any], table: type[BaseModel], questions: Iterable[Question]
) -> list[str]:
    """A line for each field that is given, and a comment for each that was to be asked for."""
    asked = {q.field: q for q in questions}
    lines = []
    for name in table.model_fields:
        if name in given:
            lines.append(_line(name, given[name]))
        elif name in asked:
            lines.append(f"# {name} = ...  # {_belongs(asked[name])}")
    return lines


def _belongs(question: Question) -> str:
    choices = ("true", "false") if isinstance(question.default, bool) else question.choices
    return f"{question.text}: {' or '.join(choices)}" if choices else question.text


def problem(question: Question, answer: str) -> str | None:
    """What is wrong with an answer, ``None`` where it may stand."""
    if question in QUESTIONS:
        table: type[BaseModel] = SubmissionFile
    else:
        table = VoiceTable
    try:
        table.model_validate({question.field: answer})
    except ValidationError as invalid:
        return "; ".join(_problems(invalid))
    return None


def _problems(invalid: ValidationError) -> Iterable[str]:
    for error in invalid.errors(include_url=False):
        name, value = ".".join(str(part) for part in error["loc"]), error["input"]
        if name.endswith("language") and isinstance(value, str):
            yield f"{name}: {no_language(value)}"
        elif error["type"] == "string_pattern_mismatch":
            yield f"{name}: write one line without control characters (found {value!r:.80})"
        else:
            yield f"{name}: {error['msg']} (found {value!r:.80})"


def _key(name: str) -> str:
    return name if _BARE_KEY.match(name) else _quoted(name)


def _line(name: str, value: object) -> str:
    if isinstance(value, bool):
        return f"{name} = {str(value).lower()}"
    return f"{name} = {_quoted(value) if isinstance(value, str) else value}"


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are all among TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_description(folder: Path, text: str, *, replace: bool = False) -> Path:
    """Write submission.toml into a folder.

    Raises:
        SubmissionError: one is there already and `replace` is not set, or it cannot be written.
    """
    path = folder / FILE_NAME
    try:
        with path.open("w" if replace else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise SubmissionError(f"{path} is there already. Edit it, or replace it") from None
    except OSError as error:
        raise SubmissionError(f"{path} cannot be written ({error.strerror})") from None
    return path
