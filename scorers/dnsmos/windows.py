"""DNSMOS over a clip: Microsoft's windows, with nothing computed twice.

The network of P.835 is a trunk of convolutions, a maximum over the window, and three small layers.
Windows overlap by 8 of 9 seconds, so the trunk goes once over all of them. Only near a window's
ends, where its convolutions see zeros in place of what lies beyond, would the trunk give something
else: those few frames are computed for each window. Sums aside, which float32 rounds in another
order, the scores are those of separate windows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from scorers.base import Samples
from scorers.mel import centred_frames, mel_powers

RATE_HZ = 16_000
WINDOW_S = 9.01
WINDOW = int(WINDOW_S * RATE_HZ)
STEP = RATE_HZ
MOST = 8  # windows that go through the trunk at once: 0.3 GB

_HOP = 160
_FRAME, _FRAMES, _FRAME_STEP = 320, 900, STEP // _HOP  # of the trunk
_POOL = 4  # frames to one column of the trunk
_EDGE = 3  # columns that a window's end reaches
_STRIP = 24  # frames that these columns see
_MEL_FRAME, _MELS = 321, 120

# raw scores -> MOS, by the polynomials of Microsoft's code, highest power first
_POLYNOMIALS = (
    np.poly1d([-0.08397278, 1.22083953, 0.0052439]),
    np.poly1d([-0.13166888, 1.60915514, -0.39604546]),
    np.poly1d([-0.06766283, 1.11546468, 0.04602535]),
)

Network = Callable[[Samples], Samples]


@dataclass(frozen=True)
class Networks:
    """What `scorers.dnsmos.models.Onnx` describes, ready to be asked from any thread."""

    trunk: Network
    head: Network
    p808: Network


def scores(audio: Samples, networks: Networks) -> list[float]:
    """SIG, BAK, OVRL and P.808 MOS of a clip, each the mean over its windows.

    Args:
        audio: mono at 16 kHz, not empty.
        networks: loaded.
    """
    audio = repeated(audio)
    found = [_of_run(audio, first, count, networks) for first, count in _runs(audio.size)]
    return [float(mos) for mos in np.concatenate(found).mean(axis=0)]


def repeated(audio: Samples) -> Samples:
    """The clip, doubled until a window fits.

    >>> repeated(np.zeros(40_000, np.float32)).size
    160000
    """
    times = 1
    while audio.size * times < WINDOW:
        times *= 2
    return np.tile(audio, times)


def window_starts(n_samples: int) -> list[int]:
    """Seconds at which windows start, as Microsoft's code has them.

    Its arithmetic makes windows 7 to 23 (and some beyond the hundredth) one sample short and then
    leaves them out, and so does this: the published scores are made so.

    >>> window_starts(WINDOW), window_starts(12 * RATE_HZ), window_starts(20 * RATE_HZ)
    ([0], [0, 1, 2], [0, 1, 2, 3, 4, 5, 6])
    """
    count = int(n_samples // RATE_HZ - WINDOW_S) + 1
    return [i for i in range(count) if int((i + WINDOW_S) * RATE_HZ) - i * STEP >= WINDOW]


def _runs(n_samples: int) -> Iterator[tuple[int, int]]:
    """First window and number of windows of each row of neighbours, `MOST` at most."""
    starts = window_starts(n_samples)
    for _, row in groupby(enumerate(starts), lambda pair: pair[1] - pair[0]):
        run = [start for _, start in row]
        for i in range(0, len(run), MOST):
            yield run[i], len(run[i : i + MOST])


def _of_run(audio: Samples, first: int, count: int, networks: Networks) -> Samples:
    """Scores of neighbouring windows, shape ``(count, 4)``."""
    start = first * STEP
    part = audio[start : start + (count - 1) * STEP + WINDOW]
    raw = networks.head(_columns(part, count, networks.trunk)).astype(np.float64)
    p835 = [polynomial(raw[:, i]) for i, polynomial in enumerate(_POLYNOMIALS)]
    p808 = networks.p808(_mels(part, count))[:, 0]
    return np.stack([*p835, p808], axis=1)


def _columns(part: Samples, count: int, trunk: Network) -> Samples:
    """What the trunk makes of each window, shape ``(count, 32, 225, 40)``."""
    frames = np.lib.stride_tricks.sliding_window_view(part, _FRAME)[::_HOP]
    starts = _FRAME_STEP * np.arange(count)
    whole = trunk(np.ascontiguousarray(frames)[None])[0]
    windows = np.stack([whole[:, s // _POOL : (s + _FRAMES) // _POOL] for s in starts])
    if count > 1:
        ends = starts + _FRAMES
        windows[1:, :, :_EDGE] = trunk(_strips(frames, starts[1:]))[:, :, :_EDGE]
        windows[:-1, :, -_EDGE:] = trunk(_strips(frames, ends[:-1] - _STRIP))[:, :, -_EDGE:]
    return windows


def _strips(frames: Samples, starts: np.ndarray) -> Samples:
    return np.stack([frames[s : s + _STRIP] for s in starts])


def _mels(part: Samples, count: int) -> Samples:
    """Log mel powers of each window, shape ``(count, 900, 120)``, made once for all.

    Beyond a window's ends are zeros, so its first and last frame are its own.
    """
    frames = centred_frames(part, _MEL_FRAME, _HOP)
    starts = _FRAME_STEP * np.arange(count)
    first, last = frames[starts].copy(), frames[starts + _FRAMES - 1].copy()
    first[:, : _MEL_FRAME // 2] = 0.0
    last[:, -1] = 0.0
    powers, *ends = (mel_powers(f, RATE_HZ, _MELS) for f in (frames, first, last))
    windows = np.stack([powers[s : s + _FRAMES] for s in starts])
    windows[:, 0], windows[:, -1] = ends
    level = 10.0 * np.log10(np.maximum(windows, 1e-10))
    level -= level.max(axis=(1, 2), keepdims=True)
    return np.asarray((np.maximum(level, -80.0) + 40.0) / 40.0, dtype=np.float32)
