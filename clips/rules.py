"""Every finding that reading a submission can give: rule id -> what it means, in one line."""

from dataclasses import dataclass

from clips.table import Clip, Finding, Level

INTAKE_RULES: dict[str, str] = {
    # the submission's description
    "no-description": "There is no submission.toml.",
    "bad-description": "A field of submission.toml is unknown, or its value is not allowed.",
    "missing-field": "submission.toml lacks a field that is needed.",
    "voice-without-table": "A voice folder has no [voices.NAME] table in submission.toml.",
    "voice-without-folder": "submission.toml describes a voice that has no folder.",
    "no-audio": "A voice folder holds no file that is named like audio.",
    # label files
    "no-labels": "A voice folder has audio and no labels.",
    "unreadable-labels": "A label file, or a part of it, cannot be read.",
    "labels-ignored": "A second kind of label file in one folder is not used.",
    "labels-encoding": "A label file is not plain UTF-8, and was read all the same.",
    "stray-quote": "A row of a table has a quote that is not closed in it.",
    "bad-row": "A row of a label file is not an object, lacks a field or has one of a wrong type.",
    "duplicate-key": "A label file uses one key twice.",
    "duplicate-row": "A label file lists one audio file twice.",
    "several-speakers": "The rows of one voice name several speakers.",
    # audio files
    "missing-audio": "A label row names an audio file that is not there.",
    "unlabelled-audio": "An audio file has no label row.",
    "unreadable-audio": "An audio file is not audio, or its header cannot be read.",
    "raw-pcm": "An audio file is raw PCM, and submission.toml does not say of which form.",
    "damaged-audio": "An audio file is damaged, or holds more or less than its header says.",
    "duplicate-audio": "An audio file has the same bytes as another clip.",
    "duration-mismatch": "The duration in the label row is not that of the audio file.",
    "name-case": "A label row spells a file name with other upper and lower case than the disk.",
    # safety
    "unsafe-path": "A path is absolute, leaves its folder, is a link or is no plain file.",
    "hard-link": "A file has further names outside the submission.",
    "odd-name": "A file name holds characters, or is a name, that other systems cannot store.",
    "name-collision": "Two names are one name on systems that ignore case or Unicode form.",
    "unreadable-archive": "The archive, or a part of it, cannot be read.",
    "nested-archive": "An archive inside the submission was not opened.",
    "over-limit": "The submission is beyond a limit of this installation.",
    # label text
    "empty-label": "The label has no text.",
    "label-no-words": "The label holds no letter and no digit.",
    "label-multiline": "The label holds several lines or list items.",
    "label-digits": "The label holds digits, whose reading is ambiguous.",
    "label-symbols": "The label holds symbols, whose reading is ambiguous.",
    "label-markup": "The label holds markup (HTML, SSML, Markdown).",
    "label-phonetic": "The label is a phonetic transcription, not a text.",
    "label-url": "The label holds a web or mail address.",
    "label-emoji": "The label holds emoji.",
    "label-odd-characters": "The label holds control, invisible or undefined characters.",
    "label-mojibake": "The label's text was decoded with the wrong encoding.",
    "label-spaces": "The label has blanks at an end, or several in a row.",
    "label-long": "The label is far longer than a line of speech.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault found below the level where voice and clip are known."""

    rule: str
    sentence: str


def intake(
    rule: str,
    sentence: str,
    *,
    clip: Clip | None = None,
    voice: str = "",
    value: float | None = None,
    bound: float | None = None,
    unit: str = "",
) -> Finding:
    """A finding of a declared rule, at the level that `clip` or `voice` gives it."""
    if rule not in INTAKE_RULES:
        raise KeyError(f"{rule} is not declared in INTAKE_RULES")
    if clip is not None:
        return Finding(
            rule, sentence, "clip", clip.voice, clip.clip_id, clip.audio_file, value, bound, unit
        )
    level: Level = "voice" if voice else "submission"
    return Finding(rule, sentence, level, voice, value=value, bound=bound, unit=unit)
