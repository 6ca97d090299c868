"""Random bits of the store are flipped; a run after each must give the same values."""

import random
from collections.abc import Iterator
from pathlib import Path

from flows.evidence import gather
from flows.measure import Work, run_batch
from flows.plan import plan
from flows.store import Store

CHEAP = ("loudness", "artifacts", "snr")


def flips(folder: Path, count: int, chance: random.Random) -> Iterator[tuple[str, int]]:
    """Flip one random bit of the store before each of so many runs."""
    from clips.submission import read_submission
    from scorers.catalog import choose
    from tests.flows.test_watch import small

    submission = read_submission(small(folder / "sub", 3))
    scorers = choose(CHEAP, "", 1, "int8")
    store = Store(folder / "store")
    work = Work(submission.audio, scorers, store.root, "cpu")

    def run() -> str:
        for batch in plan(submission.clips, scorers, store).batches:
            run_batch(work, batch)
        evidence, details = gather(submission, scorers, store, {})
        return repr((evidence.table.to_csv(), evidence.pending, sorted(details.items())))

    undisturbed = run()
    changed = ended = found = 0
    for _ in range(count):
        part = chance.choice(sorted(store.root.glob("scores/*/*.parquet")))
        content = bytearray(part.read_bytes())
        bit = chance.randrange(8 * len(content))
        content[bit // 8] ^= 1 << bit % 8
        part.write_bytes(content)
        try:
            changed += run() != undisturbed
        except Exception:  # what ends a run is counted
            ended += 1
        for damaged in store.root.glob("scores/*/*.damaged"):
            found += 1
            damaged.unlink()
    yield from (("flips", count), ("set_aside", found))
    yield from (("runs_with_changed_values", changed), ("runs_ended", ended))
