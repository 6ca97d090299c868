"""No dependency phones home."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.flows.test_watch import small

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


def reached(trace: str) -> list[str]:
    """Calls in strace's log that go beyond this machine: connections, messages and look-ups."""
    calls = [line for line in trace.splitlines() if "sa_family=AF_INET" in line]
    own = re.compile(r'inet_addr\("127\.|inet_pton\(AF_INET6, "::1"')
    return [call for call in calls if "htons(53)" in call or not own.search(call)]


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_a_run_with_all_scorers_reaches_nobody(
    command: list[str], random_policy: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    watched = ["strace", "--seccomp-bpf", "-f", "-qq", "-e", "trace=network", "-o", str(log)]
    look_up = "import socket; socket.getaddrinfo('tenhours.invalid', 80)"
    subprocess.run([*watched, sys.executable, "-c", look_up], check=False, capture_output=True)
    assert reached(log.read_text(encoding="utf-8")), "what strace shows is not understood"
    options = ["--policy", random_policy, "--out", tmp_path / "out", "--store", tmp_path / "store"]
    score = [*command, "score", str(small(tmp_path / "sub", 2)), *map(str, options)]
    plain = {k: v for k, v in os.environ.items() if k != "DO_NOT_TRACK" and "ANALYTICS" not in k}
    subprocess.run([*watched, *score], cwd=ROOT, env=plain, check=True, timeout=900)
    assert reached(log.read_text(encoding="utf-8")) == []
