"""From audio to verdict: a name that the recogniser spells otherwise costs no clip anything."""

import json
from pathlib import Path

import soundfile as sf

from scorers.asr.models import find_model
from scorers.asr.scorer import COLUMNS, Asr
from scorers.base import Measured, Utterance
from selection.decide import Decision, decide
from selection.hearing import Hearing
from selection.verdicts import Evidence
from tests.selection.tables import COLUMNS as OTHERS
from tests.selection.tables import policy, table

ROOT = Path(__file__).parents[3]
VOICE = ROOT / "examples/submission/VOICE_B_NEUTRAL"
WITH_HENRY = ("audio/0013.flac", "audio/0019.flac", "audio/0026.flac", "audio/0039.flac")


def decision(spelt: str) -> Decision:
    rows = json.loads((VOICE / "labels.json").read_text(encoding="utf-8"))["samples"]
    clips = []
    for row in rows:
        if row["audio_file"] in WITH_HENRY:
            samples, rate = sf.read(VOICE / row["audio_file"], dtype="float32", always_2d=True)
            assert "Henry" in row["text"]
            clips.append(Utterance(samples.T, rate, row["text"].replace("Henry", spelt), "en"))
    found = Asr(find_model(str(ROOT / "examples/models/tiny-whisper-en"))).load("cpu")(clips)
    measured = [row for row in found if isinstance(row, Measured)]
    evidence = table([3.0] * 4, [40.0] * 4)
    for column in COLUMNS:
        evidence[column.name] = [row.values[column.name] for row in measured]
    by_id = dict(zip(evidence["clip_id"], measured, strict=True))
    hearings = {clip_id: Hearing.read(row.details) for clip_id, row in by_id.items()}
    columns = (*(c for c in OTHERS if c.name not in {"wer_errors", "wer_ref_words"}), *COLUMNS)
    return decide(Evidence(evidence, columns, {}, {}, (), hearings=hearings), policy())


def test_a_name_spelt_otherwise_than_the_recogniser_does() -> None:
    found = decision("Henrie")
    assert list(found.clips["wer_errors"]) == [1] * 4
    assert list(found.clips["verdict"]) == ["accept"] * 4
    assert '"henrie"' in found.findings["sentence"].iloc[1]


def test_another_name_in_every_label() -> None:
    found = decision("Bob")
    assert list(found.clips["wer_errors"]) == [1] * 4
    assert list(found.clips["verdict"]) == ["review"] * 4
