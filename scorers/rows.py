"""A scorer that looks at one clip at a time."""

from collections.abc import Callable, Sequence

from scorers.base import Measure, Row, Utterance


def each(row: Callable[[Utterance], Row]) -> Measure:
    """The measuring function that answers clip by clip: no clip can sway another's numbers."""

    def measure(utterances: Sequence[Utterance]) -> list[Row]:
        return [row(utterance) for utterance in utterances]

    return measure
