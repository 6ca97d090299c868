"""Builders of small real submissions; every test makes its own files."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

DESCRIPTION = """
contributor = "Ada Example"
stage = "samples"
provider = "OpenAI"
model = "gpt-4o-realtime"
license = "Apache-2.0"
language = "en-us"

[voices.VOICE_A_NEUTRAL]
voice = "alloy"
tone = "neutral"
hours = 1
adult = true
stock = true
"""


def tone(
    path: Path,
    seconds: float = 0.5,
    rate_hz: int = 24_000,
    channels: int = 1,
    seed: int | str = 0,
    **options: Any,
) -> Path:
    """Write a tone whose pitch depends on the seed, so that files differ."""
    path.parent.mkdir(parents=True, exist_ok=True)
    at = np.arange(int(seconds * rate_hz)) / rate_hz
    pitch = 200 + 7 * (sum(seed.encode()) if isinstance(seed, str) else seed)
    samples = 0.25 * np.sin(2 * np.pi * pitch * at)
    soundfile.write(path, np.stack([samples] * channels, axis=1), rate_hz, **options)
    return path


def labels(path: Path, value: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def zstd() -> Any:
    """The module of the standard library, or the one that stands in for it before 3.14."""
    package = "compression" if sys.version_info >= (3, 14) else "backports"
    return importlib.import_module(f"{package}.zstd")
