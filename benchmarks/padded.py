"""Whisper base at the cost of large-v3-turbo: the same transcripts, the larger one's arithmetic.

    python -m benchmarks.padded FOLDER [--asr-model base]

Writes a model for faster-whisper. Layers and columns of zeros are added until an encoded position
and a decoded token take as many multiplications as they do in large-v3-turbo; what is added adds
nothing to a sum, so that everything heard stays what base hears. For figures of speed where the
larger model cannot be had. Prints `key = value` lines.
"""

import argparse
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from scorers.asr.models import find_model

# of CTranslate2's binary format 6, ctranslate2/specs/model_spec.py
FORMAT = 6
KINDS = {0: "f4", 1: "i1", 2: "i2", 3: "i4", 4: "f2"}
POSITIONS = 1500


@dataclass(frozen=True)
class Shape:
    """What the arithmetic of a Whisper follows from: layers, width and size of the vocabulary."""

    encoder: int
    decoder: int
    width: int
    words: int

    def of_a_position(self) -> int:
        """Multiplications for one of 1,500 encoded positions, the decoder's keys and values too."""
        layer = 12 * self.width**2 + 2 * POSITIONS * self.width
        return self.encoder * layer + self.decoder * 2 * self.width**2

    def of_a_token(self) -> int:
        """Multiplications for one decoded token."""
        layer = 14 * self.width**2 + 2 * POSITIONS * self.width
        return self.decoder * layer + self.width * self.words


# https://huggingface.co/openai/whisper-large-v3-turbo/blob/main/config.json
TURBO = Shape(encoder=32, decoder=4, width=1280, words=51_866)
Variables = dict[str, npt.NDArray[np.generic]]


@dataclass(frozen=True)
class Model:
    """A file of CTranslate2: arrays by name, and other names for some of them."""

    spec: str
    revision: int
    variables: Variables
    aliases: dict[str, str]

    def shape(self) -> Shape:
        words, width = self.variables["decoder/embeddings/weight"].shape
        return Shape(self._layers("encoder"), self._layers("decoder"), width, words)

    def _layers(self, side: str) -> int:
        ends = {n.split("/")[1] for n in self.variables if n.startswith(f"{side}/layer_")}
        return len(ends - {"layer_norm"})


def read(path: Path) -> Model:
    """Raises ValueError where the file is of another format."""
    with path.open("rb") as file:
        (version,) = _numbers(file, "I")
        if version != FORMAT:
            raise ValueError(f"{path}: format {version}; {FORMAT} is known")
        spec, (revision, count) = _text(file), _numbers(file, "II")
        variables = dict(_variable(file) for _ in range(count))
        (count,) = _numbers(file, "I")
        return Model(spec, revision, variables, {_text(file): _text(file) for _ in range(count)})


def write(model: Model, path: Path) -> None:
    kinds = {np.dtype(kind): number for number, kind in KINDS.items()}
    with path.open("wb") as file:
        file.write(struct.pack("<I", FORMAT) + _packed(model.spec))
        file.write(struct.pack("<II", model.revision, len(model.variables)))
        for name, array in model.variables.items():
            file.write(_packed(name) + struct.pack(f"<B{array.ndim}I", array.ndim, *array.shape))
            file.write(struct.pack("<BI", kinds[array.dtype], array.nbytes) + array.tobytes())
        file.write(struct.pack("<I", len(model.aliases)))
        for alias, name in model.aliases.items():
            file.write(_packed(alias) + _packed(name))


def pad(model: Model, to: Shape) -> Model:
    """The model with the arithmetic of a larger one, and its own results.

    Its encoder gets as many layers; those added give zero, which is added to what comes in. The
    feed-forward networks are widened by units that weigh nothing, for all that is left.
    """
    of = model.shape()
    deep = replace(of, encoder=max(of.encoder, to.encoder))
    variables = dict(model.variables)
    for name, array in model.variables.items():
        if name.startswith("encoder/layer_0/"):
            silent = "linear_1/" in name
            for layer in range(of.encoder, deep.encoder):
                added = np.zeros_like(array) if silent else array
                variables[name.replace("layer_0", f"layer_{layer}", 1)] = added
    wanted = {
        "encoder": (to.of_a_position() - deep.of_a_position(), deep.encoder),
        "decoder": (to.of_a_token() - deep.of_a_token(), deep.decoder),
    }
    for side, (missing, layers) in wanted.items():
        units = max(0, round(missing / layers / (2 * of.width)))
        for layer in range(layers):
            _widen(variables, f"{side}/layer_{layer}/ffn", units)
    return replace(model, variables=variables)


def _widen(variables: Variables, ffn: str, units: int) -> None:
    into, out = f"{ffn}/linear_0", f"{ffn}/linear_1"
    variables[f"{into}/weight"] = np.pad(variables[f"{into}/weight"], ((0, units), (0, 0)))
    variables[f"{into}/bias"] = np.pad(variables[f"{into}/bias"], (0, units))
    variables[f"{out}/weight"] = np.pad(variables[f"{out}/weight"], ((0, 0), (0, units)))


def _numbers(file: BinaryIO, kinds: str) -> tuple[int, ...]:
    return struct.unpack(f"<{kinds}", file.read(struct.calcsize(f"<{kinds}")))


def _text(file: BinaryIO) -> str:
    (length,) = _numbers(file, "H")
    return file.read(length)[:-1].decode()


def _packed(text: str) -> bytes:
    return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"


def _variable(file: BinaryIO) -> tuple[str, npt.NDArray[np.generic]]:
    name, (rank,) = _text(file), _numbers(file, "B")
    shape = _numbers(file, "I" * rank)
    kind, size = _numbers(file, "BI")
    return name, np.frombuffer(file.read(size), f"<{KINDS[kind]}").reshape(shape)


def padded(model: str, folder: Path) -> Iterator[tuple[str, object]]:
    """Write the padded model; give what it is as names and values."""
    source = Path(find_model(model).path)
    folder.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        if file.name != "model.bin":
            shutil.copy(file, folder)
    base = read(source / "model.bin")
    large = pad(base, TURBO)
    write(large, folder / "model.bin")
    yield "gib", round((folder / "model.bin").stat().st_size / 2**30, 2)
    yield "times_base_a_position", round(TURBO.of_a_position() / base.shape().of_a_position(), 1)
    yield "times_base_a_token", round(TURBO.of_a_token() / base.shape().of_a_token(), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--asr-model", default="base")
    options = parser.parse_args()
    for name, value in padded(options.asr_model, options.folder):
        print(f"{name} = {value}")


if __name__ == "__main__":
    main()
