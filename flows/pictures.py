"""Pictures of the clips that a report sends somebody to hear, each drawn once."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from clips.cpus import CPUS
from clips.errors import DecodeError
from clips.isolated import decode
from clips.limits import Limits
from clips.submission import Submission
from clips.table import Clip
from flows.answers import Table
from flows.store import Store, key_of
from reports.pictures import REVISION, spectrogram_webp, waveform_path
from scorers.base import Measured, Utterance

_TABLE = Table("pictures", REVISION)


@dataclass(frozen=True, slots=True)
class Pictures:
    """A clip's spectrogram as WebP and its envelope as SVG path data."""

    spectrogram: bytes
    waveform: str


def pictures(
    submission: Submission, clips: Sequence[Clip], limits: Limits, store: Store
) -> Mapping[str, Pictures]:
    """Clip id -> its pictures, those of the last report where the audio is the same.

    What cannot be read has none.
    """
    keys = {c.clip_id: key_of({"audio": c.audio.sha256}) for c in clips if c.audio}
    known = {
        key: Pictures(b64decode(row.details["spectrogram"]), row.details["waveform"])
        for key, row in store.rows(_TABLE, set(keys.values()))
        if isinstance(row, Measured)
    }
    new = {key: clip for clip in clips if (key := keys.get(clip.clip_id)) and key not in known}
    with ThreadPoolExecutor(CPUS) as pool:
        drawn = pool.map(lambda clip: draw(submission, clip, limits), new.values())
        made = {key: found for key, found in zip(new, drawn, strict=True) if found}
    store.write(_TABLE, {key: Measured({}, _record(found)) for key, found in made.items()})
    store.compact(_TABLE)
    known |= made
    return {clip_id: known[key] for clip_id, key in keys.items() if key in known}


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


def _record(found: Pictures) -> dict[str, str]:
    return {"spectrogram": b64encode(found.spectrogram).decode(), "waveform": found.waveform}
