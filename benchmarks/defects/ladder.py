"""Does the score of a clip fall with the strength of what is done to it?

One clip at each strength in turn takes its own place among the clean clips of its voice: only the
strength differs. All scorers measure it, the recogniser where something happens to the words: the
example's small one loses its thread over anything that it was not trained on, be it silence.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.defects.clean import Clean
from benchmarks.defects.figures import tau
from benchmarks.defects.judge import judge_each
from benchmarks.defects.kinds import Kind
from benchmarks.defects.measure import as_clean, as_spoilt, measure, submission
from scorers.base import Scorer
from selection.policy import Policy

Taus = Mapping[str, Sequence[float]]
VOICES = 5


def falls(
    clean: Sequence[Clean],
    kinds: Sequence[Kind],
    scorers: tuple[Scorer, ...],
    policy: Policy,
    store: Path,
) -> Taus:
    """Kendall's tau-b between strength and falling score, for one clip of each of five voices.

    Args:
        clean: all clips of the voices, measured.
        kinds: those without grades are left out.
        scorers: all of them.
        policy: whose weights count.
        store: of the measurements.
    """
    voices: dict[str, list[Clean]] = {}
    for clip in clean:
        voices.setdefault(clip.voice, []).append(clip)
    found: dict[str, list[float]] = {}
    good = {voice: [as_clean(c, i) for i, c in enumerate(v)] for voice, v in voices.items()}
    for number, kind in enumerate(k for k in kinds if k.graded):
        mine = tuple(s for s in scorers if s.name != "asr" or "asr" in kind.scorers)
        for voice, clips in list(voices.items())[:VOICES]:
            pool = [c for c in clips if c.bulk]
            source = pool[number % len(pool)]
            row = clips.index(source)
            steps = [as_spoilt(source, row, kind, s, clips) for s in kind.strengths]
            measure(submission(steps, store), mine, store, f"ladder of {kind.name}")
            decided = judge_each(good[voice], steps, mine, policy, store)
            score = [float(row["score"].iloc[0]) for row in decided]
            found.setdefault(kind.name, []).append(tau(score))
    return found
