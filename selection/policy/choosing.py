"""How many hours of a voice, which of its clips, what is mixed and what the gate lets pass."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from selection.policy.base import Points, Positive, Share, Table

TERMS = ("diphones", "words", "kinds", "quality")


class Budget(Table):
    """Hours per voice: what is selected at most and what a voice needs at least."""

    hours_per_voice: Positive
    minimum_hours: Points


class Term(Table):
    """One thing that a selection is worth having.

    Args:
        weight: against the other terms; 0 leaves it out.
        why: one sentence why it counts so much.
    """

    weight: Points
    why: str


class LengthShare(Table):
    """Clips of some length that are served first, so that they get their share of the budget.

    Args:
        share: of the seconds, at least, where the voice has as many.
        from_tokens: shortest label, in phoneme tokens.
        below_tokens: the labels are shorter than this; any length where left out.
        why: one sentence why.
    """

    share: Share
    from_tokens: Annotated[int, Field(ge=0)] = 0
    below_tokens: Annotated[int, Field(ge=1)] | None = None
    why: str


class Floor(Table):
    """How good a selection is at least, against the choice of the best ranks.

    Shares are served before it is asked for, and may keep it from being reached.

    Args:
        column: measured, higher is better.
        below_score: its mean over the selected clips is at most so much lower than by score.
        why: one sentence why.
    """

    column: str
    below_score: Points
    why: str


class Choosing(Table):
    """How the best hours of a voice are chosen from its accepted clips.

    Args:
        strategy: ``"coverage"``, by what a clip adds per second, or ``"score"``, best rank first.
        most_tokens: no label with more phoneme tokens is selected; 0 for any length.
        terms: what a selection is worth having: ``diphones``, ``words``, ``kinds`` of sentences,
            ``quality`` (the score), and measured columns, of which the voice's own spread is.
        shares: of the budget, in the order of serving.
        floor: of the mean quality; none where left out.
    """

    strategy: Literal["coverage", "score"]
    most_tokens: Annotated[int, Field(ge=0)]
    terms: dict[str, Term]
    shares: dict[str, LengthShare] = Field(default_factory=dict)
    floor: Floor | None = None

    @property
    def columns(self) -> list[str]:
        """Terms that are columns."""
        return [name for name in self.terms if name not in TERMS]

    @model_validator(mode="after")
    def _shares_fit(self) -> "Choosing":
        if (total := sum(s.share for s in self.shares.values())) > 1.0:
            raise ValueError(f"selection.shares come to {total:g}; together they must be at most 1")
        return self


class Mixing(Table):
    """What may be mixed into a voice for the public (the rule of three).

    Args:
        contributors: at least so many.
        share_below: of the whole, which no contributor's part reaches, and so no slice.
    """

    contributors: Annotated[int, Field(ge=1)]
    share_below: Annotated[float, Field(gt=0.0, le=1.0)]


class Gate(Table):
    """What `tenhours gate` lets pass."""

    max_reject_share: Share
    review_counts_as: Literal["accept", "reject"]
    min_clips: Annotated[int, Field(ge=1)]
