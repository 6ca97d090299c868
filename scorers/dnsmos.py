"""How good a clip sounds: DNSMOS."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clips.columns import Column
from scorers.base import Measure, Measured, Part, Row, Samples, Unmeasurable, Utterance
from scorers.dnsmos_models import DIGEST, provide
from scorers.rows import each, too_little

DNSMOS_RATE_HZ = 16_000
SHORTEST_S = 0.1

_P835 = "DNSMOS P.835 (Reddy et al. 2022), torchmetrics, not personalised"
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
        "DNSMOS P.808 (Reddy et al. 2021), torchmetrics",
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
        threads: processor threads for the networks; the numbers do not depend on it. One, because
            a run scores on several processes.
    """

    threads: int = 1
    name: str = "dnsmos"
    columns: tuple[Column, ...] = _COLUMNS
    depends_on: frozenset[Part] = frozenset({"audio"})

    @property
    def version(self) -> str:
        return f"3-{DIGEST}"

    def load(self, device: str) -> Measure:
        """Lay out the networks, load them, and return the measuring function.

        Raises:
            ScoringError: the networks are not in the installed speechmos package.
        """
        folder = provide()
        import torch
        from torchmetrics.functional.audio import dnsmos

        # torchmetrics keeps its folder in a module constant and would download into it
        dnsmos.DNSMOS_DIR = str(folder)
        place = "cuda:0" if device == "cuda" else device

        def mos(audio: Samples) -> list[float]:
            scores = dnsmos.deep_noise_suppression_mean_opinion_score(
                torch.from_numpy(audio.copy()),
                DNSMOS_RATE_HZ,
                personalized=False,
                device=place,
                num_threads=self.threads,
            )
            p808, sig, bak, ovrl = np.clip(scores.numpy(), 1.0, 5.0).tolist()
            return [sig, bak, ovrl, p808]

        mos(np.zeros(DNSMOS_RATE_HZ, dtype=np.float32))

        return each(lambda utterance: self._row(utterance, mos))

    def _row(self, utterance: Utterance, mos: Callable[[Samples], list[float]]) -> Row:
        if reason := too_little(utterance, SHORTEST_S):
            return Unmeasurable(reason)
        names = [column.name for column in self.columns]
        return Measured(dict(zip(names, mos(utterance.at(DNSMOS_RATE_HZ)), strict=True)))
