"""Samples -> pictures of one clip: spectrogram as WebP, envelope as SVG path data."""

import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Pictures are kept under it: another one where these, or samples as they are decoded, would differ.
REVISION = "1"
WIDTH, HEIGHT = 640, 160
RANGE_DB = 75.0
_WINDOW_S = 0.032
_ENVELOPE_POINTS = 500
# Dark to light with even steps of lightness, so that equal differences in dB look alike.
_ANCHORS = (
    *((9, 11, 26), (44, 28, 88), (112, 38, 116), (182, 62, 98)),
    *((230, 116, 72), (250, 190, 104), (255, 246, 208)),
)


def _palette() -> list[int]:
    steps = np.linspace(0, len(_ANCHORS) - 1, 256)
    channels = [
        np.interp(steps, range(len(_ANCHORS)), [anchor[c] for anchor in _ANCHORS]) for c in range(3)
    ]
    return [int(v) for v in np.stack(channels, axis=1).round().astype(int).reshape(-1)]


def spectrogram_webp(samples: NDArray[np.float32], rate_hz: int) -> bytes:
    """Log-magnitude spectrogram, low frequencies at the bottom, as a small lossy WebP image.

    The frequency axis is linear up to half the rate: an early end of the spectrum is seen at once.
    The cost is bounded: at most four windows are looked at per pixel column, however long the clip.

    Args:
        samples: mono, shape ``(n_samples,)``; silence gives a dark picture, as does an empty clip.
        rate_hz: sampling rate.

    Returns:
        Bytes of an image of 640 x 160 pixels.
    """
    window = max(2 * HEIGHT, 2 ** math.ceil(math.log2(_WINDOW_S * rate_hz)))
    padded = np.nan_to_num(samples.astype(np.float32, copy=False), posinf=0.0, neginf=0.0)
    if padded.size < window:
        padded = np.pad(padded, (0, window - padded.size))
    last = padded.size - window
    per_column = min(4, max(1, math.ceil(last / WIDTH / window)))
    starts = np.linspace(0, last, WIDTH * per_column).astype(np.int64)
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[starts]
    power = np.abs(np.fft.rfft(frames * np.hanning(window).astype(np.float32), axis=1)) ** 2
    columns = power[:, 1:].reshape(WIDTH, per_column, window // 2).max(axis=1)
    edges = np.linspace(0, window // 2, HEIGHT + 1).astype(np.int64)[:-1]
    bands = np.maximum.reduceat(columns, edges, axis=1)
    level = 10 * np.log10(np.maximum(bands, 1e-12))
    shade = np.clip((level - level.max()) / RANGE_DB + 1, 0, 1) if bands.max() > 1e-9 else level * 0
    image = Image.fromarray((shade.T[::-1] * 255).round().astype(np.uint8))
    image.putpalette(_palette())
    file = io.BytesIO()
    image.convert("RGB").save(file, "WEBP", quality=35, method=4)
    return file.getvalue()


def waveform_path(samples: NDArray[np.float32]) -> str:
    """Envelope of the samples as SVG path data in a box of 1000 x 100 units.

    Full scale fills the height, so that a quiet clip looks quiet.

    Args:
        samples: mono in [-1, 1], shape ``(n_samples,)``.

    Returns:
        One closed path along the maxima and back along the minima; a flat line for no samples.
    """
    if not samples.size:
        return "M0 50h1000"
    clean = np.clip(np.nan_to_num(samples, posinf=0.0, neginf=0.0), -1, 1)
    points = min(_ENVELOPE_POINTS, clean.size)
    starts = np.arange(points) * clean.size // points
    x = np.rint(np.arange(points) * 1000 / max(points - 1, 1)).astype(int)
    upper = np.rint(50 - 50 * np.maximum.reduceat(clean, starts)).astype(int)
    lower = np.rint(50 - 50 * np.minimum.reduceat(clean, starts)).astype(int)
    # A line of no height would not be seen.
    lower = np.maximum(lower, upper + 1)
    xs, ys = np.concatenate((x, x[::-1])), np.concatenate((upper, lower[::-1]))
    steps = "".join(
        f"{dx}{dy:+d}" if i == 0 else f" {dx}{dy:+d}"
        for i, (dx, dy) in enumerate(zip(np.diff(xs), np.diff(ys), strict=True))
    )
    return f"M{xs[0]} {ys[0]}l{steps}z" if steps else f"M0 {ys[0]}h1000"
