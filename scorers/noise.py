"""How clean a clip sounds: DNSMOS, speech over noise, and the level of the quiet between words."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clips.columns import Column
from scorers import vad
from scorers.base import Measure, Measured, Part, Row, Samples, Unmeasurable, Utterance
from scorers.dnsmos_models import DIGEST, provide
from scorers.levels import is_silent
from scorers.rows import each
from scorers.snr import FLOOR_HIGH_DB, SNR_HIGH_DB, SNR_LOW_DB, noise_floor_dbfs, snr_db

DNSMOS_RATE_HZ = 16_000
SHORTEST_S = 0.1

_P835 = "DNSMOS P.835 (Reddy et al. 2022), torchmetrics, not personalised"
_MOS_COLUMNS = (
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
_LEVEL_COLUMNS = (
    Column(
        "snr_db",
        "dB",
        "higher",
        SNR_LOW_DB,
        SNR_HIGH_DB,
        "Speech over the noise between words.",
        "Frame energies within and without speech (Silero VAD)",
    ),
    Column(
        "noise_floor_dbfs",
        "dBFS",
        "lower",
        -120.0,
        FLOOR_HIGH_DB,
        "Level of the quietest tenth of the clip outside speech.",
        "10th percentile of the 20 ms frames without speech",
    ),
)


@dataclass(frozen=True)
class Noise:
    """DNSMOS, signal-to-noise ratio and noise floor, all of the mean over channels.

    A clip under 0.1 s is unmeasurable. A silent one has a noise floor but neither SNR nor DNSMOS.
    DNSMOS is what Microsoft's own code gives: a clip is repeated until it passes 9.01 s, then
    9.01 s windows at every second are averaged, which leaves up to 2 s of a longer clip's end
    unseen. It hears level: the same clip quieter has another score.

    Args:
        threads: processor threads for the networks; the numbers do not depend on it. One, because
            a run scores on several processes.
    """

    threads: int = 1
    name: str = "noise"
    columns: tuple[Column, ...] = (*_MOS_COLUMNS, *_LEVEL_COLUMNS)
    depends_on: frozenset[Part] = frozenset({"audio"})

    @property
    def version(self) -> str:
        return f"{vad.version(2)}-{DIGEST}"

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
        if utterance.duration_s < SHORTEST_S:
            return Unmeasurable(f"shorter than {SHORTEST_S} s")
        audio, rate = utterance.mono, utterance.rate_hz
        floor = noise_floor_dbfs(audio, rate, utterance.speech)
        judged = [column.name for column in self.columns if column.name != "noise_floor_dbfs"]
        if is_silent(audio):
            return Measured(
                {**dict.fromkeys(judged), "noise_floor_dbfs": floor},
                reasons=dict.fromkeys(judged, "silence"),
            )
        numbers = [*mos(utterance.at(DNSMOS_RATE_HZ)), snr_db(audio, rate, utterance.speech)]
        return Measured(
            {**dict(zip(judged, numbers, strict=True)), "noise_floor_dbfs": floor},
        )
