"""Rules about label files and their rows."""

from clips.rules.base import CLIP, SUBMISSION, VOICE, Rule

LABEL_FILE_RULES = (
    Rule(
        "no-labels",
        VOICE,
        "review",
        "A voice folder has audio and no labels.",
        "{voice} has {files} and no labels.",
        "Add labels.json.",
    ),
    Rule(
        "unreadable-labels",
        SUBMISSION + VOICE + CLIP,
        "reject",
        "A label file, or a part of it, cannot be read.",
        {
            "": "{path} cannot be read: {why}.",
            "turn": "{path}: {turn} is not a list of clips; it was left out.",
        },
        "Correct the file, and send it again.",
        of_a_part=True,
    ),
    Rule(
        "labels-ignored",
        SUBMISSION + VOICE,
        "note",
        "A second kind of label file in one folder is not used.",
        {
            "kind": "{path} ({kind}) was not used, as the folder has {used} too.",
            "beside": (
                "{files} beside audio files in {path} were not used, as a label file lists these"
                " clips."
            ),
            "again": (
                "{rows} of {path} repeated from {used}, and read once.",
                "Send each row once.",
            ),
            "segments": ("{path} was not used.", "Cut each segment into a file of its own."),
            "text": "{path} was not used, {used} was.",
        },
        "Send one kind.",
    ),
    Rule(
        "labels-encoding",
        SUBMISSION + VOICE,
        "note",
        "A label file is not plain UTF-8, and was read all the same.",
        "{path} is {encoding}.",
        "Save it as UTF-8.",
    ),
    Rule(
        "stray-quote",
        CLIP,
        "note",
        "A row of a table has a quote that is not closed in it.",
        "{path}, line {line} has a quote that is not closed in its row; the line was read as it"
        " stands.",
        "Take the quote out, or put the whole text in quotes.",
    ),
    Rule(
        "bad-row",
        CLIP,
        "reject",
        "A row of a label file is not an object, lacks a field or has one of a wrong type.",
        {
            "kind": (
                "{where} is {kind}, not an object with {audio} and {text}.",
                "Write one object for each clip.",
            ),
            "width": (
                "{where} has more or fewer cells than the header.",
                "Put text with commas in quotes.",
            ),
            "lacks": ("{where} lacks {field}.", "Add it."),
            "no text": ("{where}: {field} is {kind}, not a text.", "Put it in quotes."),
            "duration": (
                "{where}: the duration is {found}, not a number of seconds.",
                "Give seconds, such as 3.25, or leave it out.",
            ),
            "short": ("{where} has no name or no text.", "Write name|text."),
            "column": (
                "{where} ({file}) has {cells} columns, and the label is in column {column} of the"
                " other rows.",
                "Write every row alike.",
            ),
            "stretch": (
                "{where} is a stretch of a longer file (offset).",
                "Cut it into a file of its own.",
            ),
            "no audio": ("The label row names no audio file.", "Add it."),
            "no line": ("{path}: {key} has no line in {other}.", "Add it."),
            "no path": ("{path}: {key} has no path.", "Add it."),
        },
        "Write the row anew.",
    ),
    Rule(
        "duplicate-key",
        SUBMISSION + VOICE,
        "review",
        "A label file uses one key twice.",
        {
            "key": "{path} uses the key {key} twice in one object; only the last was read.",
            "utterance": "{path} names an utterance twice; only the last was read.",
        },
        "Rename one.",
        of_a_part=True,
    ),
    Rule(
        "duplicate-row",
        CLIP,
        "reject",
        "A label file lists one audio file twice.",
        {
            "": "{file} is listed already in {first}.",
            "better": (
                "The same audio has a better verdict in {stays}.",
                "Send each recording once, with the label that belongs to it.",
            ),
        },
        "Take one of the two rows out.",
    ),
    Rule(
        "several-speakers",
        SUBMISSION + VOICE,
        "review",
        "The rows of one voice name several speakers.",
        "The labels of {voice} name {n} speakers ({names}).",
        "Use one folder per voice.",
    ),
)
