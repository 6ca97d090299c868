"""What a choice is worth to a model: the same small one is trained on each and tried.

    python -m benchmarks.downstream --speech FOLDER --voice V [--texts FILE] [--clips N]
                                    [--steps N]

One voice of Kokoro says every English text, as in `benchmarks.selection`. Every eighth clip is held
out; of the rest a quarter of the hours is chosen by what clips add, by score and at random. Each
choice trains a convolutional acoustic model of the same size for the same number of steps: phonemes
-> durations -> mel spectrogram, with the length of the clip told, since nothing aligns phonemes
here. The figure is the mel-cepstral distortion of held-out clips in dB (Kubichek 1993) along the
best path (DTW); less is better. Differences are of the same clips, averaged over the seeds; their
95 % interval is a bootstrap over the clips. Prints ``key = value`` lines.
"""

import argparse
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import librosa
import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.fft
import soundfile
import torch
from torch import Tensor, nn

from benchmarks.kokoro import RATE_HZ
from benchmarks.selection import chosen, everything, measured, prepared
from selection.policy import load_policy

Floats = npt.NDArray[np.float32]

HOP, WINDOW, BINS, CEPSTRA = 480, 1_200, 80, 13
WIDTH, LAYERS, BATCH, RATE = 96, 4, 8, 2e-3
HELD_OUT, SEEDS, DRAWS = 8, 3, 2_000
WAYS = ("coverage", "score", "random")


@dataclass(frozen=True)
class Spoken:
    """A clip to learn from.

    Args:
        phonemes: ``(p,)`` numbers, from 1; silence at both ends.
        mel: ``(frames, BINS)`` natural logarithm, normalised by the voice.
    """

    phonemes: Tensor
    mel: Tensor


class Block(nn.Module):
    """A convolution over time with what came in added."""

    def __init__(self) -> None:
        super().__init__()
        self.convolve = nn.Conv1d(WIDTH, WIDTH, 5, padding=2)
        self.norm = nn.LayerNorm(WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        """``(batch, time, WIDTH)`` as it came."""
        heard: Tensor = self.norm(self.convolve(x.mT).mT)
        return x + torch.relu(heard)


class Acoustic(nn.Module):
    """Phonemes and a length -> mel spectrogram.

    Durations are shares of the length. A frame is a mixture of the phonemes near it, with a
    Gaussian of learned width around the middle of each (Donahue et al. 2020, EATS).
    """

    def __init__(self, symbols: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(symbols + 1, WIDTH, padding_idx=0)
        self.encode = nn.Sequential(*(Block() for _ in range(LAYERS - 1)))
        self.duration = nn.Linear(WIDTH, 1)
        self.spread = nn.Parameter(torch.tensor(1.0))
        self.decode = nn.Sequential(*(Block() for _ in range(LAYERS)), nn.Linear(WIDTH, BINS))

    def forward(self, phonemes: Tensor, frames: Tensor) -> Tensor:
        """``(batch, p)`` numbers, 0 beyond the end, and ``(batch,)`` -> ``(batch, t, BINS)``."""
        there = phonemes > 0
        encoded = self.encode(self.embed(phonemes))
        share = nn.functional.softplus(self.duration(encoded)[..., 0]) * there
        share = share / share.sum(1, keepdim=True) * frames[:, None]
        middle = share.cumsum(1) - share / 2
        at = torch.arange(int(frames.max()))[None, :, None] + 0.5
        near = -((at - middle[:, None, :]) ** 2) * self.spread.exp().reciprocal()
        near = near.masked_fill(~there[:, None, :], -math.inf).softmax(-1)
        mel: Tensor = self.decode(near @ encoded)
        return mel


def log_mel(path: Path) -> Floats:
    """``(frames, BINS)``, natural logarithm of the magnitude."""
    samples, rate = soundfile.read(path, dtype="float32")
    assert rate == RATE_HZ
    power = librosa.feature.melspectrogram(
        y=samples, sr=rate, n_fft=WINDOW, hop_length=HOP, n_mels=BINS, power=1.0
    )
    return np.asarray(np.log(np.maximum(power.T, 1e-4)), np.float32)


def distortion(one: Floats, two: Floats) -> float:
    """Mel-cepstral distortion in dB along the best path, without the level."""
    cepstra = [
        scipy.fft.dct(mel, norm="ortho", axis=1)[:, 1 : CEPSTRA + 1] / math.sqrt(BINS / 2)
        for mel in (one, two)
    ]
    costs, path = librosa.sequence.dtw(cepstra[0].T, cepstra[1].T)
    return float(10 / math.log(10) * math.sqrt(2) * costs[-1, -1] / len(path))


def batched(clips: Sequence[Spoken]) -> tuple[Tensor, Tensor, Tensor]:
    """Phonemes, lengths and mels, filled up with zeros."""
    frames = torch.tensor([len(clip.mel) for clip in clips])
    pad = nn.utils.rnn.pad_sequence
    return (
        pad([clip.phonemes for clip in clips], batch_first=True),
        frames,
        pad([clip.mel for clip in clips], batch_first=True),
    )


def trained(clips: Sequence[Spoken], symbols: int, steps: int, seed: int) -> Acoustic:
    """A model after so many steps."""
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    model = Acoustic(symbols)
    optimiser = torch.optim.Adam(model.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for _ in range(steps):
        some = chance.choice(len(clips), BATCH, replace=len(clips) < BATCH)
        phonemes, frames, mel = batched([clips[i] for i in some])
        inside = torch.arange(mel.shape[1])[None, :] < frames[:, None]
        loss = (model(phonemes, frames) - mel).abs()[inside].mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
    return model.eval()


def compared(voice: pd.DataFrame, speech: Path, steps: int) -> Iterator[str]:
    """Train and measure all ways."""
    policy = load_policy()
    voice = prepared(voice.sort_values("clip_id"), policy)
    mels = {clip: log_mel(speech / clip) for clip in voice["clip_id"]}
    every = np.concatenate(list(mels.values()))
    mean, spread = every.mean(0), every.std(0) + 1e-3
    numbers = {sign: i for i, sign in enumerate(sorted(set("".join(voice["phonemes"]))), 2)}

    def spoken(rows: pd.DataFrame) -> list[Spoken]:
        return [
            Spoken(
                torch.tensor([1, *(numbers[sign] for sign in said), 1]),
                torch.from_numpy((mels[clip] - mean) / spread),
            )
            for clip, said in zip(rows["clip_id"], rows["phonemes"], strict=True)
        ]

    held = np.arange(len(voice)) % HELD_OUT == 0
    test, offered = spoken(voice[held]), voice[~held]
    yield f"clips = {len(voice)}\nheld_out = {len(test)}\nsteps = {steps}"
    found: dict[str, npt.NDArray[np.float64]] = {}
    for way in WAYS:
        by_seed = []
        for seed in range(SEEDS):
            rows = offered[chosen(offered, policy, way, seed)]
            model = trained(spoken(rows), len(numbers) + 1, steps, seed)
            if way == WAYS[0] and not seed:
                yield f"parameters = {sum(p.numel() for p in model.parameters())}"
            with torch.no_grad():
                said = [model(*batched([clip])[:2])[0].numpy() * spread + mean for clip in test]
            real = [clip.mel.numpy() * spread + mean for clip in test]
            by_seed.append([distortion(a, b) for a, b in zip(said, real, strict=True)])
            yield f"{way}.seed_{seed}.clips = {len(rows)}"
            yield f"{way}.seed_{seed}.mcd_db = {np.mean(by_seed[-1]):.3f}"
        found[way] = np.mean(by_seed, axis=0)
        yield f"{way}.mcd_db = {found[way].mean():.3f}"
    for other in WAYS[1:]:
        difference = found[WAYS[0]] - found[other]
        draws = np.random.default_rng(0).choice(difference, (DRAWS, difference.size)).mean(1)
        low, high = np.quantile(draws, (0.025, 0.975))
        yield f"coverage_against_{other} = {difference.mean():+.3f} ({low:+.3f} to {high:+.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--speech", type=Path, required=True, help="folder of Kokoro's clips")
    parser.add_argument("--voice", required=True)
    parser.add_argument("--texts", type=Path, help="more texts, one a line")
    parser.add_argument("--clips", type=int, help="at most")
    parser.add_argument("--steps", type=int, default=500)
    given = parser.parse_args()
    wanted = everything([given.voice], given.texts, given.clips)
    voice = measured(wanted, given.speech, given.speech / "selection.parquet")
    for line in compared(voice, given.speech, given.steps):
        print(line, flush=True)


if __name__ == "__main__":
    main()
