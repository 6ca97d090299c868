"""Label files as text: size, encoding and JSON, read with bounds."""

import codecs
import json
from typing import Any

from clips.formats.base import LabelInput
from clips.rules import Fault, fault
from clips.words import Name, Path

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD_BYTES = 4096
_MOST_CONTAINERS, _MOST_VALUES = 500_000, 4_000_000


class UnreadableLabelsError(ValueError):
    """A label file cannot be read; the text is the reason. Never leaves the formats."""


def read_bytes(source: LabelInput, name: str) -> bytes:
    """A label file's content.

    Raises:
        UnreadableLabelsError: too large, or not to be opened.
    """
    most = source.limits.label_file_bytes
    try:
        with source.open(source.path(name)) as file:
            content = file.read(most + 1)
    except OSError as error:
        raise UnreadableLabelsError(str(error.strerror or error)) from None
    if len(content) > most:
        raise UnreadableLabelsError(f"it is larger than the limit of {most:,} bytes")
    return content


def read_text(source: LabelInput, name: str) -> tuple[str, list[Fault]]:
    """A label file as text: UTF-8, or what its byte order mark says.

    Raises:
        UnreadableLabelsError: as `read_bytes`, or in another encoding.
    """
    content = read_bytes(source, name)
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnreadableLabelsError(
            f"it is not {encoding.upper()} text, see line {line}; save it as UTF-8"
        ) from None
    if "\n" not in text:
        text = text.replace("\r", "\n")
    path = source.path(name)
    if encoding.startswith(("utf-16", "utf-32")):
        return text, [fault("labels-encoding", path=Path(path), encoding=encoding.upper())]
    return text, []


def head_as_utf8(head: bytes) -> bytes:
    """The first bytes of a label file in UTF-8, where a byte order mark says UTF-16 or UTF-32."""
    encoding = _encoding(head)
    if encoding.startswith("utf-8"):
        return head
    return head.decode(encoding, "ignore").encode("utf-8", "ignore")


def _encoding(content: bytes) -> str:
    marked = next((coding for mark, coding in _MARKS if content.startswith(mark)), "")
    return marked or _unmarked(content[:_HEAD_BYTES])


def _unmarked(head: bytes) -> str:
    """UTF-16 without its mark has a zero in every other byte of what is ASCII."""
    for coding, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        high, low = head[first::2], head[1 - first :: 2]
        if len(high) > 4 and high.count(0) > 0.7 * len(high) and low.count(0) == 0:
            return coding
    return "utf-8"


def _check_amount(text: str) -> None:
    """Refuse what would fill the memory: a few bytes of JSON can ask for twenty times as many."""
    for marks, most in (("[{", _MOST_CONTAINERS), (",", _MOST_VALUES)):
        count = sum(map(text.count, marks))
        if count > most:
            raise UnreadableLabelsError(
                f"it holds {count:,} lists, objects or values, the limit is {most:,}; split the"
                " voice"
            )


def parse_json(text: str, path: str) -> tuple[Any, list[Fault]]:
    """JSON with its keys checked; of a key that is used twice in an object the last stands.

    Raises:
        UnreadableLabelsError: not JSON, or nested too deeply.
    """
    _check_amount(text)
    twice: dict[str, None] = {}

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(items)
        if len(record) < len(items):
            seen: set[str] = set()
            for key, _ in items:
                if key in seen:
                    twice[key] = None
                seen.add(key)
        return record

    try:
        value = json.loads(text, object_pairs_hook=pairs)
    except RecursionError:
        raise UnreadableLabelsError("it is nested too deeply") from None
    except ValueError as error:
        raise UnreadableLabelsError(f"it is not JSON: {error}") from None
    faults = [fault("duplicate-key", "key", path=Path(path), key=Name(key)) for key in twice]
    return value, faults
