"""How good a clip sounds to a second judge: Distill-MOS. Takes part where it is named."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from clips.columns import Column
from clips.errors import ScoringError
from scorers.base import Measure, Measured, Part, Row, Samples, Unmeasurable, Utterance
from scorers.packages import Packed, fetch
from scorers.packages import Part as Member
from scorers.rows import each, too_little

RATE_HZ = 16_000
SHORTEST_S = 0.1
WEIGHTS = Packed(
    "distill_mos_v7.pt",
    (Member("distillmos==0.9.1", "distillmos/weights/distill_mos_v7.pt"),),
    "b18b3ac60227267cfb91e5d00ce22cc7b73716fd92f269484da1446e27031a40",
)
_COLUMNS = (
    Column(
        *("distillmos", "MOS", "higher", 1.0, 5.0),
        "How good the clip sounds overall to a second judge, which hears clipping, drop-outs and"
        " vocoders that DNSMOS does not. Measured where the scorer distillmos is named.",
        "Distill-MOS (Stahl & Gamper 2025)",
    ),
)


@dataclass(frozen=True)
class DistillMos:
    """MOS by Distill-MOS, of the mean over channels.

    The mean over windows of 7.68 s that cover the clip: the package's own hop of a second makes a
    clip of 10 s four times as dear. It does not hear level. A clip under 0.1 s and a silent one are
    unmeasurable.
    """

    name: str = "distillmos"
    columns: tuple[Column, ...] = _COLUMNS
    depends_on: frozenset[Part] = frozenset({"audio"})

    @property
    def version(self) -> str:
        return f"1-{WEIGHTS.sha256[:8]}"

    def load(self, device: str) -> Measure:
        """Load the network, on the processor whatever the device.

        Raises:
            ScoringError: PyTorch or the weights are not here.
        """
        del device
        score = _loaded(provided())
        return each(lambda utterance: _row(utterance, score))


def provide(say: Callable[[str], object], folder: Path | None = None) -> Path:
    """The weights, fetched from the package index where they are not here.

    Args:
        say: is told what is being fetched.
        folder: by default ``distillmos`` in the user's cache of tenhours.

    Raises:
        ScoringError: they cannot be had.
    """
    folder = folder or _folder()
    if not _whole(folder / WEIGHTS.name):
        say("Fetching Distill-MOS (17 MB) from the package index")
        fetch([WEIGHTS], folder)
    return folder / WEIGHTS.name


def provided() -> Path:
    """The weights where they are here.

    Raises:
        ScoringError: they are not.
    """
    path = _folder() / WEIGHTS.name
    if not _whole(path):
        raise ScoringError(f"{path} is missing or damaged; run with --scorers distillmos once")
    return path


def _folder() -> Path:
    return user_cache_path("tenhours") / "distillmos"


def _whole(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == WEIGHTS.sha256


def _loaded(weights: Path) -> Callable[[Samples], float]:
    try:
        import torch
    except ImportError:
        raise ScoringError(
            "Distill-MOS needs PyTorch. Run: pip install 'tenhours[distillmos]'"
        ) from None
    from scorers.distillmos.network import WINDOW, Network, starts

    torch.set_num_threads(1)  # as many processes as processors measure
    network = Network()
    held = torch.load(weights, map_location="cpu", weights_only=True)
    network.load_state_dict(held["model"])
    network.eval()

    def score(audio: Samples) -> float:
        padded = np.pad(audio, (0, max(0, WINDOW - audio.size)))
        windows = np.stack([padded[s : s + WINDOW] for s in starts(audio.size)])
        windows = windows / (np.abs(windows).max(axis=1, keepdims=True) + 1e-8)
        with torch.inference_mode():
            # one by one: a batch of several rounds otherwise
            found = [float(network(torch.from_numpy(w[None]))) for w in windows.astype(np.float32)]
        return float(np.mean(found))

    return score


def _row(utterance: Utterance, score: Callable[[Samples], float]) -> Row:
    if reason := too_little(utterance, SHORTEST_S):
        return Unmeasurable(reason)
    mos = score(utterance.at(RATE_HZ))
    return Measured({_COLUMNS[0].name: min(5.0, max(1.0, mos))})
