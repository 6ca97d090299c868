"""Where the speech is: faster-whisper's bundled Silero VAD, made independent of level."""

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from clips.decoders import Samples

RATE_HZ = 16_000
MIN_SILENCE_S = 0.1
PAD_S = 0.03
REFERENCE_LEVEL = 0.25


@cache
def digest() -> str:
    """What tells the detector's model from another.

    The package is found and not imported; ``"none"`` where it is not installed.
    """
    spec = find_spec("faster_whisper")
    if spec is None or spec.origin is None:
        return "none"
    models = sorted((Path(spec.origin).parent / "assets").glob("*vad*.onnx"))
    return hashlib.sha256(b"".join(model.read_bytes() for model in models)).hexdigest()[:8]


def version(revision: int) -> str:
    """Version of a scorer that asks the detector: another model gives other numbers."""
    return f"{revision}-vad-{digest()}"


def speech_segments(audio: Samples) -> tuple[tuple[float, float], ...]:
    """Stretches of speech in seconds.

    The audio is brought to one level first (99th percentile of the magnitude at 0.25), so that a
    quiet clip has the same speech as the same clip louder.

    Args:
        audio: mono at 16 kHz, shape ``(n_samples,)``; empty or silent audio gives no segments.
    """
    if audio.size < RATE_HZ // 50:
        return ()
    level = float(np.percentile(np.abs(audio), 99))
    if level < 1e-5:
        return ()
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        threshold=0.5,
        neg_threshold=0.35,
        min_speech_duration_ms=50,
        min_silence_duration_ms=round(1000 * MIN_SILENCE_S),
        speech_pad_ms=round(1000 * PAD_S),
    )
    found = get_speech_timestamps(np.asarray(audio * (REFERENCE_LEVEL / level)), options)
    end = audio.size
    return tuple((s["start"] / RATE_HZ, min(s["end"], end) / RATE_HZ) for s in found)
