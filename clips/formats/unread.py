"""Why a file that looks like labels was recognised by no format, for a voice without labels."""

from collections.abc import Callable
from pathlib import PurePosixPath

from clips.formats.fields import AUDIO_NAMES
from clips.names import shown

_TABLES = (".csv", ".tsv", ".psv")
_ENDINGS = (*_TABLES, ".json", ".jsonl", ".txt")
_READ_AS = {
    ".json": 'a list of clips is named labels.json, and a manifest\'s lines have "audio_filepath"',
    ".jsonl": 'it is not named metadata.jsonl, and its first line has no "audio_filepath"',
    ".txt": "no audio file beside it has that name",
}


def looks_like_labels(name: str) -> bool:
    """Whether a name ends like a label file's."""
    return PurePosixPath(name.lower()).suffix in _ENDINGS


def why_unread(name: str, head: Callable[[str], bytes]) -> str:
    """The reason in words, for a file that no format claims; `head` gives its first bytes."""
    start = head(name)
    ending = PurePosixPath(name.lower()).suffix
    if not start.strip():
        return "it is empty"
    if b"\0" in start:
        return "it is UTF-16, or no text at all; save it as UTF-8"
    if ending in _TABLES and name.lower() != "metadata.csv":
        return "a table of labels is named metadata.csv"
    return _READ_AS.get(ending) or _about_columns(start)


def _about_columns(start: bytes) -> str:
    line = start.decode("utf-8-sig", "replace").strip().partition("\n")[0]
    delimiter = max(",;\t", key=line.count)
    found = ", ".join(cell.strip('" \r') for cell in line.split(delimiter))
    return f"it has no column {AUDIO_NAMES[1]}; found {shown(found)}"
