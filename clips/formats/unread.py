"""Why a file that looks like labels was recognised by no format, for a voice without labels."""

from collections.abc import Callable
from pathlib import PurePosixPath

from clips.formats.columns import AUDIO_HEADS, TEXT_HEADS, from_header, head_of, names_audio
from clips.words import Phrase, Quote, say

_TABLES = (".csv", ".tsv", ".psv", ".list", ".lst", ".filelist")
_ELSEWHERE = {
    ".srt": "subtitles are not read",
    ".vtt": "subtitles are not read",
    ".textgrid": "Praat's TextGrid is not read",
    ".eaf": "ELAN's files are not read",
    ".mlf": "HTK's label files are not read",
    ".xml": "XML is not read",
    ".yaml": "YAML is not read",
    ".yml": "YAML is not read",
    ".xlsx": "a spreadsheet is not read; save it as metadata.csv",
    ".xls": "a spreadsheet is not read; save it as metadata.csv",
    ".ods": "a spreadsheet is not read; save it as metadata.csv",
    ".docx": "a document is not read",
    ".data": "it is no table that is known here",
}
_ENDINGS = (*_TABLES, ".json", ".jsonl", ".txt", *_ELSEWHERE)
_JSON = {
    ".json": 'a list of clips is named labels.json, and a manifest\'s lines have "audio_filepath"',
    ".jsonl": 'it is not named metadata.jsonl, and its first line has no "audio_filepath"',
}


def looks_like_labels(name: str) -> bool:
    """Whether a name ends like a label file's."""
    return PurePosixPath(name.lower()).suffix in _ENDINGS


def why_unread(name: str, head: Callable[[str], bytes]) -> Phrase:
    """The reason, for a file that no format claims; `head` gives its first bytes."""
    start = head(name)
    ending = PurePosixPath(name.lower()).suffix
    if not start.strip():
        return say("it is empty")
    if ending in _ELSEWHERE:
        return say(_ELSEWHERE[ending])
    if b"\0" in start:
        return say("it is no text")
    if ending in _JSON:
        return say(_JSON[ending])
    return _about_lines(start, is_table=ending in _TABLES)


def _about_lines(start: bytes, *, is_table: bool) -> Phrase:
    line = start.decode("utf-8-sig", "replace").strip().partition("\n")[0].strip("\r")
    delimiter = max("|\t,;", key=line.count)
    cells = line.split(delimiter)
    if is_table or (delimiter in "|\t" and len(cells) > 1):
        found = Quote(", ".join(cell.strip('" ') for cell in cells), 80)
        heads = set(map(head_of, cells))
        if not heads.isdisjoint(TEXT_HEADS) or not heads.isdisjoint(AUDIO_HEADS):
            lacks = AUDIO_HEADS[1] if heads.isdisjoint(AUDIO_HEADS) else TEXT_HEADS[0]
            lacking = from_header(cells) is None
            lacking_one = say("it has no column {lacks}; found {found}", lacks=lacks, found=found)
            return lacking_one if lacking else say("it has no row")
        if delimiter == "|" and len(cells) > 1:
            return say(
                "its rows are split by bars and name no audio file with its ending; write"
                " name.wav|text, or name it metadata.csv; found {found}",
                found=found,
            )
        if len(cells) < 2:
            return say("its first line has one column; found {found}", found=found)
        return say("it has no column {lacks}; found {found}", lacks=AUDIO_HEADS[1], found=found)
    if names_audio(line.split()[0]):
        return say(
            "its lines have no bar or tab between the audio file and the text; write path|text"
        )
    return say("no audio file beside it has that name, and its lines are no table of path|text")
