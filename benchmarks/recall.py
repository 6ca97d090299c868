"""What a changed normaliser or policy costs where all that models said is stored.

    python -m benchmarks.recall [STORE] [SUBMISSION] [--asr-model NAME] [--clips N]

STORE is where `tenhours score` kept the measurements of the submission: the user's cache and the
example where not given.
Its clips are repeated, each time as audio of another digest with the same answers and measurements,
until there are N of them; such audio does not exist, so that none can be opened. Then every label
is compared anew, as after a change of the normaliser, and all is judged. Prints `key = value`
lines; the goal is 5 s for 2,000 clips.
"""

import argparse
import hashlib
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from unittest import mock

from benchmarks.chosen import by_policy
from benchmarks.speed import EXAMPLE
from clips.submission import read_submission
from clips.table import Clip
from flows.answers import keep, known, recall
from flows.evidence import gather
from flows.files import default_store
from flows.plan import key, plan
from flows.store import Store
from scorers.base import Scorer
from selection.decide import decide
from selection.policy import load_policy


def renamed(clip: Clip, n: int) -> Clip:
    """The clip with other audio, which nobody has."""
    assert clip.audio is not None
    sha256 = hashlib.sha256(f"{clip.audio.sha256} {n}".encode()).hexdigest()
    audio = replace(clip.audio, sha256=sha256)
    return replace(clip, audio_file=f"{n}.wav", row=n, audio=audio)


def hand_on(
    pairs: Sequence[tuple[Clip, Clip]], scorers: Sequence[Scorer], store: Store, to: Store
) -> None:
    """Store of each second clip what is stored of the first."""
    answers = known([old for old, _ in pairs], scorers, store)
    keep(to, {n.audio.sha256: answers[o.audio.sha256] for o, n in pairs if o.audio and n.audio}, {})
    for scorer in scorers:
        rows = dict(store.rows(scorer, {key(scorer, old) for old, _ in pairs}))
        keys = [(key(scorer, old), key(scorer, new)) for old, new in pairs]
        to.write(scorer, {new: rows[old] for old, new in keys if old in rows})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("store", nargs="?", type=Path, default=default_store())
    parser.add_argument("submission", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--asr-model", default="base")
    parser.add_argument("--clips", type=int, default=2000)
    options = parser.parse_args()
    submission = read_submission(str(options.submission))
    scorers, store = by_policy(None, options.asr_model), Store(options.store)
    stored = [c for c in submission.clips if c.audio and not plan([c], scorers, store).batches]
    if not stored:
        raise SystemExit(f"{options.store} has no clip of {options.submission} in whole")
    pairs = [(c, renamed(c, n)) for n in range(options.clips) for c in [stored[n % len(stored)]]]
    clips = tuple(new for _, new in pairs)
    with tempfile.TemporaryDirectory() as folder:
        copy = Store(Path(folder))
        hand_on(pairs, scorers, store, copy)
        with mock.patch("scorers.asr.scorer.REVISION", "another"):
            changed = by_policy(None, options.asr_model)
            begin = time.process_time()
            recall(clips, changed, copy)
            compared = time.process_time()
            left = plan(clips, changed, copy).measured
            evidence, _ = gather(replace(submission, clips=clips), changed, copy, {})
            gathered = time.process_time()
            decision = decide(replace(evidence, fingerprints={}), load_policy())
            end = time.process_time()
    print(f"clips = {len(clips)}\nto_be_measured = {left}")
    print(f"accepted = {int((decision.clips['verdict'] == 'accept').sum())}")
    print(f"compare_s = {compared - begin:.1f}\ngather_s = {gathered - compared:.1f}")
    print(f"decide_s = {end - gathered:.1f}\nin_all_s = {end - begin:.1f}")


if __name__ == "__main__":
    main()
