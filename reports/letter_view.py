"""What a letter to a contributor holds, ready to be written in any form."""

from dataclasses import dataclass

from clips.numbers import count, duration, with_unit


@dataclass(frozen=True)
class Line:
    """One clip under one cause.

    Args:
        row: of the label file, from 1; 0 for a file without a label.
        what: what value and bound do not say.
        remedy: where it is another than that of the item.
    """

    voice: str
    file: str
    row: int
    verdict: str
    what: str
    value: float | None
    bound: float | None
    unit: str
    remedy: str

    @property
    def measured(self) -> str:
        return _figure(self.value, self.unit)

    @property
    def limit(self) -> str:
        return _figure(self.bound, self.unit)


@dataclass(frozen=True)
class Item:
    """One thing to mend and where: a cause with its clips, or what is said of a whole.

    Args:
        also: what it shows as besides, in words.
        lost: length of its clips that are not accepted, in hours.
        alone: of them, what has no other cause.
    """

    rule: str
    headline: str
    remedy: str
    verdict: str
    lines: tuple[Line, ...]
    also: tuple[str, ...] = ()
    lost: float = 0.0
    alone: float = 0.0

    @property
    def figures(self) -> str:
        """How many clips and seconds, in words."""
        clips = sum(bool(line.file) for line in self.lines)
        parts = [count(clips, "clip")] if clips else []
        if self.lost:
            parts.append(f"{duration(self.lost)} of audio")
        if self.alone and self.alone < self.lost:
            parts.append(f"{duration(self.alone)} of it for nothing else")
        return ", ".join(parts)

    @property
    def title(self) -> str:
        """What is wrong, and how often."""
        return f"{self.headline.rstrip('.')}: {self.figures}" if self.figures else self.headline


@dataclass(frozen=True)
class Part:
    """What is said of one submission; hours by verdict."""

    title: str
    clips: int
    accepted: int
    review: int
    rejected: int
    whole: tuple[Item, ...]
    causes: tuple[Item, ...]
    notes: tuple[Item, ...]


@dataclass(frozen=True)
class Voice:
    """One voice over all submissions of the letter, in hours; ``missing`` to the least it needs."""

    voice: str
    offered: float
    accepted: float
    review: float
    rejected: float
    missing: str


@dataclass(frozen=True)
class Letter:
    """All that a contributor is told.

    Args:
        minimum: hours that a voice needs.
        policy: its name and the beginning of its digest.
    """

    pseudonym: str
    created: str
    minimum: float
    policy: str
    voices: tuple[Voice, ...]
    parts: tuple[Part, ...]


def _figure(value: float | None, unit: str) -> str:
    return "" if value is None else with_unit(value, unit)
