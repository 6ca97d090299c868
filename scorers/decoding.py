"""decoding: whether a clip decodes, and what its samples say against its header."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from clips.columns import Column
from scorers.base import Measure, Measured, Part, Row, Utterance

NAME = "decoding"


@dataclass(frozen=True)
class Decoding:
    """The length of what was decoded. A clip that does not decode has a null and the reason."""

    name = NAME
    version = "2"
    columns = (
        Column("decoded_s", "s", "neither", 0.0, None, "Length of the decoded audio.", "decoder"),
    )
    depends_on: ClassVar[frozenset[Part]] = frozenset({"audio"})

    def load(self, device: str) -> Measure:
        def measure(utterances: Sequence[Utterance]) -> list[Row]:
            return [Measured({"decoded_s": u.duration_s}, {"faults": u.faults}) for u in utterances]

        return measure
