"""Defects of a submission as a whole, in a real folder: missing, unreadable and duplicate audio."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.chosen import by_policy
from benchmarks.defects.clean import Clean
from benchmarks.defects.figures import is_right
from benchmarks.defects.measure import measure
from benchmarks.defects.plant import coded
from clips.submission import read_submission
from flows.evidence import gather
from flows.store import Store
from scorers.catalog import scorer_names
from selection.decide import decide
from selection.policy import Policy
from selection.proposal import wilson

RIGHT = {
    "missing": ("missing-audio",),
    "unreadable": ("unreadable-audio",),
    "exact duplicate": ("duplicate-audio",),
    "re-encoded duplicate": ("near-duplicate-audio",),
}
NOT_AUDIO = b"The answer was an error page.\n"


@dataclass(frozen=True)
class Caught:
    """How many clips with a defect of this kind were caught; for ``clean`` how many were not let
    pass.
    """

    kind: str
    clips: int
    caught: int

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.caught, self.clips)


def whole_submission(
    clean: Sequence[Clean], work: Path, policy: Policy, count: int
) -> tuple[Caught, ...]:
    """Write a submission with spoilt rows beside the clean ones, read it, measure and decide.

    The recogniser and DNSMOS, which tell nothing of these defects, are left out.
    """
    folder = work / "whole"
    truth = _write(clean, folder, count)
    read = read_submission(folder)
    scorers = by_policy([n for n in scorer_names() if n not in ("asr", "dnsmos")], "")
    measure(read, scorers, work, "whole submission")
    table = decide(gather(read, scorers, Store(work), {})[0], policy).clips
    found: dict[str, list[bool]] = {kind: [] for kind in ("clean", *RIGHT)}
    for row in table.to_dict("records"):
        kind = truth[row["voice"], row["audio_file"]]
        reasons = str(row["reasons"])
        bad = row["verdict"] != "accept"
        found[kind].append(bad if kind == "clean" else bad and is_right(reasons, RIGHT[kind]))
    return tuple(Caught(kind, len(hits), sum(hits)) for kind, hits in found.items())


def _write(clean: Sequence[Clean], folder: Path, count: int) -> dict[tuple[str, str], str]:
    shutil.rmtree(folder, ignore_errors=True)
    voices = list(dict.fromkeys(c.voice for c in clean))
    head = ['contributor = "Benchmark"', 'stage = "payload"', 'provider = "open models"']
    head += ['model = "Kokoro-82M"', 'license = "Apache-2.0"', 'language = "en"']
    for voice in voices:
        tone, language = next((c.tone, c.language) for c in clean if c.voice == voice)
        said = f'voice = "{voice}"\ntone = "{tone}"\nlanguage = "{language}"'
        said += "\nadult = true\nstock = true"
        head.append(f"[voices.{voice}]\n{said}")
    truth: dict[tuple[str, str], str] = {}
    for voice in voices:
        rows = [c for c in clean if c.voice == voice]
        (folder / voice).mkdir(parents=True)
        samples = []
        for i, clip in enumerate(rows):
            name = f"{i:04}.wav"
            shutil.copyfile(clip.path, folder / voice / name)
            samples.append({"audio_file": name, "text": clip.text})
            truth[voice, name] = "clean"
        each = -(-count // len(voices))
        for kind in RIGHT:
            for i, clip in enumerate(rows[:each]):
                name = f"{kind.replace(' ', '-')}-{i:04}.wav"
                _spoil(kind, clip, folder / voice / name)
                samples.append({"audio_file": name, "text": clip.text})
                truth[voice, name] = kind
        (folder / voice / "labels.json").write_text(json.dumps({"samples": samples}))
    (folder / "submission.toml").write_text("\n".join(head) + "\n")
    return truth


def _spoil(kind: str, clip: Clean, path: Path) -> None:
    if kind == "unreadable":
        path.write_bytes(NOT_AUDIO)
    elif kind == "exact duplicate":
        shutil.copyfile(clip.path, path)
    elif kind == "re-encoded duplicate":
        samples, rate = clip.read()
        back = coded("libmp3lame", 64.0)(samples, rate, np.random.default_rng(0))
        soundfile.write(path, np.clip(back, -1, 1), rate, subtype="PCM_16")
