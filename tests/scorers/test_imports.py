"""What is loaded only where something needs it."""

import subprocess
import sys

from tests.conftest import ROOT

REFERENCE = {"torch", "torchmetrics", "librosa"}


def test_the_scorers_of_a_run_import_no_torch() -> None:
    """Chosen, loaded and asked; the recogniser alone is left out."""
    code = (
        "import sys, numpy as np\n"
        "from scorers.base import Utterance\n"
        "from scorers.catalog import choose, scorer_names\n"
        "clip = np.random.default_rng(0).standard_normal((1, 32_000)).astype(np.float32) * 0.1\n"
        "for scorer in choose([n for n in scorer_names() if n != 'asr'], '', 5, 'default'):\n"
        "    scorer.load('cpu')([Utterance(clip, 16_000, 'a label', 'en')])\n"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "numpy" in done.stdout.split()
    assert not REFERENCE & set(done.stdout.split())
