"""A scorer that looks at one clip at a time."""

from collections.abc import Callable, Sequence

from scorers.base import Measure, Row, Utterance
from scorers.levels import is_silent


def each(row: Callable[[Utterance], Row]) -> Measure:
    """The measuring function that answers clip by clip: no clip can sway another's numbers."""

    def measure(utterances: Sequence[Utterance]) -> list[Row]:
        return [row(utterance) for utterance in utterances]

    return measure


class OnProcessor:
    """What scorers without a model have in common: nothing is loaded, each clip is asked alone."""

    def load(self, device: str) -> Measure:
        """The measuring function; it runs on the processor whatever the device."""
        del device
        return each(self.row)

    def row(self, utterance: Utterance) -> Row:
        """Measure one clip."""
        raise NotImplementedError


def answered(**answers: float | str) -> tuple[dict[str, float | None], dict[str, str]]:
    """Values and reasons of columns; an answer in words is the reason why there is no value."""
    reasons = {name: answer for name, answer in answers.items() if isinstance(answer, str)}
    return {n: None if isinstance(a, str) else a for n, a in answers.items()}, reasons


def too_little(utterance: Utterance, shortest_s: float) -> str:
    """Why a clip holds too little to measure, ``""`` where it holds enough."""
    if utterance.duration_s < shortest_s:
        return f"shorter than {shortest_s} s"
    return "silence" if is_silent(utterance.mono) else ""
