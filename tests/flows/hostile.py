"""The zoo through `score` and `gate` to their outputs, one line of JSON for each case.

``python -m tests.flows.hostile FOLDER`` runs in a process of its own, so that a crash shows as a
missing line; the last one has the most memory that it or a process below it held.
"""

import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

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
        begun = time.monotonic()
        with silent():
            ended = code(command, path, *options)
        seconds = time.monotonic() - begun
        there = {p.name: BEFORE.encode() == p.read_bytes() for p in out.iterdir() if p.is_file()}
        old, new = ({n for n, is_old in there.items() if is_old is each} for each in (True, False))
        result[command] = {"code": ended, "old": sorted(old), "new": sorted(new), "s": seconds}
    return result


@contextlib.contextmanager
def watched_memory() -> Iterator[dict[str, int]]:
    """Peak memory in KiB of this process and of each below it, by its own count (`VmHWM`).

    `ru_maxrss` would count what a parent held when it forked.
    """
    peaks: dict[str, int] = {}
    over = threading.Event()

    def look() -> None:
        me = psutil.Process()
        for process in (me, *me.children(recursive=True)):
            with contextlib.suppress(OSError, psutil.Error):
                told = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
                found = [line for line in told.splitlines() if line.startswith("VmHWM:")]
                if found:  # a process that ends has none
                    peaks[str(process.pid)] = int(found[0].split()[1])

    def keep_looking() -> None:
        while not over.wait(0.1):
            look()

    thread = threading.Thread(target=keep_looking)
    thread.start()
    try:
        yield peaks
        look()
    finally:
        over.set()
        thread.join()


def main() -> None:
    folder, *names = Path(sys.argv[1]), *sys.argv[2:]
    with watched_memory() as peaks:
        for number, case in enumerate(cases()):
            if not names or case.name in names:
                told = examine(case, folder / f"{number:03d}", folder / "store")
                print(json.dumps(told), flush=True)
        isolated.close()
        isolated_labels.close()
    print(json.dumps({"name": "memory", "mib": max(peaks.values()) / 1024}), flush=True)


if __name__ == "__main__":
    main()
