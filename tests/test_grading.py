"""The score of a real clip falls with the strength of a defect that is laid on it."""

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from benchmarks.defects.clean import Clean
from benchmarks.defects.kinds import Kind, kinds
from benchmarks.defects.ladder import PER_VOICE, climb
from benchmarks.defects.measure import as_clean, measure, submission
from scorers.catalog import choose
from selection.policy import load_policy
from tests.conftest import EXAMPLE, POLICY, ROOT

VOICE = EXAMPLE / "VOICE_A_NEUTRAL"
SCORERS = choose(
    ["artifacts", "loudness", "bandwidth", "reverberation", "speaker"], "", 5, "default"
)
GRADED = {
    "MP3",  # Opus keeps the band: of all scorers only DNSMOS hears it, which this test leaves out
    "clipping",
    "hum",
    "DC offset",
    "level down",
    "brought up",
    "reverberation",
    "drop-out",
}


@pytest.fixture(scope="module")
def clean() -> list[Clean]:
    truth = pd.read_csv(ROOT / "examples" / "truth.csv")
    planted = set(truth["audio_file"][truth["voice"] == VOICE.name])
    rows = json.loads((VOICE / "labels.json").read_text(encoding="utf-8"))["samples"]
    paths = {VOICE / r["audio_file"]: r["text"] for r in rows if r["audio_file"] not in planted}
    return [
        Clean("reported", "", VOICE.name, text, "en", path, hashlib.sha256(data).hexdigest())
        for path, text in paths.items()
        for data in [path.read_bytes()]
    ]


@pytest.mark.parametrize(
    "kind", [k for k in kinds([], []) if k.name in GRADED], ids=lambda kind: kind.name
)
def test_the_score_falls_with_the_strength(
    kind: Kind, clean: list[Clean], tmp_path_factory: pytest.TempPathFactory
) -> None:
    store: Path = tmp_path_factory.getbasetemp() / "ladder"
    store.mkdir(exist_ok=True)
    measure(submission([as_clean(c, i) for i, c in enumerate(clean)], store), SCORERS, store, "")
    ladder = climb(clean, [kind], SCORERS, load_policy(str(POLICY)), store)[kind.name]
    assert len(ladder.scores) == PER_VOICE
    assert ladder.tau >= 0.8 - 1e-9
