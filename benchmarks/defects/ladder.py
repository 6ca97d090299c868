"""Does the score of a clip fall with the strength of what is done to it?

The same clips take each strength in turn, each in its own place among the clean clips of its voice:
only the strength differs. All scorers measure them, the recogniser where something happens to the
words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.defects.clean import Clean, by_voice
from benchmarks.defects.figures import tau
from benchmarks.defects.judge import judge
from benchmarks.defects.kinds import Kind
from benchmarks.defects.measure import as_clean, as_spoilt, measure, submission
from scorers.base import Scorer
from selection.policy import Policy

PER_VOICE = 1
VOICES = 6
APART = 5


@dataclass(frozen=True)
class Ladder:
    """Scores of one defect.

    Args:
        scores: a row per clip, a column per strength from weak to strong.
        clean: mean score of the same clips as they are.
    """

    scores: pd.DataFrame
    clean: float

    @property
    def means(self) -> tuple[float, ...]:
        """Mean score at each strength."""
        return tuple(float(mean) for mean in self.scores.mean())

    @property
    def tau(self) -> float:
        """Kendall's tau-b between strength and falling mean score."""
        return tau(self.means)

    @property
    def tau_of_a_clip(self) -> float:
        """Median over the clips of each one's own tau-b, 0 where nothing moves."""
        return float(np.median(np.nan_to_num([tau(row) for row in self.scores.to_numpy()])))


Ladders = Mapping[str, Ladder]


def climb(
    clean: Sequence[Clean],
    kinds: Sequence[Kind],
    scorers: tuple[Scorer, ...],
    policy: Policy,
    store: Path,
) -> Ladders:
    """One clip of each of six voices at every strength of every graded defect.

    Args:
        clean: all clips of the voices, measured.
        kinds: those without grades are left out.
        scorers: all of them.
        policy: whose weights count.
        store: of the measurements.
    """
    voices = dict(list(by_voice(clean).items())[:VOICES])
    good = [as_clean(c, i) for clips in voices.values() for i, c in enumerate(clips)]
    found: dict[str, Ladder] = {}
    for number, kind in enumerate(k for k in kinds if k.graded):
        mine = tuple(s for s in scorers if s.name != "asr" or "asr" in kind.scorers)
        steps = [
            as_spoilt(source, clips.index(source), kind, strength)
            for clips in voices.values()
            for source in _sources(clips, number)
            for strength in kind.strengths
        ]
        measure(submission(steps, store), mine, store, f"ladder of {kind.name}")
        clear, spoilt = judge(good, steps, mine, policy, store, spoilt_share=0.0)
        of = {p.clip.clip_id: p.source.digest for p in (*good, *steps)}
        spoilt["source"] = spoilt["clip_id"].map(of)
        scores = spoilt.pivot(index="source", columns="strength", values="score")
        as_is = clear["score"][clear["clip_id"].map(of).isin(scores.index)]
        found[kind.name] = Ladder(scores[list(kind.strengths)], float(as_is.mean()))
    return found


def _sources(clips: Sequence[Clean], first: int) -> list[Clean]:
    bulk = [c for c in clips if c.bulk]
    count = min(PER_VOICE, len(bulk))
    apart = min(APART, len(bulk) // max(1, count))
    return [bulk[(first + apart * i) % len(bulk)] for i in range(count)]
