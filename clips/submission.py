"""A submission -> its description, its clips and everything found wrong. Nothing is lost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from clips.description import Description, VoiceDescription, parse_description
from clips.errors import DecodeError, DecoderLost, SubmissionError
from clips.formats.base import Open
from clips.inspect import Inspector, refused
from clips.isolated_labels import reader
from clips.layout import Draft, Layout
from clips.limits import DEFAULT_LIMITS, Limits
from clips.names import odd_reason, voice_of
from clips.numbers import count
from clips.opening import Opener
from clips.pcm import Pcm, with_header
from clips.rules import Fault, fault, intake
from clips.sniff import ARCHIVE_ENDINGS
from clips.sources import Entry, Source, open_source
from clips.submission_file import FILE_NAME
from clips.table import Clip, Finding
from clips.tree import Tree, is_clutter
from clips.words import Name, say
from clips.words import Path as Named

__all__ = ["Description", "Submission", "VoiceDescription", "read_submission"]

_FILES_NAMED = 3


@dataclass(frozen=True)
class AudioOpener:
    """Opens clips' audio anywhere: picklable, and as small for a million clips as for one.

    Args:
        files: opens what a clip's path names.
        pcm: voice -> how its raw samples are stored, where a voice has any.
    """

    files: Opener
    pcm: Mapping[str, Pcm]

    def __call__(self, clip: Clip) -> BinaryIO:
        """As `Submission.open_audio`."""
        if not clip.path:
            raise DecodeError("it has no audio file that can be opened")
        try:
            return with_header(self.files(clip.path), clip.path, self.pcm.get(clip.voice))
        except OSError as error:
            raise DecoderLost(f"it cannot be opened ({error.strerror or error})") from None


@dataclass(frozen=True)
class Submission:
    """What was handed in.

    Args:
        description: what the contributor says; defaults where missing, each with a finding.
        clips: one per label row and one per audio file without a label; voices by name, rows in
            file order, then the files without a label.
        findings: every fault, of the submission, a voice or a clip.
        source: where the files are.
        prefix: folder inside the source that is the submission's root, ``""`` or ending in ``/``.
        pending: clip id -> why its audio could not be read this time; trying again may help.
    """

    description: Description
    clips: tuple[Clip, ...]
    findings: tuple[Finding, ...]
    source: Source = field(repr=False)
    prefix: str = ""
    pending: Mapping[str, str] = field(default_factory=dict)

    def open_audio(self, clip: Clip) -> BinaryIO:
        """Open a clip's audio file, seekable; raw PCM behind a header.

        Raises:
            DecodeError: the clip has no audio file that may be opened.
            DecoderLost: it cannot be opened now; trying again may help.
        """
        return self.audio(clip)

    @cached_property
    def audio(self) -> "AudioOpener":
        """What opens the clips' audio, without the clips."""
        raw = ((voice, self.description.of(voice).pcm) for voice in {c.voice for c in self.clips})
        pcm = {voice: form for voice, form in raw if form is not None}
        return AudioOpener(Opener(self.source, self.prefix), pcm)


def read_submission(path: str | Path, limits: Limits = DEFAULT_LIMITS) -> Submission:
    """Read all of a submission but its samples: description, label files, audio headers, digests.

    Args:
        path: a folder, an archive or a URL.
        limits: what reading may cost.

    Raises:
        SubmissionError: the path is no submission at all: nothing is there, or neither a voice
            folder nor a submission.toml.
    """
    reader(limits).forget()
    source = open_source(path, limits)
    listing = source.listing()
    entries = tuple(entry for entry in listing.entries if not is_clutter(entry.path))
    prefix = _wrapper(entries)
    entries = tuple(_below(prefix, entries))
    findings = [intake(found) for found in listing.faults]

    open_entry = Opener(source, prefix)
    description, said = _read_description(entries, open_entry, limits)
    layout = Layout(Tree(entries), description, source.name, open_entry, limits)
    drafts, faults = layout.drafts()
    if not drafts and not faults and not any(entry.path == FILE_NAME for entry in entries):
        raise SubmissionError(
            f"{path}: this is no submission: there is neither {FILE_NAME} nor a folder with audio"
            " or labels in it. Give the folder that holds the voices' folders"
        )
    clips, clip_findings, pending = Inspector(layout, source.threads).clips(drafts)
    findings += said
    findings += _of_entries(entries, drafts)
    unreadable = {voice for voice, found in faults if found.rule == "unreadable-labels"}
    findings += _of_voices(layout, drafts, unreadable)
    findings += [intake(found, voice=voice) for voice, found in faults]
    return Submission(description, clips, (*findings, *clip_findings), source, prefix, pending)


def _wrapper(entries: Iterable[Entry]) -> str:
    """The one folder that everything lies in, where it and not the root has a submission.toml."""
    tops = {entry.path.partition("/")[0] for entry in entries}
    if len(tops) != 1:
        return ""
    prefix = f"{tops.pop()}/"
    return prefix if any(entry.path == prefix + FILE_NAME for entry in entries) else ""


def _below(prefix: str, entries: Iterable[Entry]) -> Iterable[Entry]:
    for entry in entries:
        path = entry.path.removeprefix(prefix)
        yield Entry(path, entry.size, entry.refused, entry.rule)


def _read_description(
    entries: Iterable[Entry], open_entry: Open, limits: Limits
) -> tuple[Description, list[Finding]]:
    entry = next((e for e in entries if e.path == FILE_NAME and not e.refused), None)
    if entry is None:
        return Description(), [intake(fault("no-description"))]
    try:
        with open_entry(FILE_NAME) as file:
            content = file.read(limits.description_bytes + 1)
    except OSError as error:
        closed = fault("bad-description", "closed", why=str(error.strerror or error))
        return Description(), [intake(closed)]
    if len(content) > limits.description_bytes:
        large = fault("bad-description", "large", most=limits.description_bytes)
        return Description(), [intake(large)]
    return parse_description(content)


def _of_entries(entries: Iterable[Entry], drafts: Iterable[Draft]) -> list[Finding]:
    """Files that were refused and are no clip."""
    used = {draft.entry.path for draft in drafts if draft.entry}
    return [
        intake(refused(entry)) for entry in entries if entry.refused and entry.path not in used
    ] + [
        intake(fault("nested-archive", path=Named(entry.path)))
        for entry in entries
        if not entry.refused and PurePosixPath(entry.path).suffix.lower() in ARCHIVE_ENDINGS
    ]


def _of_voices(layout: Layout, drafts: Iterable[Draft], unreadable: set[str]) -> list[Finding]:
    description = layout.description
    rows: dict[str, list[Draft]] = {}
    for draft in drafts:
        rows.setdefault(draft.voice, []).append(draft)
    findings = [
        _without_clips(layout, voice)
        for voice in description.voices
        if voice not in rows and description.stage != "description"
    ]
    for voice, members in rows.items():
        found = list(_voice(voice, members))
        readable = unreadable.isdisjoint({"", voice})
        if voice and readable and not any(draft.row for draft in members):
            found.append(_no_labels(layout, voice, len(members)))
        if voice and voice not in description.voices:
            found.append(fault("voice-without-table"))
        findings += [intake(one, voice=voice) for one in found]
    return findings


def _without_clips(layout: Layout, voice: str) -> Finding:
    """What is to be said of a voice that is described and has no clip."""
    below = [e.path for e in layout.tree.entries if "/" in e.path and voice_of(e.path) == voice]
    if not below:
        return intake(fault("voice-without-folder"), voice=voice)
    seen = tuple(
        say("{path} is {what}", path=Named(path), what=layout.told(path))
        for path in below[:_FILES_NAMED]
    )
    found = fault("no-audio", files=count(len(below), "file"), seen=seen)
    return intake(found, voice=voice)


def _voice(voice: str, members: list[Draft]) -> Iterable[Fault]:
    if voice and (reason := odd_reason(voice)):
        yield fault("odd-name", "folder", why=reason)
    labelled = [draft.row for draft in members if draft.row]
    speakers = sorted({row.speaker for row in labelled if row.speaker})
    if len(speakers) > 1:
        yield fault("several-speakers", n=len(speakers), names=Name(", ".join(speakers)))


def _no_labels(layout: Layout, voice: str, files: int) -> Fault:
    seen = list(islice(layout.not_read(voice), _FILES_NAMED + 1))
    further = say("Further files were not read.") if len(seen) > _FILES_NAMED else None
    found = fault("no-labels", files=count(files, "audio file"))
    return Fault(found.rule, found.words.plus(*seen[:_FILES_NAMED], further))
