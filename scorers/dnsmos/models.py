"""The DNSMOS networks: taken from the `speechmos` package, never from the network."""

import hashlib
import importlib.util
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_path

from clips.errors import ScoringError

P808 = "DNSMOS/model_v8.onnx"
P835 = "DNSMOS/sig_bak_ovr.onnx"
# where torchmetrics looks, under its DNSMOS folder -> (where speechmos keeps it, sha256)
MODELS = {
    P808: (
        "dnsmos_models/model_v8.onnx",
        "9246480c58567bc6affd4200938e77eef49468c8bc7ed3776d109c07456f6e91",
    ),
    P835: (
        "dnsmos_models/sig_bak_ovr.onnx",
        "269fbebdb513aa23cddfbb593542ecc540284a91849ac50516870e1ac78f6edd",
    ),
    "pDNSMOS/sig_bak_ovr.onnx": (
        "pdnsmos_models/sig_bak_ovr.onnx",
        "9e3a197449ca2177f0997afec3bd6b890117ce2f17b89d6eea7fa0d47272c81c",
    ),
}
DIGEST = hashlib.sha256("".join(sha for _, sha in MODELS.values()).encode()).hexdigest()[:8]

# P.835: the frames go in here, and the last pooling and all that follows it take this
_FRAMES = "mos_estimator_logpow/concat:0"
_POOLED_TWICE = "mos_estimator_logpow/conv2d_5/Relu:0"
# Of the 64 channels of its second convolution 23 never come above 0, where the ReLU behind begins:
# of 222 clips with speech, noise and made-up signals the highest of them is at -0.04, the lowest of
# the others at 1.66. Without them nothing changes but the work. 16 are left out: libraries compute
# 16 channels at once.
_SILENT = ("conv2d_1", (2, 4, 8, 12, 21, 22, 29, 30, 31, 33, 34, 36, 38, 40, 41, 42))
_HEARS = "conv2d_2"


@dataclass(frozen=True)
class Onnx:
    """The networks as ONNX files in memory; every one takes and gives one float32 array.

    Args:
        trunk: of P.835, ``(n, frames, 320)`` to ``(n, 32, frames / 4, 40)``: all but 0.3 % of its
            work, convolutions with nothing that looks at a window as a whole, less those channels
            that never say anything.
        head: of P.835, ``(n, 32, 225, 40)`` to ``(n, 3)``.
        p808: ``(n, 900, 120)`` to ``(n, 1)``.
    """

    trunk: bytes
    head: bytes
    p808: bytes


def installed() -> Path:
    """The folder of the speechmos package.

    Raises:
        ScoringError: it is missing, or ships other networks.
    """
    spec = importlib.util.find_spec("speechmos")
    if spec is None or spec.origin is None:
        raise ScoringError("DNSMOS needs the speechmos package. Run: pip install 'tenhours[score]'")
    folder = Path(spec.origin).parent
    for name in MODELS:
        read(name, folder)
    return folder


def read(name: str, source: Path) -> bytes:
    """One network as it stands in the speechmos package.

    Raises:
        ScoringError: the file is missing or is another.
    """
    origin, sha = MODELS[name]
    content = (source / origin).read_bytes() if (source / origin).is_file() else b""
    if hashlib.sha256(content).hexdigest() != sha:
        raise ScoringError(
            f"DNSMOS needs {origin} of the speechmos package with sha256 {sha[:8]}...; "
            f"{source} does not have it. Run: pip install --force-reinstall speechmos==0.0.1.1"
        )
    return content


def networks() -> Onnx:
    """The two networks that are asked, that of P.835 cut in two.

    Raises:
        ScoringError: as `installed`.
    """
    import onnx

    source = installed()
    whole = onnx.load_from_string(read(P835, source))
    _leave_out(whole)
    return Onnx(
        trunk=_cut(whole, (_FRAMES, (None, None, 320)), (_POOLED_TWICE, (None, 32, None, 40))),
        head=_cut(
            whole, (_POOLED_TWICE, (None, 32, None, 40)), (whole.graph.output[0].name, (None, 3))
        ),
        p808=read(P808, source),
    )


Tensor = tuple[str, tuple[int | None, ...]]


def _cut(model: Any, start: Tensor, end: Tensor) -> bytes:
    """What lies between two tensors (name and shape, ``None`` for any size) as a model.

    The nodes of an ONNX graph stand in the order of computing, here with nothing beside the path.
    """
    from onnx import TensorProto, helper

    nodes = list(model.graph.node)
    first = next(i for i, node in enumerate(nodes) if start[0] in node.input)
    last = next(i for i, node in enumerate(nodes) if end[0] in node.output)
    part = nodes[first : last + 1]
    used = {name for node in part for name in node.input}
    graph = helper.make_graph(
        part,
        "part",
        [helper.make_tensor_value_info(start[0], TensorProto.FLOAT, start[1])],
        [helper.make_tensor_value_info(end[0], TensorProto.FLOAT, end[1])],
        [weights for weights in model.graph.initializer if weights.name in used],
    )
    made = helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
    return bytes(made.SerializeToString())


def _leave_out(model: Any) -> None:
    """Take the silent channels out of the convolution and out of the one that hears them."""
    from onnx import numpy_helper

    silent, channels = _SILENT
    weights = {w.name: w for w in model.graph.initializer}
    for name, axis in (
        (f"{silent}/kernel:0", 0),
        (f"{silent}/bias:0", 0),
        (f"{_HEARS}/kernel:0", 1),
    ):
        kept = np.delete(numpy_helper.to_array(weights[name]), channels, axis)
        weights[name].CopyFrom(numpy_helper.from_array(kept, name))
    del model.graph.value_info[:]  # what shapes were


def provide(folder: Path | None = None, source: Path | None = None) -> Path:
    """Lay the networks out as torchmetrics expects them and return that folder.

    torchmetrics would download them on first use; `speechmos` ships the same files. What already
    lies in the folder is kept when its sha256 is right and replaced when it is not.

    Args:
        folder: where to put them; by default ``dnsmos`` in the user's cache of tenhours.
        source: the folder of the speechmos package; by default the installed one.

    Raises:
        ScoringError: speechmos is missing, ships other files, or the folder cannot be written.
    """
    folder = folder or user_cache_path("tenhours") / "dnsmos"
    source = source or installed()
    for name, (_, sha) in MODELS.items():
        target = folder / name
        if target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == sha:
            continue
        try:
            _write(read(name, source), target)
        except OSError as fault:
            raise ScoringError(
                f"DNSMOS networks cannot be written to {folder} ({fault.strerror}). "
                "Point XDG_CACHE_HOME at a folder that can be written."
            ) from fault
    return folder


def _write(content: bytes, target: Path) -> None:
    """Write beside the target and rename, so that no other process sees half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
