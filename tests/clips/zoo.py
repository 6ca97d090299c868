"""The zoo: bad inputs, each with the finding that it must give.

``python -m tests.clips.zoo FOLDER`` builds every case below FOLDER, reads it and prints one line of
JSON per case. The tests run it in a process of its own, so that a crash shows as a missing line.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clips.errors import SubmissionError
from clips.sniff import is_audio
from clips.submission import read_submission
from clips.tree import is_clutter
from tests.clips.build import DESCRIPTION, labels, tone

VOICE = "VOICE_A_NEUTRAL"
REFUSED = "SubmissionError"
_OTHER_LABELS = frozenset(
    {".csv", ".tsv", ".list", ".jsonl", ".json", ".scp", ".txt", ".lab", ".parquet"}
)


@dataclass(frozen=True)
class Case:
    """One bad input.

    Args:
        name: unique name.
        spoil: changes the correct submission in a folder; returns the path to read.
        expected: rule that must be among the findings, or `REFUSED`.
    """

    name: str
    spoil: Callable[[Path], Path | None]
    expected: str


def build(case: Case, folder: Path) -> Path:
    """Make a correct submission of two clips and spoil it."""
    root = folder / "sub"
    for number in range(2):
        tone(root / VOICE / f"{number}.wav", 0.2, seed=number)
    rows = [{"audio_file": f"{n}.wav", "text": ("First.", "Second.")[n]} for n in range(2)]
    labels(root / VOICE / "labels.json", {"samples": rows})
    (root / "submission.toml").write_text(DESCRIPTION, encoding="utf-8")
    return case.spoil(root) or root


def count_rows(root: Path) -> int | None:
    """Rows of all labels.json, counted without the reader; None where another format is used."""
    total = 0
    for path in root.rglob("*"):
        if path.name.lower() == "labels.json" and path.is_file() and not path.is_symlink():
            if path.stat().st_size > 500_000:
                return None  # refused as a whole
            try:
                value = json.loads(path.read_text(encoding="utf-8-sig"))
            except (ValueError, RecursionError, OSError):
                continue
            groups = value.values() if isinstance(value, dict) else [value]
            total += sum(len(group) for group in groups if isinstance(group, list))
        elif path.suffix in _OTHER_LABELS:
            return None
    return total


def audio_on_disk(root: Path) -> list[str]:
    """Every name that ends like audio, links and devices too."""
    found = []
    for folder, folders, files in os.walk(os.fsencode(root)):
        here = Path(os.fsdecode(folder))
        names = [os.fsdecode(name) for name in (*files, *folders)]
        for name in names:
            if (here / name).is_dir() and not (here / name).is_symlink():
                continue
            path = os.fsencode((here / name).relative_to(root))
            text = path.decode("utf-8", "backslashreplace")
            if is_audio(text) and not is_clutter(text):
                found.append(text)
    return sorted(found)


def examine(case: Case, folder: Path) -> dict[str, Any]:
    """Build and read one case."""
    folder.mkdir(parents=True)
    path = build(case, folder)
    outside = sorted(str(p) for p in folder.iterdir())
    result: dict[str, Any] = {"name": case.name, "expected": case.expected}
    try:
        found = read_submission(path)
    except SubmissionError as error:
        result |= {"rules": [REFUSED], "sentences": [str(error)]}
    else:
        result |= {
            "rules": [finding.rule for finding in found.findings],
            "sentences": [finding.sentence for finding in found.findings],
            "clips": len(found.clips),
            "rows": sum(clip.row >= 0 for clip in found.clips),
            "known": sorted(
                {c.path or f"{c.voice}/{c.audio_file}".removeprefix("/") for c in found.clips}
            ),
            "texts": [clip.text for clip in found.clips],
        }
    result["peak_mib"] = _peak_mib()
    if path.is_dir() and "clips" in result:
        result |= {"rows_on_disk": count_rows(path), "audio_on_disk": audio_on_disk(path)}
    result["written"] = sorted(set(map(str, folder.iterdir())) - set(outside))
    return result


def _peak_mib() -> float:
    """Most memory held so far; `ru_maxrss` would count what the parent held when it forked."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


def cases() -> list[Case]:
    from tests.clips import zoo_archives, zoo_audio, zoo_labels, zoo_paths

    return [*zoo_labels.CASES, *zoo_audio.CASES, *zoo_paths.CASES, *zoo_archives.CASES]


def main() -> None:
    folder = Path(sys.argv[1])
    wanted = sys.argv[2:]
    for number, case in enumerate(cases()):
        if not wanted or case.name in wanted:
            print(json.dumps(examine(case, folder / f"{number:03d}")), flush=True)


if __name__ == "__main__":
    main()
