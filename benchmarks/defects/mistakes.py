"""Kokoro's own mistakes: texts that its front end misreads, so that the label is not what is said.

They are planted defects of their own kind: such a clip must not be accepted. The phonemes that
espeak-ng gives tell that they are misread, so that one voice of the language says each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.defects.clean import of_line
from benchmarks.defects.judge import judge
from benchmarks.defects.measure import as_clean, measure, submission
from benchmarks.defects.speech import make, mistaken
from scorers.base import Scorer
from selection.policy import Policy


@dataclass(frozen=True)
class Mistake:
    """A text that is misread, and what became of the clip."""

    language: str
    text: str
    heard: str
    verdict: str
    reasons: str


def mistakes(
    folder: Path, scorers: tuple[Scorer, ...], policy: Policy, work: Path
) -> Sequence[Mistake]:
    """Speak the texts where they are missing, measure and judge them, all voices by themselves."""
    clips = [of_line(line, folder / line.path) for line in make(mistaken(), folder)]
    rows: dict[str, int] = {}
    good = []
    for clip in clips:
        rows[clip.voice] = rows.get(clip.voice, -1) + 1
        good.append(as_clean(clip, rows[clip.voice]))
    measure(submission(good, work), scorers, work, "Kokoro's own mistakes")
    table, _ = judge(good, [], scorers, policy, work)
    heard = table["transcript"] if "transcript" in table else [""] * len(table)
    return [
        Mistake(
            str(row["language"]),
            str(row["text"]),
            str(said),
            str(row["verdict"]),
            str(row["reasons"]),
        )
        for row, said in zip(table.to_dict("records"), heard, strict=True)
    ]
