"""Rules about audio files, paths and archives."""

from clips.rules.base import CLIP, SUBMISSION, VOICE, Rule

AUDIO_RULES = (
    Rule(
        "missing-audio",
        CLIP,
        "reject",
        "A label row names an audio file that is not there.",
        "{path} is not there.",
        "Send it, or take out its label row.",
    ),
    Rule(
        "unlabelled-audio",
        CLIP,
        "reject",
        "An audio file has no label row.",
        "{file} has no label.",
        "Add a row for it, or take the file out.",
    ),
    Rule(
        "unreadable-audio",
        CLIP,
        "reject",
        "An audio file is not audio, or its header cannot be read.",
        {
            "read": "{file} cannot be read: {why}.",
            "open": "{file} cannot be opened ({why}).",
            "decoded": "The audio {why}.",
        },
        "Export the clip again, as WAV.",
    ),
    Rule(
        "raw-pcm",
        CLIP,
        "reject",
        "An audio file is raw PCM, and submission.toml does not say of which form.",
        "{file} is raw PCM without a header: {coding}, {how}, {rate} Hz {where}, which makes"
        " {seconds} s.",
        'If that is right, add pcm = {{ rate = {rate}, coding = "{coding}", channels = 1 }} to'
        " submission.toml above its tables, or write WAV files: {command}.",
    ),
    Rule(
        "damaged-audio",
        CLIP,
        "review",
        "An audio file is damaged, or holds more or less than its header says.",
        "{fault}.",
        "Export the clip again, and send it whole.",
    ),
    Rule(
        "duplicate-audio",
        CLIP,
        "reject",
        "An audio file has the same bytes as another clip.",
        {
            "": "{file} holds the same bytes as {path} ({first}).",
            "better": "The same audio has a better verdict in {stays}.",
        },
        "Send each recording once, with the label that belongs to it.",
    ),
    Rule(
        "duration-mismatch",
        CLIP,
        "note",
        "The duration in the label row is not that of the audio file.",
        "The label row says {said_s} s, the audio file {found_s} s.",
        "See whether the label belongs to this file.",
    ),
    Rule(
        "name-case",
        CLIP,
        "note",
        "A label row spells a file name with other upper and lower case than the disk.",
        "The label file names {path}, on disk it is {found}.",
        "Spell both alike.",
    ),
)
SAFETY_RULES = (
    Rule(
        "unsafe-path",
        SUBMISSION + CLIP,
        "reject",
        "A path is absolute, leaves its folder, is a link or is no plain file.",
        {
            "refused": "{path} was not opened: {why}.",
            "leads out": (
                "{path} was not opened: {why}.",
                "Give a path below the label file's folder.",
            ),
            "voice": (
                "The voice {path} was not taken: {why}.",
                "Give the speaker, or the table in submission.toml, the plain name of a folder.",
            ),
            "command": ("{path}: {key} is a command; commands are never run.", "Name a file."),
        },
        "Send the file itself, in the voice's folder.",
        of_a_part=True,
    ),
    Rule(
        "hard-link",
        SUBMISSION,
        "review",
        "A file has further names outside the submission.",
        "{path} has {names} outside the submission.",
        "Send a copy.",
        of_a_part=True,
    ),
    Rule(
        "odd-name",
        SUBMISSION + VOICE + CLIP,
        "note",
        "A file name holds characters, or is a name, that other systems cannot store.",
        {
            "file": "The file name {path} {why}.",
            "folder": "The folder name {voice} {why}.",
            "refused": "{path} was not opened: {why}.",
        },
        "Rename it.",
    ),
    Rule(
        "name-collision",
        SUBMISSION + CLIP,
        "review",
        "Two names are one name on systems that ignore case or Unicode form.",
        {
            "twins": "{path} and {others} are one name where case or Unicode form do not count.",
            "archive": "The archive holds {path} twice; the first was read.",
        },
        "Rename one.",
        of_a_part=True,
    ),
    Rule(
        "unreadable-archive",
        SUBMISSION + CLIP,
        "reject",
        "The archive, or a part of it, cannot be read.",
        {
            "folder": (
                "The folder {path} cannot be read ({why}).",
                "Correct its permissions or its length.",
            ),
            "tar": "The tar archive is damaged ({why}); what came before was read.",
            "packed": "The archive is damaged or too large ({why}); what came before was read.",
            "refused": "{path} was not opened: {why}.",
        },
        "Pack it again, and send it whole.",
        of_a_part=True,
    ),
    Rule(
        "nested-archive",
        SUBMISSION,
        "note",
        "An archive inside the submission was not opened.",
        "{path} is an archive inside the submission and was not opened.",
        "Send its content.",
    ),
    Rule(
        "over-limit",
        SUBMISSION + CLIP,
        "reject",
        "The submission is beyond a limit of this installation.",
        {
            "files": "There are more than {most} files; the others were not read.",
            "members": "The archive holds more than {most} files; the others were not read.",
            "bytes": "The archive unpacks to {found} bytes, the limit is {most}; nothing of it was"
            " opened.",
            "ratio": "The archive unpacks to {found} times its size, the limit is {most} times;"
            " nothing of it was opened.",
            "file": ("{file} has {found} bytes, the limit is {most}.", "Send it in parts."),
            "hours": "{file} was not decoded: {most} hours of audio come before it, which is the"
            " limit.",
            "refused": "{path} was not opened: {why}.",
        },
        "Send several submissions.",
        of_a_part=True,
    ),
)
