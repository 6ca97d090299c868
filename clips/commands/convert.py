"""Any submission -> a folder with the same clips under another label format."""

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from clips.errors import DecodeError, SubmissionError
from clips.formats import LabelFormat, Out, named
from clips.formats.parquet import SEPARATOR
from clips.limits import DEFAULT_LIMITS, Limits
from clips.names import natural, odd_reason, one_form, plain, shown, unsafe_reason
from clips.opening import Opener
from clips.sniff import AUDIO_ENDINGS, RAW_ENDINGS
from clips.submission import Submission, read_submission
from clips.submission_file import FILE_NAME
from clips.table import UNLABELLED_ROW, Clip

_ENDINGS = {"mp3": ".mp3", "mp4": ".m4a", "matroska": ".webm", "asf": ".wma"}


@dataclass(frozen=True)
class Converted:
    """What a conversion wrote.

    Args:
        rows: label rows written.
        files: audio files written, those inside a table counted too.
        skipped: what could not be written, each with its reason, in plain words.
    """

    rows: int
    files: int
    skipped: tuple[str, ...]


@dataclass(frozen=True)
class _Target:
    """Where a clip goes: `folder` holds its label file, `name` is the audio's path in it."""

    clip: Clip
    folder: str
    name: str
    has_audio: bool


def convert(
    path: str | Path, out: Path, to: str = "labels.json", limits: Limits = DEFAULT_LIMITS
) -> Converted:
    """Write a submission anew under the label format `to`; audio is copied byte by byte.

    Raises:
        SubmissionError: the path is no submission, or `out` is there and not empty.
        TenhoursError: there is no such format.
    """
    form = named(to)
    submission = read_submission(path, limits)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise SubmissionError(f"{out}: this exists and is not an empty folder. Give a new one")
    out.mkdir(parents=True, exist_ok=True)
    skipped: list[str] = []
    targets = list(_targets(submission.clips, form, out, skipped))
    files = sum(_copy(submission, target, out, skipped) for target in targets)
    rows = _write_labels(targets, form, out)
    _copy_description(submission, out)
    return Converted(rows, files, tuple(skipped))


def _targets(
    clips: Iterable[Clip], form: LabelFormat, out: Path, skipped: list[str]
) -> Iterator[_Target]:
    by_folder: dict[str, list[_Target]] = defaultdict(list)
    turns: dict[tuple[str, str], str] = {}
    for clip in clips:
        if not clip.path and (not clip.audio_file or unsafe_reason(clip.audio_file)):
            skipped.append(f"{_where(clip)}: the row names no file that could be written.")
        elif not clip.path and form.flat:
            skipped.append(f"{_where(clip)}: {form.name} has no rows without audio.")
        else:
            folder, name = _folder(clip, form, turns), _name(clip, form)
            if _is_inside(out / folder / name, out):
                by_folder[folder].append(_Target(clip, folder, name, bool(clip.path)))
            else:
                skipped.append(f"{_where(clip)}: its place would be outside of the new folder.")
    for members in by_folder.values():
        yield from _unique(_in_order(members) if form.flat else members)


def _is_inside(place: Path, out: Path) -> bool:
    """Whether a place is below the new folder, whatever named its parts."""
    try:
        return place.resolve().is_relative_to(out.resolve())
    except ValueError:  # no path at all, such as one with a zero byte
        return False


def _where(clip: Clip) -> str:
    return f"{shown(clip.voice)}, row {clip.row + 1}, {shown(clip.audio_file)}"


def _folder(clip: Clip, form: LabelFormat, turns: dict[tuple[str, str], str]) -> str:
    if not clip.turn or form.holds_turns:
        return clip.voice
    usable = not unsafe_reason(clip.turn) and not odd_reason(clip.turn)
    fallback = f"turn-{len(turns) + 1:03d}"
    name = turns.setdefault((clip.voice, clip.turn), plain(clip.turn) if usable else fallback)
    return f"{clip.voice}/{name}" if clip.voice else name


def _name(clip: Clip, form: LabelFormat) -> str:
    """The audio's path below the label file's folder."""
    table, inside, row = clip.path.rpartition(SEPARATOR)
    if inside:
        del table
        named_well = PurePosixPath(clip.audio_file).suffix.lower() in AUDIO_ENDINGS
        usable = named_well and not unsafe_reason(clip.audio_file)
        name = plain(clip.audio_file) if usable else f"{int(row):06d}{_ending(clip)}"
    else:
        name = one_form(clip.path) or plain(clip.audio_file)
        if clip.audio and PurePosixPath(name).suffix.lower() in RAW_ENDINGS:
            name = name.rpartition(".")[0] + _ending(clip)
    name = name.removeprefix(f"{clip.voice}/")
    if not form.holds_turns and clip.turn:
        name = name.removeprefix(f"{plain(clip.turn)}/")
    if clip.row == UNLABELLED_ROW:
        return name
    if form.flat:
        return PurePosixPath(name).name
    wanted = f"{form.audio_folder}/"
    return name if name.startswith(wanted) or not form.audio_folder else wanted + name


def _ending(clip: Clip) -> str:
    container = clip.audio.codec.partition("/")[0] if clip.audio else "wav"
    return _ENDINGS.get(container, f".{container}")


def _in_order(members: Sequence[_Target]) -> list[_Target]:
    """Names whose natural order is that of the rows, numbered where theirs is not."""
    rows = [target for target in members if target.clip.row != UNLABELLED_ROW]
    names = [target.name for target in rows]
    if names == sorted(names, key=natural) and len(set(map(_stem, names))) == len(names):
        return list(members)
    numbered = [
        replace(target, name=f"{number:06d}-{target.name}") for number, target in enumerate(rows)
    ]
    return numbered + [target for target in members if target.clip.row == UNLABELLED_ROW]


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix(""))


def _unique(members: Iterable[_Target]) -> Iterator[_Target]:
    """Targets of which no two files have one name; rows of one file share it."""
    owners: dict[str, str] = {}
    for target in members:
        name, number = target.name, 1
        key = target.clip.path or f"missing {target.clip.row}"
        while owners.setdefault(name, key) != key:
            number += 1
            name = f"{_stem(target.name)}-{number}{PurePosixPath(target.name).suffix}"
        yield replace(target, name=name)


def _copy(submission: Submission, target: _Target, out: Path, skipped: list[str]) -> int:
    place = out / target.folder / target.name
    if not target.has_audio or place.exists():
        return 0
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with submission.open_audio(target.clip) as source, place.open("xb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
    except (DecodeError, OSError) as error:
        skipped.append(f"{_where(target.clip)}: its audio was not copied ({error}).")
        place.unlink(missing_ok=True)
        return 0
    return 1


def _write_labels(targets: Iterable[_Target], form: LabelFormat, out: Path) -> int:
    by_folder: dict[str, list[Out]] = defaultdict(list)
    for target in targets:
        clip = target.clip
        if clip.row != UNLABELLED_ROW:
            seconds = clip.audio.duration_s if clip.audio else None
            row = Out(target.name, clip.text, seconds, clip.voice, clip.turn, clip.turn_index)
            by_folder[target.folder].append(row)
    for folder, rows in by_folder.items():
        (out / folder).mkdir(parents=True, exist_ok=True)
        form.write(out / folder, rows)
    return sum(map(len, by_folder.values()))


def _copy_description(submission: Submission, out: Path) -> None:
    try:
        with Opener(submission.source, submission.prefix)(FILE_NAME) as file:
            content = file.read(1 << 20)
    except OSError:
        return
    (out / FILE_NAME).write_bytes(content)
