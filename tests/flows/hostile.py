"""The zoo through `score` and `gate` to their outputs, one line of JSON for each case.

``python -m tests.flows.hostile FOLDER`` runs in a process of its own, so that a crash shows as a
missing line and the memory that it took is its own.
"""

import contextlib
import json
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clips import isolated, isolated_labels
from flows.cli import main as tenhours
from flows.outputs import FILES, GATE_FILES
from tests.clips.zoo import Case, build, cases
from tests.conftest import POLICY

BEFORE = "left by the run before"


def code(*arguments: object) -> int:
    try:
        tenhours([str(argument) for argument in arguments])
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return 0


@contextlib.contextmanager
def silent() -> Iterator[None]:
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        yield


def examine(case: Case, folder: Path, store: Path) -> dict[str, Any]:
    """Score one case, and gate it, into a folder that has a set of before."""
    folder.mkdir(parents=True)
    path, out = build(case, folder), folder / "out"
    options = ("--policy", POLICY, "--scorers", "loudness", "--store", store, "--out", out)
    result: dict[str, Any] = {"name": case.name, "expected": case.expected}
    for command in ("score", "gate"):
        out.mkdir(exist_ok=True)
        for name in (*FILES, *GATE_FILES):
            (out / name).write_text(BEFORE, encoding="utf-8")
        with silent():
            ended = code(command, path, *options)
        there = {p.name: BEFORE.encode() == p.read_bytes() for p in out.iterdir() if p.is_file()}
        old, new = ({n for n, is_old in there.items() if is_old is each} for each in (True, False))
        result[command] = {"code": ended, "old": sorted(old), "new": sorted(new)}
    return result


def own_peak_kib() -> int:
    """Most memory of this process; `ru_maxrss` counts what its parent had when it was started."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1])


def main() -> None:
    folder = Path(sys.argv[1])
    for number, case in enumerate(cases()):
        if not sys.argv[2:] or case.name in sys.argv[2:]:
            print(json.dumps(examine(case, folder / f"{number:03d}", folder / "store")), flush=True)
    isolated.close()
    isolated_labels.close()
    held = max(own_peak_kib(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    print(json.dumps({"name": "memory", "mib": held / 1024}), flush=True)


if __name__ == "__main__":
    main()
