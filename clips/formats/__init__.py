"""Label formats: one file each, told from names and first bytes, never declared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clips.formats import labels_json
from clips.formats.base import LabelInput, LabelRow, Labels

__all__ = ["FORMATS", "LabelFormat", "LabelInput", "LabelRow", "Labels", "detect"]

Head = Callable[[str], bytes]


@dataclass(frozen=True)
class LabelFormat:
    """One label format.

    Args:
        name: as in `tenhours convert --to`.
        claims: which of a folder's file names are label files of this format; `head` gives the
            first bytes of one, for names that several formats share.
        read: reads them.
    """

    name: str
    claims: Callable[[Sequence[str], Head], tuple[str, ...]]
    read: Callable[[LabelInput], Labels]


FORMATS: tuple[LabelFormat, ...] = (
    LabelFormat("labels.json", labels_json.claims, labels_json.read),
)


def detect(names: Sequence[str], head: Head) -> list[tuple[LabelFormat, tuple[str, ...]]]:
    """The formats found among a folder's file names with their files, the preferred one first."""
    found = [(form, form.claims(names, head)) for form in FORMATS]
    return [(form, files) for form, files in found if files]
