"""Speaker embeddings by Resemblyzer's encoder (GE2E, Wan et al. 2018), on ONNX Runtime."""

import hashlib
import io
from collections.abc import Callable
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from clips.errors import ScoringError
from scorers.base import Samples
from scorers.mel import centred_frames, mel_powers

RATE_HZ = 16_000
DIMENSIONS = 256
WEIGHTS = "resemblyzer.npz"
DIGEST = "af97c11ec6d810684b893970e6f2c6ecbc369b0a521de3d9a8b25e64d1a205f8"
_LAYERS = 3
_MELS, _WINDOW, _STEP = 40, 400, 160  # 25 ms every 10 ms
_PARTIAL = 160  # frames: 1.6 s
_PARTIAL_STEP = 77  # 1.3 partials a second
_COVERAGE = 0.75
_MEAN = "mean"
_LEVEL = 10.0 ** (-30.0 / 20.0)

Weights = dict[str, npt.NDArray[np.float32]]


def encoder() -> Callable[[Samples], Samples]:
    """Load the encoder: speech at 16 kHz to 256 numbers of length 1, whatever its level.

    Raises:
        ScoringError: the weights are missing or are others.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        _network(_weights()), options, providers=["CPUExecutionProvider"]
    )

    def embed(speech: Samples) -> Samples:
        level = np.sqrt(np.mean(np.square(speech, dtype=np.float64)))
        frames = centred_frames(_padded(speech * (_LEVEL / level)), _WINDOW, _STEP)
        mels = mel_powers(frames, RATE_HZ, _MELS)
        partials = np.stack([mels[s : s + _PARTIAL] for s in _starts(speech.size)])
        (each,) = session.run(None, {"partials": partials})
        whole = (each / np.linalg.norm(each, axis=1, keepdims=True)).mean(axis=0)
        return np.asarray(whole / np.linalg.norm(whole), dtype=np.float32)

    return embed


def centred_encoder() -> Callable[[Samples], Samples]:
    """`encoder` from the mean of many voices on: what is common to all speech tells nobody."""
    embed, mean = encoder(), _weights()[_MEAN]

    def apart(speech: Samples) -> Samples:
        found = embed(speech) - mean
        return np.asarray(found / max(float(np.linalg.norm(found)), 1e-6))

    return apart


def _network(weights: Weights) -> bytes:
    """Three LSTM layers and a layer of the last state, ``(n, 160, 40)`` to ``(n, 256)``."""
    from onnx import TensorProto, helper, numpy_helper

    nodes = [helper.make_node("Transpose", ["partials"], ["state0"], perm=[1, 0, 2])]
    held: dict[str, npt.NDArray[Any]] = {"direction": np.array([1], np.int64)}
    for i in range(_LAYERS):
        kinds = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        inward, across, *biases = (_gates(weights[f"lstm.{kind}_l{i}"]) for kind in kinds)
        held |= {f"w{i}": inward[None], f"r{i}": across[None], f"b{i}": np.hstack(biases)[None]}
        given = [f"state{i}", f"w{i}", f"r{i}", f"b{i}"]
        made = [f"states{i}", f"last{i}"]
        nodes.append(helper.make_node("LSTM", given, made, hidden_size=DIMENSIONS))
        nodes.append(helper.make_node("Squeeze", [made[0], "direction"], [f"state{i + 1}"]))
    held |= {"weight": weights["linear.weight"], "bias": weights["linear.bias"]}
    held["front"] = np.array([0], np.int64)
    nodes += [
        helper.make_node("Squeeze", [f"last{_LAYERS - 1}", "front"], ["last"]),
        helper.make_node("Gemm", ["last", "weight", "bias"], ["layer"], transB=1),
        helper.make_node("Relu", ["layer"], ["embeddings"]),
    ]
    graph = helper.make_graph(
        nodes,
        "encoder",
        [helper.make_tensor_value_info("partials", TensorProto.FLOAT, (None, _PARTIAL, _MELS))],
        [helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, (None, DIMENSIONS))],
        [numpy_helper.from_array(array, name) for name, array in held.items()],
    )
    operators = helper.make_opsetid("", 17)
    made_model = helper.make_model(graph, opset_imports=[operators], ir_version=8)
    return bytes(made_model.SerializeToString())


def _gates(weights: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The gates in ONNX's order (input, output, forget, cell) out of PyTorch's (i, f, c, o)."""
    i, f, c, o = np.split(weights, 4)
    return np.concatenate([i, o, f, c])


def _starts(n_samples: int) -> list[int]:
    """First frames of the partial utterances; the last may hang over by a quarter."""
    frames = -(-(n_samples + 1) // _STEP)
    starts = list(range(0, max(1, frames - _PARTIAL + _PARTIAL_STEP + 1), _PARTIAL_STEP))
    covered = (n_samples - starts[-1] * _STEP) / (_PARTIAL * _STEP)
    return starts[:-1] if covered < _COVERAGE and len(starts) > 1 else starts


def _padded(speech: Samples) -> Samples:
    end = (_starts(speech.size)[-1] + _PARTIAL) * _STEP
    return np.pad(speech, (0, max(0, end - speech.size))).astype(np.float32)


def _weights() -> Weights:
    try:
        packed = (resources.files("scorers") / "weights" / WEIGHTS).read_bytes()
    except OSError as fault:
        raise ScoringError(f"{WEIGHTS} is missing: install tenhours again ({fault})") from None
    if hashlib.sha256(packed).hexdigest() != DIGEST:
        raise ScoringError(f"{WEIGHTS} is not the file it should be: install tenhours again")
    with np.load(io.BytesIO(packed)) as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}
