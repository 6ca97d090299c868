"""No dependency phones home."""

import os
import subprocess
import sys
from pathlib import Path

SESSION = """
import importlib.util
from pathlib import Path
import scorers.vad
import onnxruntime
network = Path(importlib.util.find_spec("speechmos").origin).parent / "dnsmos_models/model_v8.onnx"
onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
"""


def test_onnxruntime_makes_no_device_id_in_the_home_folder(tmp_path: Path) -> None:
    plain = {k: v for k, v in os.environ.items() if not k.endswith("TELEMETRY") and k[:4] != "XDG_"}
    command = [sys.executable, "-c", SESSION]
    subprocess.run(command, env=plain | {"HOME": str(tmp_path)}, check=True, timeout=300)
    assert not [p for p in tmp_path.rglob("*") if "Microsoft" in str(p) or "onnxruntime" in p.name]
