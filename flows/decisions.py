"""What the maintainer decided about the clips of a submission, for a run."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from clips.numbers import count
from clips.table import Clip
from flows.say import aside
from selection.decision_table import DECISION_COLUMNS, places, read_decisions, words_of
from selection.decisions import Decided


def decided_in(path: str | None, clips: Sequence[Clip]) -> Decided:
    """What a CSV says of a submission's clips; nothing where there is none.

    Raises:
        PolicyError: it cannot be read, is wrong, or names a clip that is not there.
    """
    if path is None:
        return Decided()
    named = pd.DataFrame(
        [(c.voice, c.audio_file, c.row, c.clip_id, c.key) for c in clips],
        columns=list(DECISION_COLUMNS[:5]),
    )
    said = read_decisions(Path(path))
    found = places(named, said)
    if gone := sum(not rows for rows in found):
        aside(
            f"{path}: {count(gone, 'decision')} left out, about clips that are not in this"
            " submission: their audio or label has changed"
        )
    return Decided(clips=words_of(named, said, found))
