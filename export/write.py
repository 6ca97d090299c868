"""Writing a training set: each file whole under its name, what is there already stays."""

import hashlib
import io
import json
import tarfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import soundfile

from clips.audio import Decoded
from clips.drafts import draft, sweep
from clips.errors import DecodeError, ExportError
from clips.formats import labels_json
from export.audio import Treatment, encoded, finished
from export.card import card, plots, speaker_map, submission_toml
from export.form import Format
from export.formats import LAYOUTS, SPLITS, Layout, labels, sample
from export.rows import Row, Scored, unfit
from selection.policy import Mixing

REQUEST, MANIFEST = "request.json", "manifest.json"
_SHARD = 1000  # samples, about 0.2 GB


@dataclass(frozen=True)
class Written:
    """What became of an export.

    Args:
        rows: clips in the set.
        left_out: a selected clip's file and why it is not in the set.
    """

    rows: tuple[Row, ...]
    left_out: tuple[tuple[str, str], ...]


def write_set(
    scored: Sequence[Scored],
    rows: Sequence[Row],
    folder: Path,
    *,
    form: Format,
    treatment: Treatment,
    decode: Callable[[Path], Decoded],
    mixing: Mixing | None = None,
) -> Written:
    """Write the set into a folder; the same request again goes on where it stopped.

    Args:
        scored: where the rows are from.
        rows: what to write.
        folder: new, empty, or left by the same request.
        form: of the lists.
        treatment: of the audio.
        decode: reads a file.
        mixing: what a mix of several contributors must be, where the set is one.

    Raises:
        ExportError: the folder holds something else; a file is gone or has changed since it was
            measured; nothing is left to write; what is left is no legal mix.
    """
    layout = LAYOUTS[form]
    sweep(folder)
    _claim(folder, form, treatment, rows)
    kept, left_out = [], []
    for row in rows:
        why = unfit(row, phonemes=layout.phonemes, bars=layout.bars)
        why = why or _spoken(row, folder, layout.audio(row), treatment, decode)
        if why:
            left_out.append((row.source.name, why))
        else:
            seconds = _seconds(folder / layout.audio(row))
            kept.append(replace(row, duration_s=seconds))
    if not kept:
        reasons = "; ".join(sorted({why for _, why in left_out})) or "nothing is selected"
        raise ExportError(f"no clip can go into the set: {reasons}")
    if mixing is not None:
        _check_mix(kept, mixing)
    texts = layout.lists(kept)
    if layout.labels:
        texts[labels_json.NAME] = labels(kept, layout)
    texts["speakers.json"] = speaker_map(kept)
    texts["submission.toml"] = submission_toml(scored, kept)
    texts |= plots(kept)
    texts["dataset_card.md"] = card(scored, kept, form, Counter(why for _, why in left_out))
    for name, text in texts.items():
        _write(folder, name, text.encode())
    files = [layout.audio(row) for row in kept]
    if layout.tar:
        singles, files = files, list(_shards(folder, kept, layout))
    _manifest(folder, [*files, *texts])
    if layout.tar:
        for name in singles:
            (folder / name).unlink()
        for split in SPLITS:
            if (folder / split).exists():
                (folder / split).rmdir()
    return Written(tuple(kept), tuple(left_out))


def _check_mix(rows: Sequence[Row], mixing: Mixing) -> None:
    """See that what is left of a planned mix is one: clips are left out, and silence is cut."""
    seconds = defaultdict[str, float](float)
    for row in rows:
        seconds[row.speaker.contributor] += row.duration_s
    (most, has), total = max(seconds.items(), key=lambda item: item[1]), sum(seconds.values())
    if len(seconds) < mixing.contributors or has >= mixing.share_below * total:
        raise ExportError(
            f"what is left of the mix is not legal: {len(seconds)} contributors, of whom {most} has"
            f" {has / total:.2%}. Plan it anew with a policy whose [mix] share_below leaves room,"
            " such as 0.49"
        )


def _claim(folder: Path, form: str, treatment: Treatment, rows: Sequence[Row]) -> None:
    """Make the folder this request's, or find that it is so."""
    wanted = {
        "format": form,
        "treatment": asdict(treatment),
        "clips": [[r.file, r.sha256, r.text, r.phonemes, r.split] for r in rows],
    }
    text = json.dumps(wanted, indent=1, ensure_ascii=False) + "\n"
    request = folder / REQUEST
    if request.is_file() and request.read_text(encoding="utf-8") == text:
        return
    if folder.exists() and any(folder.iterdir()):
        raise ExportError(
            f"{folder} holds other files, or a set of other clips or settings; give a new folder"
        )
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, REQUEST, text.encode())


def _spoken(
    row: Row, folder: Path, name: str, treatment: Treatment, decode: Callable[[Path], Decoded]
) -> str:
    """Write a row's audio where it is not there yet; why it cannot be, else ``""``."""
    _check(row)
    if (folder / name).exists():
        return ""
    try:
        decoded = decode(row.source)
        pcm = finished(
            decoded.samples, decoded.rate_hz, treatment, row.silence_s, bytes.fromhex(row.sha256)
        )
    except (DecodeError, ValueError) as error:
        return str(error)
    _write(folder, name, encoded(pcm, row.coding))
    return ""


def _seconds(path: Path) -> float:
    return float(soundfile.info(path).duration)


def _check(row: Row) -> None:
    if not row.source.is_file():
        raise ExportError(f"{row.source} is gone; score the submission anew")
    found = _sha256(row.source)
    if found != row.sha256:
        raise ExportError(
            f"{row.source} changed since it was measured (SHA-256 {found[:12]}, then"
            f" {row.sha256[:12]}); score the submission anew"
        )


def _shards(folder: Path, rows: Sequence[Row], layout: Layout) -> Iterator[str]:
    """Each split as tars of samples, whose headers say nothing of who made them when."""
    for split in SPLITS:
        mine = [row for row in rows if row.split == split]
        for number, start in enumerate(range(0, len(mine), _SHARD)):
            name = f"{split}-{number:06d}.tar"
            unfinished = draft(folder, ".part")
            with tarfile.open(unfinished, "w", format=tarfile.PAX_FORMAT) as tar:
                for row in mine[start : start + _SHARD]:
                    members = {**sample(row), row.coding: (folder / layout.audio(row)).read_bytes()}
                    for ending, content in sorted(members.items()):
                        entry = tarfile.TarInfo(f"{row.key}.{ending}")
                        entry.size = len(content)
                        tar.addfile(entry, io.BytesIO(content))
            unfinished.replace(folder / name)
            yield name


def _manifest(folder: Path, names: Sequence[str]) -> None:
    """Digest of every file of the set; written last, so that a set with it is whole."""
    digests = {name: _sha256(folder / name) for name in sorted(names)}
    _write(folder, MANIFEST, (json.dumps(digests, indent=1) + "\n").encode())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(folder: Path, name: str, content: bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = draft(folder, ".part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
