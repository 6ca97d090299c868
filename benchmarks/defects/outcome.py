"""What a run came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from benchmarks.defects.figures import Alarms, Recall, alarms, recalls
from benchmarks.defects.kinds import Kind
from benchmarks.defects.ladder import Ladders
from benchmarks.defects.mistakes import Mistake
from benchmarks.defects.references import References
from benchmarks.defects.whole import Caught
from clips.columns import Column
from flows.policies import every_column

DECLARED: Mapping[str, Column] = every_column()


@dataclass(frozen=True)
class Part:
    """One split of one source.

    Args:
        name: such as ``"kokoro reported"``.
        clean: decided clean clips, by all scorers.
        heard: the same by what is said of labels alone.
        edited: decided clips with edited labels, by what is said of labels alone.
        baseline: kind -> clean clips decided by that kind's scorers alone.
        spoilt: kind -> decided planted clips.
    """

    name: str
    clean: pd.DataFrame
    heard: pd.DataFrame
    edited: pd.DataFrame = field(default_factory=pd.DataFrame)
    baseline: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    spoilt: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def alarms(self) -> list[Alarms]:
        """Verdicts on the clean clips, by source."""
        return alarms(self.clean)

    def recalls(self, kind: Kind) -> list[Recall]:
        """What was caught of a kind, by strength; empty where it was not planted."""
        if kind.label and not self.edited.empty:
            return recalls(self.heard, self.edited, kind, DECLARED[kind.column])
        if kind.name not in self.spoilt:
            return []
        clean, spoilt = self.baseline[kind.name], self.spoilt[kind.name]
        return recalls(clean, spoilt, kind, DECLARED[kind.column])


@dataclass(frozen=True)
class Outcome:
    """All parts of a run.

    Args:
        parts: by name.
        kinds: every defect.
        whole: what was caught of a whole submission.
        ladders: defect -> scores of the same clips at every strength.
        references: differences from other programs.
        mistakes: of Kokoro's own, and what became of them.
        recogniser: that everything was heard by.
        seconds: that it took.
    """

    parts: Mapping[str, Part]
    kinds: tuple[Kind, ...]
    whole: tuple[Caught, ...]
    ladders: Ladders
    references: References
    mistakes: Sequence[Mistake]
    recogniser: str
    seconds: float

    def save(self, work: Path) -> None:
        """Write WORK/PART/clips.parquet with the truth, for `tenhours calibrate`."""
        rules = {kind.name: ";".join(kind.rules) for kind in self.kinds}
        for name, part in self.parts.items():
            folder = work / "scored" / name.replace(" ", "-")
            folder.mkdir(parents=True, exist_ok=True)
            table = pd.concat([part.clean, part.edited, *part.spoilt.values()], ignore_index=True)
            table["decision"] = table["kind"].map(lambda kind: "reject" if kind else "accept")
            table["rules"] = table["kind"].map(lambda kind: rules.get(kind, ""))
            table["row"] = range(len(table))
            table.to_parquet(folder / "clips.parquet", index=False)
            truth = ["voice", "audio_file", "row", "decision", "rules", "kind", "strength"]
            table[truth].to_csv(folder / "truth.csv", index=False)
