"""How files and label rows of a submission belong together: voices, rows, audio files."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from clips.description import Description
from clips.formats import SIDECAR, LabelFormat, LabelRow, Labels, detect
from clips.formats.base import LabelInput, Open
from clips.formats.text import head_as_utf8
from clips.formats.unread import looks_like_labels, why_unread
from clips.isolated_labels import reader
from clips.limits import Limits
from clips.names import (
    natural,
    one_form,
    plain,
    unsafe_part_reason,
    unsafe_reason,
    voice_of,
)
from clips.numbers import count
from clips.rules import Fault, fault
from clips.sniff import HEAD_BYTES, container_of, is_audio, told_in_words
from clips.sources import Entry
from clips.submission_file import FILE_NAME
from clips.tree import Tree
from clips.words import Path, Phrase, say

# what Hugging Face datasets takes for a split where a folder is called so
_PARTS = frozenset(
    (
        *("train", "training", "validation", "valid", "val", "dev"),
        *("test", "testing", "eval", "evaluation"),
    )
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A clip before its audio is looked at: a label row with its file, or a file alone.

    Args:
        voice: name of the voice.
        row: the label row; ``None`` for a file without a label.
        entry: the audio file; ``None`` where there is none, or none that may be opened.
        faults: what is wrong, in order.
    """

    voice: str
    row: LabelRow | None
    entry: Entry | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Layout:
    """Puts together what a tree of files, its label files and its description say.

    Args:
        tree: all files.
        description: names the voices.
        root_name: name of a voice that lies in the root and has no other.
        open: opens a file by its path below the root.
        limits: how much is read.
    """

    tree: Tree
    description: Description
    root_name: str
    open: Open
    limits: Limits

    def drafts(self) -> tuple[list[Draft], list[tuple[str, Fault]]]:
        """All drafts in order, and faults of label files, each with its voice."""
        labelled, faults = self._label_files()
        rows = [draft for item in labelled.items() for draft in self._row_drafts(*item)]
        claimed = {draft.entry.path for draft in rows if draft.entry}
        sidecars, found = self._sidecar_files(claimed)
        faults += found
        for folder, labels in sidecars.items():
            labelled.setdefault(folder, labels)
            rows += self._row_drafts(folder, labels)
        claimed = {draft.entry.path for draft in rows if draft.entry}
        files = [
            self._file_draft(entry, labelled)
            for entry in sorted(self.tree.entries, key=lambda e: natural(e.path))
            if is_audio(entry.path) and entry.path not in claimed
        ]
        drafts = sorted(rows, key=lambda d: d.voice) + sorted(files, key=lambda d: d.voice)
        return sorted(drafts, key=lambda d: d.voice), faults

    def _label_files(self) -> tuple[dict[str, Labels], list[tuple[str, Fault]]]:
        labelled: dict[str, Labels] = {}
        faults: list[tuple[str, Fault]] = []
        for folder, names in self.tree.folders.items():
            found = detect([n for n in names if n != FILE_NAME], self._head(folder))
            if not found:
                continue
            form, files = found[0]
            labels = self._read(form, folder, files)
            labelled[folder] = labels
            voice = voice_of(folder)
            faults += ((voice, one) for one in labels.faults)
            for other, ignored in found[1:]:
                path, used = Path(", ".join(ignored)), Path(files[0])
                unused = fault("labels-ignored", "kind", path=path, kind=other.name, used=used)
                faults.append((voice, unused))
        return labelled, faults

    def _sidecar_files(
        self, claimed: set[str]
    ) -> tuple[dict[str, Labels], list[tuple[str, Fault]]]:
        """Texts beside audio files that no label file lists."""
        labelled: dict[str, Labels] = {}
        faults: list[tuple[str, Fault]] = []
        for folder, names in self.tree.folders.items():
            files = SIDECAR.claims(names, self._head(folder))
            below = f"{folder}/" if folder else ""
            free = [name for name in files if below + name not in claimed]
            used = SIDECAR.claims(free, self._head(folder))
            voice = voice_of(folder)
            if len(free) < len(files):
                texts = count(len(files) - len(free), "text")
                unused = fault("labels-ignored", "beside", files=texts, path=Path(folder))
                faults.append((voice, unused))
            if used:
                labelled[folder] = self._read(SIDECAR, folder, used)
                faults += ((voice, one) for one in labelled[folder].faults)
        return labelled, faults

    def _read(self, form: LabelFormat, folder: str, files: tuple[str, ...]) -> Labels:
        source = LabelInput(folder, files, self.open, self.limits)
        return reader(self.limits).read(form, source)

    def not_read(self, voice: str) -> Iterator[Phrase]:
        """What is to be said about label files that gave a voice without labels no row."""
        for folder, names in self.tree.folders.items():
            if voice_of(folder) not in ("", voice):
                continue
            head = self._head(folder)
            used = {name for _, files in detect(names, head) for name in files}
            for name in filter(looks_like_labels, names):
                path = Path(f"{folder}/{name}" if folder else name)
                if name not in used:
                    if folder or not name.lower().endswith(".txt"):
                        why = why_unread(name, head)
                        yield say("{path} was not read: {why}.", path=path, why=why)
                elif folder:
                    yield say("{path} holds no row.", path=path)

    def told(self, path: str) -> str:
        """What a file seems to be, in words."""
        head = self._head("")(path)
        return "audio" if container_of(head) else told_in_words(head)

    def _head(self, folder: str) -> "_Head":
        return _Head(folder, self.open)

    def _row_drafts(self, folder: str, labels: Labels) -> Iterator[Draft]:
        turn = folder.partition("/")[2]
        for index, row in enumerate(labels.rows):
            in_turn = row if row.turn or not turn else replace(row, turn=turn, turn_index=index)
            yield self._row_draft(folder, in_turn)

    def _row_draft(self, folder: str, row: LabelRow) -> Draft:
        voice, found = (voice_of(folder), ()) if folder else self._voice_in_root(row)
        draft = replace(self._draft_of(folder, voice, row), voice=self._spoken_by(row, voice))
        if draft.entry and row.turn == folder.partition("/")[2] and not _is_below(draft, folder):
            draft = replace(draft, row=replace(row, turn="", turn_index=None))
        return replace(draft, faults=(*draft.faults, *found))

    def _spoken_by(self, row: LabelRow, folder: str) -> str:
        """The voice of a row: its folder's; where that is a part of a set, its speaker's."""
        voices, speaker = self.description.voices, one_form(row.speaker)
        is_part = folder.lower() in _PARTS and folder not in voices
        return speaker if is_part and speaker in voices else folder

    def _draft_of(self, folder: str, voice: str, row: LabelRow) -> Draft:
        if row.embedded:
            path = f"{folder}/{row.embedded}" if folder else row.embedded
            return Draft(voice, row, Entry(path, 0), row.faults)
        if any(one.rule == "unsafe-path" for one in row.faults):
            return Draft(voice, row, None, row.faults)
        named = row.candidates or ((row.audio_file,) if row.audio_file else ())
        faults = list(row.faults)
        if not named:
            if not faults:
                faults.append(fault("bad-row", "no audio"))
            return Draft(voice, row, None, tuple(faults))
        for path in named:
            if reason := unsafe_reason(path):
                unsafe = fault("unsafe-path", "leads out", path=Path(path), why=reason)
                return Draft(voice, row, None, (*faults, unsafe))
        entry, found = self._find(folder, voice, named)
        if entry is None:
            missing = fault("missing-audio", path=Path(named[0]))
            return Draft(voice, row, None, (*faults, missing))
        return Draft(voice, row, entry, (*faults, *found))

    def _find(
        self, folder: str, voice: str, named: Sequence[str]
    ) -> tuple[Entry | None, tuple[Fault, ...]]:
        for path in self._places(folder, voice, named):
            entry, faults = self.tree.find(path)
            if entry is not None:
                return entry, faults
        return None, ()

    def _places(self, folder: str, voice: str, named: Iterable[str]) -> Iterator[str]:
        for path in named:
            yield f"{folder}/{path}" if folder else path
            if "/" in folder:
                yield f"{voice}/{path}"
            if folder and plain(path).startswith(f"{plain(voice)}/"):
                yield path

    def _voice_in_root(self, row: LabelRow) -> tuple[str, tuple[Fault, ...]]:
        """The voice of what lies in the root: the root's own where its name is no folder's."""
        name = self._named_in_root(row)
        reason = unsafe_part_reason(name) if name else ""
        if not reason:
            return name, ()
        unsafe = fault("unsafe-path", "voice", path=Path(name), why=reason)
        return one_form(self.root_name), (unsafe,)

    def _named_in_root(self, row: LabelRow) -> str:
        voices = self.description.voices
        first, speaker = voice_of(plain(row.audio_file)), one_form(row.speaker)
        if first in voices:
            return first
        if speaker in voices:
            return speaker
        return next(iter(voices)) if len(voices) == 1 else speaker or one_form(self.root_name)

    def _file_draft(self, entry: Entry, labelled: dict[str, Labels]) -> Draft:
        first = voice_of(entry.path) if "/" in entry.path else ""
        if "" not in labelled:
            return Draft(first, None, entry)
        has_labels = any(voice_of(folder) == first for folder in labelled)
        if first and (has_labels or first in self.description.voices):
            return Draft(first, None, entry)
        voice, faults = self._voice_in_root(LabelRow())
        return Draft(voice, None, entry, faults)


def _is_below(draft: Draft, folder: str) -> bool:
    """Whether a clip lies in the folder of its label file; a folder of lists is no turn."""
    return draft.entry is not None and draft.entry.path.startswith(f"{folder}/" if folder else "")


@dataclass(frozen=True)
class _Head:
    folder: str
    open: Open

    def __call__(self, name: str) -> bytes:
        try:
            with self.open(f"{self.folder}/{name}" if self.folder else name) as file:
                return head_as_utf8(file.read(HEAD_BYTES))
        except OSError:
            return b""
