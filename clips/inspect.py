"""Drafts -> clips: headers and digests of the audio, and every finding about a clip."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from clips import isolated
from clips.errors import DecodeError, DecoderLost, is_passing
from clips.header import digest
from clips.layout import Draft, Layout
from clips.lint import lint
from clips.names import odd_reason
from clips.pcm import about, is_raw, with_header
from clips.rules import Fault, fault, intake
from clips.sniff import HEAD_BYTES
from clips.sources import Entry
from clips.table import UNLABELLED_ROW, AudioInfo, Clip, Finding
from clips.words import Name, Path, Phrase, say

T = TypeVar("T")
_SAME_DURATION_S = 0.1
_SAME_DURATION_SHARE = 0.02
_TWINS_NAMED = 3
_WAITING = 1 << 10  # files that wait to be read: each takes memory


@dataclass(frozen=True)
class _Probed:
    audio: AudioInfo | None = None
    fault: Fault | None = None
    passing: str = ""  # why it could not be read this time


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
                pending[clip.clip_id] = result.passing
        return clips, findings + list(_duplicates(clips)), pending

    def _probe_all(self, drafts: Iterable[Draft]) -> dict[str, _Probed]:
        entries = {d.entry.path: (d.entry, d.voice) for d in drafts if d.entry}
        with ThreadPoolExecutor(self.threads) as pool:
            probed = _in_turn(pool, self._probe, entries.values())
            found = dict(zip(entries, probed, strict=True))
        return dict(_within(found, self.layout.limits.decoded_hours))

    def _probe(self, one: tuple[Entry, str]) -> _Probed:
        entry, voice = one
        if entry.refused:
            return _Probed(fault=refused(entry))
        if entry.size > (most := self.layout.limits.audio_file_bytes):
            return _Probed(fault=fault("over-limit", "file", found=entry.size, most=most))
        return self._read(entry, voice)

    def _read(self, entry: Entry, voice: str) -> _Probed:
        try:
            said = self.layout.description.of(voice)
            with with_header(self.layout.open(entry.path), entry.path, said.pcm) as file:
                if said.pcm is None and is_raw(file.read(HEAD_BYTES), entry.path):
                    hints = tuple(filter(None, (said.voice, said.model, said.provider)))
                    return _Probed(fault=fault("raw-pcm", **about(file, entry.path, hints)))
                file.seek(0)
                sha256, info = digest(file)
                return _Probed(info or isolated.pool(self.layout.limits).header(file, sha256))
        except DecoderLost as error:
            return _Probed(passing=f"it could not be read: {error}")
        except DecodeError as error:
            return _Probed(fault=fault("unreadable-audio", "read", why=str(error)))
        except OSError as error:
            why = str(error.strerror or error)
            if is_passing(error):
                return _Probed(passing=f"it cannot be opened ({why})")
            return _Probed(fault=fault("unreadable-audio", "open", why=why))

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
        for found in draft.faults:
            yield intake(found, clip=clip)
        if draft.row is None:
            yield intake(fault("unlabelled-audio"), clip=clip)
        elif not draft.row.faults:
            for found in lint(clip.text, self.layout.limits.label_chars):
                yield intake(found, clip=clip)
        if result is not None and result.fault:
            yield intake(result.fault, clip=clip)
        for said in clip.audio.faults if clip.audio else ():
            yield intake(fault("damaged-audio", fault=said), clip=clip)
        if draft.entry:
            yield from self._about_name(draft.entry, clip)
        if draft.row and clip.audio:
            yield from _about_duration(draft.row.duration_s, clip, clip.audio)

    def _about_name(self, entry: Entry, clip: Clip) -> Iterator[Finding]:
        if not entry.refused and (reason := odd_reason(entry.path.rpartition("/")[2])):
            yield intake(fault("odd-name", "file", path=Path(entry.path), why=reason), clip=clip)
        if twins := self.layout.tree.twins(entry):
            others = tuple(Path(twin.path) for twin in twins[:_TWINS_NAMED])
            found = fault("name-collision", "twins", path=Path(entry.path), others=others)
            yield intake(found, clip=clip)


def _in_turn(
    pool: ThreadPoolExecutor, probe: Callable[[T], _Probed], items: Iterable[T]
) -> Iterator[_Probed]:
    """As the pool's map, with so many that wait."""
    waiting: deque[Future[_Probed]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(probe, item))
            if len(waiting) >= _WAITING:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def _about_duration(said_s: float | None, clip: Clip, audio: AudioInfo) -> Iterator[Finding]:
    if said_s is None or audio.duration_s <= 0:
        return
    off_s = abs(said_s - audio.duration_s)
    bound_s = max(_SAME_DURATION_S, _SAME_DURATION_SHARE * audio.duration_s)
    if off_s > bound_s:
        said = fault("duration-mismatch", said_s=f"{said_s:.2f}", found_s=f"{audio.duration_s:.2f}")
        yield intake(said, clip=clip, value=off_s, bound=bound_s, unit="s")


def _within(probed: dict[str, _Probed], hours: float) -> Iterator[tuple[str, _Probed]]:
    """The files in their order; those that begin after so many hours of audio are not decoded."""
    held_s = 0.0
    for path, found in probed.items():
        if found.audio is not None and held_s >= hours * 3600:
            yield path, _Probed(fault=fault("over-limit", "hours", most=hours))
            continue
        held_s += found.audio.duration_s if found.audio else 0.0
        yield path, found


def _duplicates(clips: Iterable[Clip]) -> Iterator[Finding]:
    """Clips that an earlier one makes needless; those with a label come first."""
    by_path: dict[str, Clip] = {}
    by_bytes: dict[str, Clip] = {}
    for clip in sorted(clips, key=lambda c: c.row == UNLABELLED_ROW):
        if clip.path and (first := by_path.setdefault(clip.path, clip)) is not clip:
            yield intake(fault("duplicate-row", first=_place(first)), clip=clip)
        elif clip.audio and (first := by_bytes.setdefault(clip.audio.sha256, clip)) is not clip:
            same = fault("duplicate-audio", path=Path(first.path), first=_place(first))
            yield intake(same, clip=clip)


def _place(clip: Clip) -> Phrase:
    where = "no label row" if clip.row == UNLABELLED_ROW else f"row {clip.row + 1}"
    return (
        say("{where} of {voice}", where=where, voice=Name(clip.voice)) if clip.voice else say(where)
    )


def refused(entry: Entry) -> Fault:
    """That a file was not opened, and why."""
    return fault(entry.rule, "refused", path=Path(entry.path), why=entry.refused)
