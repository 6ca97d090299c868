"""What a rule is, and the order of verdicts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from clips.table import Level
from clips.words import Param, Phrase

Verdict = Literal["accept", "review", "reject"]
Weight = Literal["note", "review", "reject"]
Parks = Literal["", "parked", "low priority"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)  # from the best to the worst
WORST_FIRST: tuple[Weight, ...] = get_args(Weight)[::-1]
SEVERITY: Mapping[str, int] = {
    **{verdict: rank for rank, verdict in enumerate(VERDICTS)},
    **{weight: rank for rank, weight in enumerate(get_args(Weight))},
}
SUBMISSION: tuple[Level, ...] = ("submission",)
VOICE: tuple[Level, ...] = ("voice",)
CLIP: tuple[Level, ...] = ("clip",)
Said = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be found, declared once. Rules on a measured column are in the policy.

    Args:
        id: as in every table and in a policy.
        scope: levels that it is found at.
        verdict: what it does to a clip where the policy says nothing else.
        about: what it means, in one line that holds for every finding.
        says: the sentence, a template as `clips.words.Phrase` has it; where it is found in several
            ways, the sentence of each, alone or with a remedy of its own. ``{file}``, ``{voice}``,
            ``{value}`` and ``{bound}`` are those of the finding.
        remedy: what the contributor can do, a template too.
        parks: ``"parked"`` where nothing of the voice is selected whatever its clips are worth,
            ``"low priority"`` where the submission's priority falls too.
        of_a_part: above the level of a clip and yet about some file or row of many, so that the
            rest is worth what it is.
        ours: about the run or its recogniser, so that a contributor has nothing to mend.
    """

    id: str
    scope: tuple[Level, ...]
    verdict: Weight
    about: str
    says: str | Mapping[str, Said]
    remedy: str
    parks: Parks = ""
    of_a_part: bool = False
    ours: bool = False

    @property
    def forms(self) -> tuple[str, ...]:
        """Names of its sentences."""
        return ("",) if isinstance(self.says, str) else tuple(self.says)

    def words(self, form: str = "", /, **params: Param) -> Phrase:
        """What a finding says.

        Args:
            form: which of several sentences.
            params: what the sentence is filled with.

        Raises:
            KeyError: there is no such form.
        """
        told = self.says if isinstance(self.says, str) else self.says[form]
        says, remedy = (told, self.remedy) if isinstance(told, str) else told
        return Phrase(says, remedy, tuple(params.items()))


def about(rules: Iterable[Rule]) -> dict[str, str]:
    """Rule id -> what it means."""
    return {rule.id: rule.about for rule in rules}


def by_id(*groups: Iterable[Rule]) -> dict[str, Rule]:
    """Rules by their id, in order.

    Raises:
        ValueError: two have one id.
    """
    rules = [rule for group in groups for rule in group]
    found = {rule.id: rule for rule in rules}
    if len(found) < len(rules):
        raise ValueError("a rule is declared twice")
    return found
