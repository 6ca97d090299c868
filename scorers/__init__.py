"""Scorers: samples and labels -> measurements."""

import os

# Read when these libraries are first imported: onnxruntime makes a device id in the home folder and
# posts events, the hub's client counts its users.
for _flag in ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK"):
    os.environ.setdefault(_flag, "1")

# Batches are spread over the processors; what a batch is measured with takes one.
for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")
