"""A multilingual Whisper of random weights in faster-whisper's format: hears nothing, works as one.

For tests that need a recogniser and no truth. It is small, seeded, and ends each transcript after
a word, so that decoding is fast. The tokenizer is that of a real model.
"""

import atexit
import functools
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
from ctranslate2.specs import WhisperSpec

from scorers.asr.models import find_model

WIDTH, MELS, CONTEXT, FRAMES = 64, 80, 448, 1500
END_OF_TEXT = 50257

Weights = npt.NDArray[np.float32]
# of weights whose last part of the name does not tell it
SHAPES = {
    "conv1/weight": (WIDTH, MELS, 3),
    "conv2/weight": (WIDTH, WIDTH, 3),
    "self_attention/linear_0/weight": (3 * WIDTH, WIDTH),
    "/attention/linear_1/weight": (2 * WIDTH, WIDTH),
    "ffn/linear_0/weight": (4 * WIDTH, WIDTH),
    "ffn/linear_1/weight": (WIDTH, 4 * WIDTH),
}


@functools.cache
def random_model() -> Path:
    """The folder of such a model, made once a session and deleted at its end."""
    folder = Path(tempfile.mkdtemp(prefix="random-whisper-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return make(folder, Path(find_model("base").path))


def make(folder: Path, base: Path, seed: int = 0) -> Path:
    """Write the model into a folder, with tokenizer and vocabulary of the Whisper in `base`."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = json.loads((base / "vocabulary.json").read_text(encoding="utf-8"))
    spec = WhisperSpec(1, 2, 1, 2)
    spec.register_vocabulary(vocabulary)
    for name, value in json.loads((base / "config.json").read_text(encoding="utf-8")).items():
        setattr(spec.config, name, value)
    spec.config.alignment_heads = [[0, 0]]
    fill(spec, np.random.default_rng(seed), len(vocabulary))
    spec.validate()
    spec.optimize(quantization="float32")
    spec.save(str(folder))
    shutil.copy(base / "tokenizer.json", folder)
    return folder


def fill(spec: WhisperSpec, rng: np.random.Generator, vocabulary: int) -> None:
    """Random weights; what leads from the last layer to the end of a text is strong."""

    def random(*shape: int) -> Weights:
        return rng.normal(0, shape[-1] ** -0.5, shape).astype(np.float32)

    to_the_end = random(WIDTH) * WIDTH**0.5
    embeddings = random(vocabulary, WIDTH)
    embeddings[END_OF_TEXT] = to_the_end
    for name in spec.variables():
        part = name.rpartition("/")[2]
        if part in ("gamma", "beta"):
            _set(spec, name, np.full(WIDTH, part == "gamma", np.float32))
        elif part == "weight":
            shape = next((s for end, s in SHAPES.items() if name.endswith(end)), (WIDTH, WIDTH))
            _set(spec, name, random(*shape))
    _set(spec, "decoder/layer_norm/beta", to_the_end)
    _set(spec, "decoder/embeddings/weight", embeddings)
    _set(spec, "decoder/projection/weight", embeddings)
    spec.encoder.position_encodings.encodings = random(FRAMES, WIDTH)
    spec.decoder.position_encodings.encodings = random(CONTEXT, WIDTH)


def _set(spec: WhisperSpec, name: str, value: Weights) -> None:
    *path, last = name.split("/")
    for step in path:
        kind, _, number = step.rpartition("_")
        spec = getattr(spec, step) if hasattr(spec, step) else getattr(spec, kind)[int(number)]
    setattr(spec, last, value)
