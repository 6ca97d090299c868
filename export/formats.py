"""The lists of a training set, one function a format: rows -> text of each list by its path."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from clips.formats import Out
from clips.formats.labels_json import written
from export.form import Format
from export.rows import Row

Lists = dict[str, str]
SPLITS = ("train", "validation")


@dataclass(frozen=True)
class Layout:
    """How a format wants its files.

    Args:
        audio: row -> path of its audio in the set.
        lists: rows -> text of each list.
        labels: whether a ``labels.json`` stands beside the lists: they lie in the root and do not
            say whose voice a clip is, or not what it says.
        phonemes: whether the lists hold phonemes.
        bars: whether a bar parts the columns of a list with labels.
        tar: whether each split is a tar of samples in place of lists and files.
    """

    audio: Callable[[Row], str]
    lists: Callable[[Sequence[Row]], Lists]
    labels: bool = False
    phonemes: bool = False
    bars: bool = False
    tar: bool = False


def _wavs(row: Row) -> str:
    return f"wavs/{row.file}"


def _split_folder(row: Row) -> str:
    return f"{row.split}/{row.file}"


def _of(rows: Sequence[Row], split: str) -> list[Row]:
    return [row for row in rows if row.split == split]


def _bars(path: Callable[[Row], str]) -> Callable[[Sequence[Row]], Lists]:
    """StyleTTS 2 splits each line at ``|``: file, phonemes, number of the speaker."""

    def lists(rows: Sequence[Row]) -> Lists:
        return {
            name: "".join(f"{path(r)}|{r.phonemes}|{r.speaker.number}\n" for r in _of(rows, split))
            for name, split in (("train_list.txt", "train"), ("val_list.txt", "validation"))
        }

    return lists


def _ljspeech(rows: Sequence[Row]) -> Lists:
    """``id|text|normalised text``; which ids are of which part stands in ``splits.json``."""
    parts = {split: [r.key for r in _of(rows, split)] for split in SPLITS}
    return {
        "metadata.csv": "".join(f"{r.key}|{r.text}|{r.text}\n" for r in rows),
        "splits.json": json.dumps(parts, indent=1) + "\n",
    }


def _audiofolder(rows: Sequence[Row]) -> Lists:
    """Hugging Face: a folder a split, each with a ``metadata.csv`` that begins with file_name."""
    lists = {}
    for split in SPLITS:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["file_name", "text", "phonemes", "speaker", "language", "turn"])
        for r in _of(rows, split):
            about = (r.phonemes, r.speaker.name, r.speaker.language, r.turn)
            writer.writerow([r.file, r.text, *about])
        lists[f"{split}/metadata.csv"] = text.getvalue()
    return lists


def _nemo(rows: Sequence[Row]) -> Lists:
    """NeMo: a JSON object a line."""
    return {
        f"{split}_manifest.json": "".join(
            json.dumps(
                {
                    "audio_filepath": _wavs(r),
                    "duration": round(r.duration_s, 3),
                    "text": r.text,
                    "speaker": r.speaker.number,
                },
                ensure_ascii=False,
            )
            + "\n"
            for r in _of(rows, split)
        )
        for split in SPLITS
    }


def _no_lists(rows: Sequence[Row]) -> Lists:
    del rows
    return {}


def labels(rows: Sequence[Row], layout: Layout) -> str:
    """``labels.json`` of a set: what is said, by whom, and the turns in order."""
    return written(
        [Out(layout.audio(r), r.text, round(r.duration_s, 3), r.speaker.name, r.turn) for r in rows]
    )


def sample(row: Row) -> Mapping[str, bytes]:
    """The files of one WebDataset sample beside its audio, by ending."""
    about = {
        "text": row.text,
        "phonemes": row.phonemes,
        "speaker": row.speaker.name,
        "language": row.speaker.language,
        "turn": row.turn,
    }
    return {
        "json": json.dumps(about, ensure_ascii=False, sort_keys=True).encode(),
        "txt": row.text.encode(),
    }


LAYOUTS: Mapping[Format, Layout] = {
    "kokoro": Layout(_wavs, _bars(_wavs), labels=True, phonemes=True),
    "styletts2": Layout(_wavs, _bars(lambda row: row.file), labels=True, phonemes=True),
    "ljspeech": Layout(_wavs, _ljspeech, labels=True, bars=True),
    "audiofolder": Layout(_split_folder, _audiofolder),
    "nemo": Layout(_wavs, _nemo, labels=True),
    "webdataset": Layout(_split_folder, _no_lists, tar=True),
}
