"""The network of Distill-MOS (Stahl & Gamper, ICASSP 2025), for weights of its own package.

After `distillmos/sqa.py` of distillmos 0.9.1 (Microsoft, MIT) and the modules of xls-r-sqa 0.1.0
(Tamm, MIT) that it takes, whose names the weights have. What is left out is training, and their
dependencies on torchaudio and transformers; see scorers/distillmos/LICENSES.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

WINDOW = 122_880  # samples at 16 kHz: 7.68 s
_FRAME, _HOP = 320, 160
_CHANNELS = (64, 64, 128, 256, 256, 256)
_BINS = 4  # frequencies that the convolutions leave of 161
_POSITIONS, _WIDTH, _HEADS, _LAYERS = 384, 200, 8, 7


class Network(nn.Module):
    """Windows of speech, shape ``(n, 122880)``, each as loud as it may be -> MOS, ``(n,)``."""

    def __init__(self) -> None:
        super().__init__()
        self.cnn = _Convolutions()
        self.transformer_pool_attn = _Head()

    def forward(self, windows: Tensor) -> Tensor:
        features = self.cnn(_compressed(windows)).flatten(1, 2).transpose(1, 2)
        quality: Tensor = self.transformer_pool_attn(features)
        return 1.0 + 4.0 * quality


def _compressed(windows: Tensor) -> Tensor:
    """Complex spectrum with its magnitude to the power of 0.3, ``(n, 2, 161, 768)``."""
    ends = (_FRAME - _HOP) // 2
    spectrum = torch.stft(
        functional.pad(windows, (ends, ends), mode="reflect"),
        n_fft=_FRAME,
        hop_length=_HOP,
        win_length=_FRAME,
        window=torch.hann_window(_FRAME),
        center=False,
        return_complex=True,
    )
    parts = torch.view_as_real(spectrum)
    size = parts.square().sum(dim=-1, keepdim=True).sqrt().clip(1e-12)
    return (size**0.3 * parts / size).permute(0, 3, 1, 2)


class _Convolutions(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 2
        for i, channels in enumerate(_CHANNELS):
            stride = (2 if i else 1, 2 if i == len(_CHANNELS) - 1 else 1)
            layers += [nn.Conv2d(before, channels, 3, stride, (0, 1)), nn.LeakyReLU(0.1)]
            before = channels
        self.cnn = nn.Sequential(*layers)

    def forward(self, spectrum: Tensor) -> Tensor:
        found: Tensor = self.cnn(spectrum)
        return found


class _Head(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.norm_input = nn.BatchNorm1d(_CHANNELS[-1] * _BINS)
        self.transformer = _Transformer()
        self.norm_trans = nn.BatchNorm1d(_WIDTH)
        self.pool = _Pool()

    def forward(self, features: Tensor) -> Tensor:
        states = self.transformer(_normed(self.norm_input, features))
        pooled: Tensor = self.pool(_normed(self.norm_trans, states))
        return torch.sigmoid(pooled).squeeze(-1)


class _Transformer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(_CHANNELS[-1] * _BINS)
        self.position_encoding = _Positions()
        self.linear_proj = nn.Linear(_CHANNELS[-1] * _BINS, _WIDTH)
        layer = nn.TransformerEncoderLayer(_WIDTH, _HEADS, 2 * _WIDTH, 0.0, batch_first=True)
        self.transformer_encoder = nn.TransformerEncoder(layer, _LAYERS, enable_nested_tensor=False)

    def forward(self, features: Tensor) -> Tensor:
        states = self.linear_proj(_normed(self.norm, features))
        found: Tensor = self.transformer_encoder(states + self.position_encoding.pe)
        return found


class _Positions(nn.Module):
    pe: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("pe", torch.zeros(1, _POSITIONS, _WIDTH))


class _Pool(nn.Module):
    """Attention over time, then one number (NISQA's pooling)."""

    def __init__(self) -> None:
        super().__init__()
        self.linear1 = nn.Linear(_WIDTH, 2 * _WIDTH)
        self.linear2 = nn.Linear(2 * _WIDTH, 1)
        self.linear3 = nn.Linear(_WIDTH, 1)

    def forward(self, states: Tensor) -> Tensor:
        share = self.linear2(self.linear1(states).relu()).transpose(1, 2).softmax(dim=2)
        found: Tensor = self.linear3((share @ states).squeeze(1))
        return found


def _normed(norm: nn.Module, states: Tensor) -> Tensor:
    found: Tensor = norm(states.transpose(1, 2)).transpose(1, 2)
    return found


def starts(n_samples: int) -> list[int]:
    """Where windows begin, no more than cover the clip: the original's rule with a hop of a window.

    >>> starts(1000), starts(122_880), starts(160_000)
    ([0], [0], [0, 37120])
    """
    beyond = max(0, n_samples - WINDOW)
    last = math.ceil(beyond / WINDOW)
    return [beyond * i // last for i in range(last + 1)] if last else [0]
