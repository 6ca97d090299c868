"""What computes DNSMOS."""

import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from clips.cpus import CPUS
from clips.errors import ScoringError
from scorers.base import Samples
from scorers.dnsmos import models
from scorers.dnsmos.windows import RATE_HZ, Network, Networks, scores

AUTO = "auto"
PRECISIONS = {"torchmetrics": "", "onnxruntime": "", "openvino": "-bf16"}
NAMES = (AUTO, *PRECISIONS)
_FAST_BF16 = {"avx512_bf16", "amx_bf16"}

Score = Callable[[Samples], list[float]]


def resolve(engine: str) -> str:
    """The engine that a name stands for; imports nothing.

    ``auto`` is OpenVINO in bfloat16 where it is installed and the processor computes in bfloat16
    (Intel from Cooper Lake, AMD from Zen 4 on), ONNX Runtime in float32 elsewhere.

    Raises:
        ScoringError: there is no such engine, or it is not installed.
    """
    if engine not in NAMES:
        raise ScoringError(f"no DNSMOS engine {engine!r}; there are {', '.join(NAMES)}")
    if engine == AUTO:
        return "openvino" if find_spec("openvino") and computes_bf16() else "onnxruntime"
    if find_spec(engine) is None:
        extra = "score" if engine == "onnxruntime" else engine
        raise ScoringError(
            f"the DNSMOS engine {engine} is not installed. Run: pip install 'tenhours[{extra}]'"
        )
    return engine


@cache
def computes_bf16() -> bool:
    """Whether the processor has instructions for bfloat16, as Linux tells it; elsewhere no."""
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return not _FAST_BF16.isdisjoint(told.split())


def load(engine: str, device: str) -> Score:
    """The function that gives SIG, BAK, OVRL and P.808 of mono audio at 16 kHz.

    Every engine computes on one thread for each thread that asks.

    Args:
        engine: one that `resolve` gave.
        device: ``"cpu"`` or ``"cuda"``; OpenVINO stays on the processor.

    Raises:
        ScoringError: the engine or the networks are not installed.
    """
    resolve(engine)
    if engine == "torchmetrics":
        return _torchmetrics(device)
    onnx = models.networks()
    ready = _openvino(onnx) if engine == "openvino" else _onnxruntime(onnx, device)
    return lambda audio: scores(audio, ready)


def _onnxruntime(onnx: models.Onnx, device: str) -> Networks:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    gpu = "CUDAExecutionProvider"
    usable = device == "cuda" and gpu in onnxruntime.get_available_providers()
    providers = [gpu, "CPUExecutionProvider"] if usable else ["CPUExecutionProvider"]

    def network(content: bytes) -> Network:
        session = onnxruntime.InferenceSession(content, options, providers=providers)
        name = session.get_inputs()[0].name
        return lambda x: np.asarray(session.run(None, {name: x})[0])

    return Networks(network(onnx.trunk), network(onnx.head), network(onnx.p808))


def _openvino(onnx: models.Onnx) -> Networks:
    # importing openvino posts an event and writes to the home folder; without this package it has
    # a stub that does neither
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    core = openvino.Core()
    settings: dict[str, Any] = {
        "INFERENCE_PRECISION_HINT": "bf16",
        # as many streams of one thread as may ask at once
        "NUM_STREAMS": CPUS,
        "INFERENCE_NUM_THREADS": CPUS,
        "ENABLE_CPU_PINNING": False,
    }

    def network(content: bytes) -> Network:
        compiled = core.compile_model(core.read_model(content), "CPU", settings)
        # a request serves one thread at a time
        return lambda x: np.array(compiled.create_infer_request().infer([x])[0])

    return Networks(network(onnx.trunk), network(onnx.head), network(onnx.p808))


def _torchmetrics(device: str) -> Score:
    folder = models.provide()
    import torch
    from torchmetrics.functional.audio import dnsmos

    # torchmetrics keeps its folder in a module constant and would download into it
    dnsmos.DNSMOS_DIR = str(folder)
    place = "cuda:0" if device == "cuda" else device

    def score(audio: Samples) -> list[float]:
        p808, sig, bak, ovrl = dnsmos.deep_noise_suppression_mean_opinion_score(
            torch.from_numpy(audio.copy()),
            RATE_HZ,
            personalized=False,
            device=place,
            num_threads=1,
        ).tolist()
        return [sig, bak, ovrl, p808]

    return score
