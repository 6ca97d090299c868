"""Drafts -> clips: headers and digests of the audio, and every finding about a clip."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from clips import isolated
from clips.audio import digest
from clips.errors import DecodeError, DecoderLost, is_passing
from clips.layout import Draft, Layout
from clips.lint import lint
from clips.names import odd_reason, shown
from clips.pcm import about, is_raw, with_header
from clips.rules import intake
from clips.sniff import HEAD_BYTES
from clips.sources import Entry
from clips.table import UNLABELLED_ROW, AudioInfo, Clip, Finding

_SAME_DURATION_S = 0.1
_SAME_DURATION_SHARE = 0.02


@dataclass(frozen=True)
class _Probed:
    audio: AudioInfo | None
    rule: str = ""
    reason: str = ""
    passing: bool = False


@dataclass(frozen=True)
class Inspector:
    """Looks at every clip's audio and label.

    Args:
        layout: where the drafts come from.
        threads: how many files are read at once.
    """

    layout: Layout
    threads: int

    def clips(
        self, drafts: Sequence[Draft]
    ) -> tuple[tuple[Clip, ...], list[Finding], dict[str, str]]:
        """One clip per draft, in their order, the findings about them, and which are pending."""
        probed = self._probe_all(drafts)
        clips = tuple(self._clips(drafts, probed))
        findings: list[Finding] = []
        pending: dict[str, str] = {}
        for draft, clip in zip(drafts, clips, strict=True):
            result = probed.get(draft.entry.path) if draft.entry else None
            findings += self._about(draft, clip, result)
            if result is not None and result.passing:
                pending[clip.clip_id] = result.reason
        return clips, findings + list(_duplicates(clips)), pending

    def _probe_all(self, drafts: Iterable[Draft]) -> dict[str, _Probed]:
        entries = {d.entry.path: (d.entry, d.voice) for d in drafts if d.entry}
        with ThreadPoolExecutor(self.threads) as pool:
            return dict(zip(entries, pool.map(self._probe, entries.values()), strict=True))

    def _probe(self, one: tuple[Entry, str]) -> _Probed:
        entry, voice = one
        if entry.refused:
            return _Probed(None, entry.rule, f"was not opened: {entry.refused}")
        if entry.size > self.layout.limits.audio_file_bytes:
            reason = (
                f"has {entry.size:,} bytes, the limit is {self.layout.limits.audio_file_bytes:,}"
            )
            return _Probed(None, "over-limit", reason)
        return self._read(entry, voice)

    def _read(self, entry: Entry, voice: str) -> _Probed:
        try:
            said = self.layout.description.of(voice)
            with with_header(self.layout.open(entry.path), entry.path, said.pcm) as file:
                if said.pcm is None and is_raw(file.read(HEAD_BYTES), entry.path):
                    hints = tuple(filter(None, (said.voice, said.model, said.provider)))
                    return _Probed(None, "raw-pcm", about(file, entry.path, hints))
                file.seek(0)
                sha256, info = digest(file)
                return _Probed(info or isolated.pool(self.layout.limits).header(file, sha256))
        except DecoderLost as error:
            return _Probed(None, reason=f"it could not be read: {error}", passing=True)
        except DecodeError as error:
            return _Probed(None, "unreadable-audio", f"cannot be read: {error}")
        except OSError as error:
            reason = f"cannot be opened ({error.strerror or error})"
            if is_passing(error):
                return _Probed(None, reason=f"it {reason}", passing=True)
            return _Probed(None, "unreadable-audio", reason)

    def _clips(self, drafts: Iterable[Draft], probed: dict[str, _Probed]) -> Iterator[Clip]:
        rows: dict[str, int] = {}
        for draft in drafts:
            voice, label, entry = draft.voice, draft.row, draft.entry
            row = UNLABELLED_ROW
            if label is not None:
                row = rows.get(voice, 0)
                rows[voice] = row + 1
            openable = entry is not None and not entry.refused
            below = entry.path.removeprefix(f"{voice}/") if entry else ""
            yield Clip(
                voice=voice,
                audio_file=label.audio_file if label else below,
                path=entry.path if entry and openable else "",
                row=row,
                text=label.text if label else "",
                language=self.layout.description.of(voice).language,
                turn=label.turn if label else "",
                turn_index=label.turn_index if label else None,
                audio=probed[entry.path].audio if entry else None,
            )

    def _about(self, draft: Draft, clip: Clip, result: _Probed | None) -> Iterator[Finding]:
        name = shown(clip.audio_file)
        for fault in draft.faults:
            yield intake(fault.rule, fault.sentence, clip=clip)
        if draft.row is None:
            sentence = f"{name} has no label. Add a row for it, or take the file out."
            yield intake("unlabelled-audio", sentence, clip=clip)
        elif not draft.row.faults:
            for fault in lint(clip.text, self.layout.limits.label_chars):
                yield intake(fault.rule, fault.sentence, clip=clip)
        if result is not None and result.rule:
            yield intake(result.rule, f"{name} {result.reason}.", clip=clip)
        for said in clip.audio.faults if clip.audio else ():
            yield intake("damaged-audio", f"{said}.", clip=clip)
        if draft.entry:
            yield from self._about_name(draft.entry, clip)
        if draft.row and clip.audio:
            yield from _about_duration(draft.row.duration_s, clip, clip.audio)

    def _about_name(self, entry: Entry, clip: Clip) -> Iterator[Finding]:
        if not entry.refused and (reason := odd_reason(entry.path.rpartition("/")[2])):
            sentence = f"The file name {shown(entry.path)} {reason}. Rename it."
            yield intake("odd-name", sentence, clip=clip)
        if twins := self.layout.tree.twins(entry):
            others = shown(", ".join(twin.path for twin in twins))
            sentence = (
                f"{shown(entry.path)} and {others} are one name where case or Unicode form do not"
                " count. Rename one."
            )
            yield intake("name-collision", sentence, clip=clip)


def _about_duration(said_s: float | None, clip: Clip, audio: AudioInfo) -> Iterator[Finding]:
    if said_s is None or audio.duration_s <= 0:
        return
    off_s = abs(said_s - audio.duration_s)
    bound_s = max(_SAME_DURATION_S, _SAME_DURATION_SHARE * audio.duration_s)
    if off_s > bound_s:
        sentence = (
            f"The label row says {said_s:.2f} s, the audio file {audio.duration_s:.2f} s. See"
            " whether the label belongs to this file."
        )
        yield intake("duration-mismatch", sentence, clip=clip, value=off_s, bound=bound_s, unit="s")


def _duplicates(clips: Iterable[Clip]) -> Iterator[Finding]:
    """Clips that an earlier one makes needless; those with a label come first."""
    by_path: dict[str, Clip] = {}
    by_bytes: dict[str, Clip] = {}
    for clip in sorted(clips, key=lambda c: c.row == UNLABELLED_ROW):
        name = shown(clip.audio_file)
        if clip.path and (first := by_path.setdefault(clip.path, clip)) is not clip:
            sentence = f"{name} is listed already in {_place(first)}. Take one of the two rows out."
            yield intake("duplicate-row", sentence, clip=clip)
        elif clip.audio and (first := by_bytes.setdefault(clip.audio.sha256, clip)) is not clip:
            sentence = (
                f"{name} holds the same bytes as {shown(first.path)} ({_place(first)}). Send each"
                " recording once, with the label that belongs to it."
            )
            yield intake("duplicate-audio", sentence, clip=clip)


def _place(clip: Clip) -> str:
    where = "no label row" if clip.row == UNLABELLED_ROW else f"row {clip.row + 1}"
    return f"{where} of {shown(clip.voice)}" if clip.voice else where
