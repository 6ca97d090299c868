"""How good a clip sounds: DNSMOS."""

from dataclasses import dataclass

import numpy as np

from clips.columns import Column
from scorers.base import Measure, Measured, Part, Row, Unmeasurable, Utterance
from scorers.dnsmos.engines import PRECISIONS, Score, load
from scorers.dnsmos.models import DIGEST
from scorers.dnsmos.windows import RATE_HZ
from scorers.rows import each, too_little

SHORTEST_S = 0.1

_P835 = "DNSMOS P.835 (Reddy et al. 2022), not personalised"
_COLUMNS = (
    Column("dnsmos_sig", "MOS", "higher", 1, 5, "How undistorted the speech sounds.", _P835),
    Column("dnsmos_bak", "MOS", "higher", 1, 5, "How free of noise the background sounds.", _P835),
    Column("dnsmos_ovrl", "MOS", "higher", 1, 5, "How good the clip sounds overall.", _P835),
    Column(
        "dnsmos_p808",
        "MOS",
        "higher",
        1,
        5,
        "How good the clip sounds overall, by the older network.",
        "DNSMOS P.808 (Reddy et al. 2021)",
    ),
)


@dataclass(frozen=True)
class Dnsmos:
    """The four scores of DNSMOS, of the mean over channels.

    A clip under 0.1 s and a silent one are unmeasurable. The numbers are what Microsoft's own code
    gives: a clip is repeated until it passes 9.01 s, then 9.01 s windows at every second are
    averaged, which leaves up to 2 s of a longer clip's end unseen. It hears level: the same clip
    quieter has another score.

    Args:
        engine: as `scorers.dnsmos.engines.resolve` gives it. Scores of ``torchmetrics`` and
            ``onnxruntime`` agree within 0.001, those of ``openvino`` within 0.03.
    """

    engine: str = "onnxruntime"
    name: str = "dnsmos"
    columns: tuple[Column, ...] = _COLUMNS
    depends_on: frozenset[Part] = frozenset({"audio"})

    @property
    def version(self) -> str:
        return f"4-{self.engine}{PRECISIONS[self.engine]}-{DIGEST}"

    def load(self, device: str) -> Measure:
        """Load the networks.

        Raises:
            ScoringError: the engine or the networks are not installed.
        """
        score = load(self.engine, device)
        return each(lambda utterance: self._row(utterance, score))

    def _row(self, utterance: Utterance, score: Score) -> Row:
        if reason := too_little(utterance, SHORTEST_S):
            return Unmeasurable(reason)
        mos = np.clip(score(utterance.at(RATE_HZ)), 1.0, 5.0).tolist()
        return Measured(dict(zip((c.name for c in self.columns), mos, strict=True)))
