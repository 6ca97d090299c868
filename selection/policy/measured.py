"""A rule on a column: where its bounds stand, why, and what is said beyond them."""

import math
import re
from dataclasses import replace
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, field_validator, model_validator

from clips.words import Phrase, say
from selection.policy.base import Names, Table

Side = Literal["below", "above"]
BOUNDS = ("reject_below", "review_below", "review_above", "reject_above")  # the lowest first
_BEYOND = "{says} ({column} {value}; {verdict} {side} {bound})."


class Bound(NamedTuple):
    """One bound of a rule: what a value beyond it gets, on which side, and where it stands."""

    verdict: Literal["review", "reject"]
    side: Side
    value: float


class MeasuredRule(Table):
    """Bounds on one column. A value at a bound passes; beyond it, it does not.

    Args:
        column: measured or derived column.
        unit: unit of the bounds, as declared by the column. A bound of ``inf`` or ``-inf`` is none,
            which takes off an inherited one.
        why: one sentence why the bounds stand where they do.
        says: what is wrong, in plain words, beside the value and the bound.
        remedy: what the contributor can do, as a sentence.
        unknown: verdict for a clip whose column has no value: ``"skip"`` where that is normal.
        languages: which languages it judges: those whose labels are compared word by word, or
            character by character (no spaces between words).
        graded: whether further beyond a bound is worse: a clip that starts within speech has lost
            something, and how loud it starts does not say how much.
        except_tones: tones that it does not judge, as the contributor labelled them: a word of what
            was written, in any case.
        from_s: length of a clip from which it judges.
    """

    column: str
    unit: str
    why: Annotated[str, Field(min_length=1)]
    says: str
    remedy: str
    review_below: float | None = None
    reject_below: float | None = None
    review_above: float | None = None
    reject_above: float | None = None
    unknown: Literal["skip", "review", "reject"] = "review"
    languages: Literal["all", "by-word", "by-character"] = "all"
    graded: bool = True
    except_tones: Names = ()
    from_s: Annotated[float, Field(ge=0.0)] = 0.0

    def spares(self, tone: str) -> bool:
        """Whether it does not judge a tone, such as ``"soft whisper, sad"``."""
        excepted = {one.casefold() for one in self.except_tones}
        return not excepted.isdisjoint((tone.casefold(), *re.findall(r"\w+", tone.casefold())))

    @field_validator(*BOUNDS)
    @classmethod
    def _infinite_is_none(cls, bound: float | None) -> float | None:
        if bound is not None and math.isnan(bound):
            raise ValueError("nan is no bound")
        return None if bound is None or math.isinf(bound) else bound

    @model_validator(mode="after")
    def _bounds_are_ordered(self) -> "MeasuredRule":
        given = [bound.value for bound in self.bounds]
        if self.model_fields_set.isdisjoint(BOUNDS):
            raise ValueError("a rule needs at least one bound")
        if given != sorted(given):
            raise ValueError(
                "bounds must satisfy reject_below <= review_below <= review_above <= reject_above"
                f" (found {', '.join(map(str, given))})"
            )
        return self

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """The bounds there are, the lowest first."""
        given = [(*name.split("_"), getattr(self, name)) for name in BOUNDS]
        return tuple(Bound(*bound) for bound in given if bound[-1] is not None)

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides that it has bounds on."""
        return tuple(dict.fromkeys(bound.side for bound in self.bounds))

    def at(self, side: Side) -> dict[str, float]:
        """Verdict -> bound on one side."""
        return {bound.verdict: bound.value for bound in self.bounds if bound.side == side}

    def words(self, bound: Bound) -> Phrase:
        """What is said of every clip beyond a bound; the value is that of the finding."""
        of_bound = {"verdict": bound.verdict, "side": bound.side}
        says = say(_BEYOND, says=self.says, column=self.column, **of_bound)
        # a policy's text is no template
        return replace(says, remedy=self.remedy.replace("{", "{{").replace("}", "}}"))
