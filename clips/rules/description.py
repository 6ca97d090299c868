"""Rules about submission.toml and the folders that it describes."""

from clips.rules.base import SUBMISSION, VOICE, Rule

DESCRIPTION_RULES = (
    Rule(
        "no-description",
        SUBMISSION,
        "review",
        "There is no submission.toml.",
        "There is no submission.toml.",
        "Write one with `tenhours init`.",
    ),
    Rule(
        "bad-description",
        SUBMISSION + VOICE,
        "review",
        "A field of submission.toml is unknown, or its value is not allowed.",
        {
            "closed": (
                "submission.toml cannot be read ({why}).",
                "See to it that the file can be opened.",
            ),
            "large": ("submission.toml is larger than {most} bytes.", "Shorten it."),
            "no TOML": "submission.toml is not a TOML file in UTF-8: {why}.",
            "twice": (
                "[voices.{voice}] is there twice, in two Unicode forms of its name.",
                "Keep one.",
            ),
            "unknown, near": ("{field}: there is no such field.", "Did you mean {near}?"),
            "unknown": ("{field}: there is no such field.", "Known fields: {known}."),
            "language": (
                "{field}: {found} is no language code; write en, en-GB, it, zh-Hans ...",
                "Correct it in submission.toml.",
            ),
            "secret": ("{field}: {why}.", "Correct it in submission.toml."),
            "value": ("{field}: {why}, found {found}.", "Correct it in submission.toml."),
        },
        "Correct it.",
    ),
    Rule(
        "missing-field",
        SUBMISSION + VOICE,
        "review",
        "submission.toml lacks a field that is needed.",
        {
            "": "submission.toml lacks {field}.",
            "of a voice": "submission.toml lacks {field} in [voices.{voice}].",
        },
        "Add a line {field} = ...",
    ),
    Rule(
        "voice-without-table",
        VOICE,
        "review",
        "A voice folder has no [voices.NAME] table in submission.toml.",
        "The folder {voice} has no table [voices.{voice}] in submission.toml.",
        "Add one with voice, tone, adult and stock.",
    ),
    Rule(
        "voice-without-folder",
        VOICE,
        "review",
        "submission.toml describes a voice that has no folder.",
        "submission.toml describes {voice}, and no folder has that name.",
        "Send the folder, or take out the table.",
        of_a_part=True,
    ),
    Rule(
        "no-audio",
        VOICE,
        "review",
        "A voice folder holds no file that is named like audio.",
        "The folder {voice} holds {files} and none that is named like audio: {seen}.",
        "Send WAV files.",
    ),
)
