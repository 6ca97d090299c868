"""Clean clips: HTS speech made for the benchmark, or real clips of a folder with a manifest."""

import hashlib
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import make_example
import numpy as np
import soundfile
from tiny_whisper.grammar import sentence

from benchmarks.defects.labels import KIND_OF
from benchmarks.defects.plant import Samples

HTS = "hts"
WHISPER = "WHISPER"  # part of the name of a whispering voice
TUNING, REPORTED = "tuning", "reported"
# One DNSMOS window holds a clip of this length twice, so that most clips cost one window.
BULK_S = (4.55, 5.0)
EDGE_S = (0.12, 0.8)
AIMED_S = (4.3, 4.7)
PACE = (0.82, 1.22)
OTHER_LENGTHS = 0.06
SPARE = 1.6
MADE = 3  # revision of what is made


@dataclass(frozen=True)
class Clean:
    """A clip without a planted defect.

    Args:
        split: ``"tuning"`` or ``"reported"``.
        group: source for the tables: ``"hts"`` or a group of the manifest.
        path: audio file.
        digest: of what the audio is made of.
        bulk: planted defects are taken from these alone.
    """

    split: str
    group: str
    voice: str
    text: str
    language: str
    path: Path
    digest: str
    bulk: bool = True

    def read(self) -> tuple[Samples, int]:
        """Mono samples and their rate."""
        return _read(self.path)


def by_voice(clean: Sequence[Clean]) -> dict[str, list[Clean]]:
    """The clips of each voice, in their order."""
    voices: dict[str, list[Clean]] = {}
    for clip in clean:
        voices.setdefault(clip.voice, []).append(clip)
    return voices


@lru_cache(maxsize=64)
def _read(path: Path) -> tuple[Samples, int]:
    samples, rate = soundfile.read(path, dtype="float64")
    return (samples if samples.ndim == 1 else samples.mean(axis=1)), int(rate)


@dataclass(frozen=True)
class Speaker:
    """A colour of the HTS voice; above 1 its vocal tract is longer and its pitch lower."""

    name: str
    split: str
    stretch: float
    lufs: float
    floor_dbfs: float
    tone: str = "neutral"


SPEAKERS = (
    Speaker("T_BRIGHT", TUNING, 0.95, -20.0, -70.0),
    Speaker("T_PLAIN", TUNING, 1.03, -24.0, -76.0),
    Speaker("T_DARK", TUNING, 1.13, -22.0, -73.0),
    Speaker("T_WHISPER", TUNING, 1.06, -26.0, -75.0, "whispering"),
    Speaker("R_BRIGHTER", REPORTED, 0.92, -22.0, -74.0),
    Speaker("R_BRIGHT", REPORTED, 0.97, -25.0, -78.0),
    Speaker("R_PLAIN", REPORTED, 1.0, -23.0, -72.0),
    Speaker("R_SOFT", REPORTED, 1.06, -19.0, -75.0),
    Speaker("R_WARM", REPORTED, 1.09, -27.0, -80.0),
    Speaker("R_DARK", REPORTED, 1.16, -23.0, -70.0),
    Speaker("R_DARKER", REPORTED, 1.19, -21.0, -76.0),
    Speaker("R_WHISPER", REPORTED, 1.0, -26.0, -76.0, "whispering"),
)


def hts(work: Path, split: str, count: int) -> list[Clean]:
    """At least so many clips of a split, over its speakers, made where they are missing.

    No sentence comes twice, in neither split.
    """
    speakers = [s for s in SPEAKERS if s.split == split]
    each = -(-count // len(speakers))
    folder = work / f"{HTS}-{MADE}" / split
    clips: list[Clean] = []
    for speaker in speakers:
        # how many there are decides what each says: another count is other speech
        made = folder / speaker.name / str(each) / "said.json"
        if not made.exists():
            made.parent.mkdir(parents=True, exist_ok=True)
            made.write_text(json.dumps(_speak(speaker, each, made.parent)))
        for name, text, bulk in json.loads(made.read_text()):
            path = made.parent / name
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            clips.append(Clean(split, HTS, speaker.name, text, "en", path, digest, bulk))
    return clips


def _texts(speaker: Speaker, rng: random.Random, seen: set[str]) -> Iterator[str]:
    """Sentences that are this speaker's by their digest, with a word that can be exchanged."""
    names = [s.name for s in SPEAKERS]
    while True:
        text = sentence(rng)
        owner = int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % len(names)
        words = [w.strip(".,!?").lower() for w in text.split()]
        known = any(w in KIND_OF for w in words)
        if names[owner] == speaker.name and known and 5 <= len(words) <= 15 and text not in seen:
            seen.add(text)
            yield text


def _drafts(
    speaker: Speaker, count: int, rng: random.Random, seen: set[str]
) -> list[make_example.Clip]:
    """Sentences with paces: mostly such that the clip costs one window, others as they come."""
    drafts = []
    for text in _texts(speaker, rng, seen):
        other = rng.random() < OTHER_LENGTHS
        pace = rng.uniform(*PACE)
        if not other:
            pace = (0.058 * len(text) + 0.1) / rng.uniform(*AIMED_S)
            if not PACE[0] <= pace <= PACE[1]:
                continue
        drafts.append(make_example.Clip("clean", text, text, pace, 0.0, 0.0, 0.0, ".wav"))
        if len(drafts) == count:
            break
    return drafts


def _speak(speaker: Speaker, count: int, folder: Path) -> list[tuple[str, str, bool]]:
    rng = random.Random(f"{speaker.name} {MADE}")
    voice = make_example.Voice(
        *(speaker.name, speaker.tone, 0, speaker.stretch, speaker.lufs, (5, 15), count, ())
    )
    others = round(OTHER_LENGTHS * count)
    seen: set[str] = set()
    rows: list[tuple[str, str, bool]] = []
    while len(rows) < count:
        first = len(seen)
        drafts = _drafts(speaker, round(SPARE * count), rng, seen)
        with tempfile.TemporaryDirectory() as name:
            make_example.festival(drafts, voice, Path(name))
            for i, draft in enumerate(drafts):
                samples, short = _finished(draft, speaker, voice, Path(name) / str(i), rng)
                others -= not short
                if len(rows) == count or (not short and others < 0):
                    continue
                file = f"{first + i:04}.wav"
                pcm = make_example.pcm(samples)
                soundfile.write(folder / file, pcm, make_example.RATE, subtype="PCM_16")
                rows.append((file, draft.text, short))
    return rows


def _finished(
    draft: make_example.Clip,
    speaker: Speaker,
    voice: make_example.Voice,
    stem: Path,
    rng: random.Random,
) -> tuple[Samples, bool]:
    """The clip between its silences, in its room; and whether it costs one DNSMOS window."""
    phones = make_example.read_phones(stem.with_suffix(".lab"), speaker.stretch)
    spoken = phones[-1].end - phones[0].start
    short = BULK_S[0] - 2 * EDGE_S[1] <= spoken <= BULK_S[1] - 2 * EDGE_S[0]
    wanted = rng.uniform(*BULK_S) - spoken if short else rng.uniform(0.3, 0.9)
    rest = min(max(wanted, 2 * EDGE_S[0]), 2 * EDGE_S[1])
    lead = rest * rng.uniform(0.4, 0.6)
    lufs = speaker.lufs + rng.uniform(-3, 3)
    clip = replace(draft, lufs=lufs, lead=lead, tail=rest - lead)
    # the example's maker adds its own quiet room; this one's is a little louder
    samples = make_example.finish(clip, voice, stem, rng).samples
    room = make_example.pink(len(samples), make_example.generator(rng))
    samples = samples + room * 10 ** (speaker.floor_dbfs / 20)
    return samples * min(1.0, 0.95 / float(np.abs(samples).max())), short


def manifest(data: Path) -> list[Clean]:
    """Clean speech of a folder with a manifest.jsonl; every second voice of a group is reported.

    What the manifest calls a defect, a suspect label or no speech is left out.
    """
    rows = [json.loads(line) for line in (data / "manifest.jsonl").read_text().splitlines()]
    voices: dict[str, list[str]] = {}
    clips = []
    for row in rows:
        group, voice = str(row["group"]), str(row["voice"] or row["file"])
        if row.get("kind") != "speech" or row.get("defect") or row.get("suspect_label"):
            continue
        known = voices.setdefault(group, [])
        if voice not in known:
            known.append(voice)
        clips.append(
            Clean(
                split=(REPORTED, TUNING)[known.index(voice) % 2],
                group=group,
                voice=f"{group}/{voice}",
                text=str(row["text"] or ""),
                language=str(row["language"] or "en"),
                path=data / row["file"],
                digest=str(row["sha1"]),
                bulk=int(row["sample_rate"]) >= make_example.RATE and 3 <= row["duration_s"] <= 15,
            )
        )
    return clips


def rooms(data: Path) -> list[tuple[Samples, int]]:
    """The impulse responses of a folder with a manifest."""
    rows = [json.loads(line) for line in (data / "manifest.jsonl").read_text().splitlines()]
    return [_read(data / row["file"]) for row in rows if row.get("kind") == "rir"]


def pool(clips: Sequence[Clean]) -> list[Clean]:
    """Clips to make babble of."""
    return [clip for clip in clips if clip.bulk][:60]
