"""Clean clips: speech made for the benchmark, or real clips of a folder with a manifest."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import soundfile

from benchmarks.defects import hts as festival
from benchmarks.defects import speech
from benchmarks.defects.plant import Samples
from benchmarks.defects.speech import REPORTED, TUNING
from clips.cpus import CPUS

KOKORO, HTS, DATA = "kokoro", "hts", "data"
# planted defects are taken from clips of so many seconds: some words, and few windows of DNSMOS
BULK_S = (2.2, 9.0)
RATE = 24_000


@dataclass(frozen=True)
class Clean:
    """A clip without a planted defect.

    Args:
        split: ``"tuning"`` or ``"reported"``.
        group: source for the tables: ``"kokoro"``, ``"hts"`` or a group of the manifest.
        language: BCP 47 tag.
        path: audio file.
        digest: of what the audio is made of.
        tone: as a submission describes it.
        bulk: planted defects of the audio are taken from these alone.
    """

    split: str
    group: str
    voice: str
    text: str
    language: str
    path: Path
    digest: str
    tone: str = "neutral"
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


def kokoro(folder: Path, split: str, count: int, *, lying: bool = False) -> list[Clean]:
    """The first so many lines of a split.

    Args:
        folder: of the speech; what is missing is made, in as many processes as there are cores.
        split: ``"tuning"`` or ``"reported"``.
        count: at most.
        lying: make nothing, take what lies there.
    """
    wanted = speech.lines(split)[:count]
    if not lying and any(not (folder / line.path).exists() for line in wanted):
        speak = [sys.executable, "-m", "benchmarks.defects.speech", str(folder), split]
        shares = [
            ["--count", str(count), "--part", str(n), "--parts", str(CPUS)] for n in range(CPUS)
        ]
        running = [
            subprocess.Popen([*speak, *share], stdout=subprocess.DEVNULL) for share in shares
        ]
        if max(process.wait() for process in running):
            raise RuntimeError("Kokoro could not speak; see above")
    return [of_line(line, folder / line.path) for line in wanted if (folder / line.path).exists()]


def hts(folder: Path, count: int) -> list[Clean]:
    """The first so many reported English texts by Festival, made where they are missing."""
    said = festival.lines()[:count]
    paths = [folder / HTS / f"{speaker.name}-{i:03}.wav" for i, (speaker, _) in enumerate(said)]
    missing = [i for i, path in enumerate(paths) if not path.exists()]
    festival.speak([said[i] for i in missing], [paths[i] for i in missing])
    return [
        Clean(REPORTED, HTS, speaker.name, text, "en-US", path, digest(path), bulk=_bulk(path))
        for (speaker, text), path in zip(said, paths, strict=True)
    ]


def of_line(line: speech.Line, path: Path) -> Clean:
    """The clip of a line that is spoken."""
    return Clean(
        *(line.split, KOKORO, line.voice, line.text, line.language, path, digest(path)),
        tone=line.tone,
        bulk=_bulk(path),
    )


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _bulk(path: Path) -> bool:
    return BULK_S[0] <= float(soundfile.info(path).duration) <= BULK_S[1]


# Rows of the manifest whose label is the prompt before, by CMU ARCTIC's list and by the speech
ONE_OFF = frozenset({"nat_misc_en/arctic_a0009.wav", "nat_misc_en/arctic_a0010.wav"})


def manifest(data: Path) -> list[Clean]:
    """Clean speech of a folder with a manifest.jsonl; every second voice of a group is reported.

    What the manifest calls a defect, a suspect label or no speech is left out, and `ONE_OFF`.
    """
    rows = [json.loads(line) for line in (data / "manifest.jsonl").read_text().splitlines()]
    voices: dict[str, list[str]] = {}
    clips = []
    for row in rows:
        group, voice = str(row["group"]), str(row["voice"] or row["file"])
        if row.get("kind") != "speech" or row.get("defect") or row.get("suspect_label"):
            continue
        if row["file"] in ONE_OFF:
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
                bulk=int(row["sample_rate"]) >= RATE and 3 <= row["duration_s"] <= 15,
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
