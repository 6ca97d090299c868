"""Pictures of the clips that a report sends somebody to hear, those of the last report kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from clips.cpus import CPUS
from clips.drafts import whole
from clips.errors import DecodeError
from clips.isolated import decode
from clips.limits import Limits
from clips.submission import Submission
from clips.table import Clip
from reports.pictures import REVISION, spectrogram_webp, waveform_path
from scorers.base import Utterance

KEPT = "pictures.parquet"
_SCHEMA = pa.schema(
    [
        pa.field("audio_sha256", pa.string(), nullable=False),
        pa.field("spectrogram", pa.binary(), nullable=False),
        pa.field("waveform", pa.string(), nullable=False),
    ],
    {"revision": REVISION},
)


@dataclass(frozen=True, slots=True)
class Pictures:
    """A clip's spectrogram as WebP and its envelope as SVG path data."""

    spectrogram: bytes
    waveform: str


def pictures(
    submission: Submission, clips: Sequence[Clip], limits: Limits, folder: Path
) -> Mapping[str, Pictures]:
    """Clip id -> its pictures; what cannot be read has none.

    Args:
        submission: of the clips.
        clips: those that are shown.
        limits: what decoding may cost.
        folder: beside the report. What the last one kept there of the same audio is not drawn anew;
            what this one shows is kept in its place.
    """
    by_audio: dict[str, list[Clip]] = defaultdict(list)
    for clip in clips:
        if clip.audio:
            by_audio[clip.audio.sha256].append(clip)
    kept = _read(folder / KEPT)
    found = {audio: kept[audio] for audio in by_audio if audio in kept}
    new = {audio: alike for audio, alike in by_audio.items() if audio not in found}
    with ThreadPoolExecutor(CPUS) as pool:
        drawn = pool.map(lambda alike: _first(submission, alike, limits), new.values())
        found |= {audio: one for audio, one in zip(new, drawn, strict=True) if one}
    if found.keys() != kept.keys():
        _write(folder / KEPT, found)
    return {
        clip.clip_id: found[audio]
        for audio, alike in by_audio.items()
        if audio in found
        for clip in alike
    }


def draw(submission: Submission, clip: Clip, limits: Limits) -> Pictures | None:
    """A clip's pictures, ``None`` where its audio cannot be read or is another by now."""
    if clip.audio is None:
        return None
    try:
        with submission.open_audio(clip) as file:
            decoded = decode(file, limits, clip.audio.sha256)
    except (DecodeError, OSError):
        return None
    mono = Utterance(decoded.samples, decoded.rate_hz, "", "").mono
    return Pictures(spectrogram_webp(mono, decoded.rate_hz), waveform_path(mono))


def _first(submission: Submission, alike: Iterable[Clip], limits: Limits) -> Pictures | None:
    """Those of the first clip that can be read, of clips with the same audio."""
    return next(filter(None, (draw(submission, clip, limits) for clip in alike)), None)


def _read(path: Path) -> dict[str, Pictures]:
    """What a report kept; nothing where that was drawn otherwise or is damaged."""
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException):
        return {}
    if not table.schema.equals(_SCHEMA, check_metadata=True):
        return {}
    return {row.pop("audio_sha256"): Pictures(**row) for row in table.to_pylist()}


def _write(path: Path, found: Mapping[str, Pictures]) -> None:
    rows = [{"audio_sha256": audio, **asdict(found[audio])} for audio in sorted(found)]
    with whole(path) as unfinished:
        pq.write_table(pa.Table.from_pylist(rows, _SCHEMA), unfinished)
