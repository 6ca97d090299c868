"""Label formats: one file each, told from names and first bytes, never declared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clips.errors import TenhoursError
from clips.formats import (
    audiofolder,
    filelist,
    kaldi,
    labels_json,
    ljspeech,
    nemo,
    parquet,
    sidecar,
)
from clips.formats.base import LabelInput, LabelRow, Labels, Out

__all__ = ["FORMATS", "LabelFormat", "LabelInput", "LabelRow", "Labels", "Out", "detect", "named"]

Head = Callable[[str], bytes]


@dataclass(frozen=True)
class LabelFormat:
    """One label format.

    Args:
        name: as in `tenhours convert --to`.
        claims: which of a folder's file names are label files of this format; `head` gives the
            first bytes of one, for names that several formats share.
        read: reads them.
        write: writes rows into a folder that has their audio.
        holds_turns: whether one file holds turns and their order; else each turn is a folder.
        flat: whether audio and labels lie side by side, ordered by their names.
        audio_folder: where the format wants its audio, below the label file's folder.
    """

    name: str
    claims: Callable[[Sequence[str], Head], tuple[str, ...]]
    read: Callable[[LabelInput], Labels]
    write: Callable[[Path, Sequence[Out]], None]
    holds_turns: bool
    audio_folder: str = ""
    flat: bool = False


FORMATS: tuple[LabelFormat, ...] = (
    LabelFormat("labels.json", labels_json.claims, labels_json.read, labels_json.write, True),
    LabelFormat("parquet", parquet.claims, parquet.read, parquet.write, True),
    LabelFormat(
        *("jsonl", audiofolder.claims_jsonl, audiofolder.read_jsonl, audiofolder.write_jsonl),
        holds_turns=True,
    ),
    LabelFormat(
        *("csv", audiofolder.claims_csv, audiofolder.read_csv, audiofolder.write_csv),
        holds_turns=True,
    ),
    LabelFormat("nemo", nemo.claims, nemo.read, nemo.write, True),
    LabelFormat(
        *("ljspeech", ljspeech.claims, ljspeech.read, ljspeech.write, False),
        audio_folder=ljspeech.AUDIO_FOLDER,
    ),
    LabelFormat("kaldi", kaldi.claims, kaldi.read, kaldi.write, False),
    LabelFormat("filelist", filelist.claims, filelist.read, filelist.write, False),
)
SIDECAR = LabelFormat("sidecar", sidecar.claims, sidecar.read, sidecar.write, False, flat=True)


def named(name: str) -> LabelFormat:
    """The format of a name.

    Raises:
        TenhoursError: there is none; the text lists them.
    """
    for form in (*FORMATS, SIDECAR):
        if form.name == name:
            return form
    known = ", ".join(form.name for form in (*FORMATS, SIDECAR))
    raise TenhoursError(f"{name}: there is no such label format. Formats: {known}")


def detect(names: Sequence[str], head: Head) -> list[tuple[LabelFormat, tuple[str, ...]]]:
    """The formats found among a folder's file names with their files, the preferred one first.

    Each file is of one format.
    """
    found: list[tuple[LabelFormat, tuple[str, ...]]] = []
    free = list(names)
    for form in FORMATS:
        if files := form.claims(free, head):
            found.append((form, files))
            free = [name for name in free if name not in files]
    return found
