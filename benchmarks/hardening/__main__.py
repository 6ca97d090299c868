"""Mishaps, and what the tables say afterwards.

``python -m benchmarks.hardening --flips 600`` flips bits of the store, ``--kills 30`` kills runs at
random moments, ``--inbox 300`` lets the watcher at the hostile corpus, ``--up 12`` kills parts of
``tenhours up``. It prints ``key = value``.
"""

import argparse
import os
import random
import shutil
import tempfile
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--flips", type=int, default=0)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--inbox", type=int, default=0)
    parser.add_argument("--up", type=int, default=0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    options = parser.parse_args()
    os.environ.setdefault("TENHOURS_KEY", "the key of a benchmark, 32 bytes")
    os.environ["TENHOURS_LEDGER"] = ""
    from benchmarks.hardening.flips import flips
    from benchmarks.hardening.inbox import hostile
    from benchmarks.hardening.kills import kills
    from benchmarks.hardening.unattended import unattended

    print(f"seed = {options.seed}", flush=True)
    chance = random.Random(options.seed)
    steps = (
        (flips, options.flips),
        (kills, options.kills),
        (hostile, options.inbox),
        (unattended, options.up),
    )
    for step, count in steps:
        if count:
            folder = Path(tempfile.mkdtemp())  # its removal is not for those that are forked
            for key, value in step(folder, count, chance):
                print(f"{key} = {value}", flush=True)
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
