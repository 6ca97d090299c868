"""From audio to verdict: a word that the recogniser spells otherwise costs no clip anything."""

import json
from pathlib import Path

import soundfile as sf

from scorers.asr.columns import COLUMNS
from scorers.asr.models import find_model
from scorers.asr.scorer import Asr
from scorers.base import Measured, Utterance
from selection.comparison import Comparison
from selection.decide import Decision, decide
from selection.findings import in_words
from selection.verdicts import Evidence
from tests.selection.tables import COLUMNS as OTHERS
from tests.selection.tables import policy, table

ROOT = Path(__file__).parents[3]
VOICE = ROOT / "examples/submission/VOICE_B_NEUTRAL"
# spoken cleanly, with one "and" each
WITH_AND = ("audio/0002.flac", "audio/0006.flac", "audio/0014.flac", "audio/0025.flac")


def decision(spelt: str) -> Decision:
    rows = json.loads((VOICE / "labels.json").read_text(encoding="utf-8"))["samples"]
    clips = []
    for row in rows:
        if row["audio_file"] in WITH_AND:
            samples, rate = sf.read(VOICE / row["audio_file"], dtype="float32", always_2d=True)
            assert row["text"].count(" and ") == 1
            text = row["text"].replace(" and ", f" {spelt} ")
            clips.append(Utterance(samples.T, rate, text, "en"))
    found = Asr(find_model("base")).load("cpu")(clips)
    measured = [row for row in found if isinstance(row, Measured)]
    evidence = table([3.0] * 4, [40.0] * 4)
    for column in COLUMNS:
        evidence[column.name] = [row.values[column.name] for row in measured]
    by_id = dict(zip(evidence["clip_id"], measured, strict=True))
    comparisons = {clip_id: Comparison.read(row.details) for clip_id, row in by_id.items()}
    columns = (*(c for c in OTHERS if c.name not in {"wer_errors", "wer_ref_words"}), *COLUMNS)
    return decide(Evidence(evidence, columns, {}, {}, (), comparisons=comparisons), policy())


def test_a_word_spelt_otherwise_than_the_recogniser_does() -> None:
    found = decision("annd")
    assert list(found.clips["wer_errors"]) == [1] * 4
    assert list(found.clips["verdict"]) == ["accept"] * 4
    assert '"annd"' in in_words(found.findings)["sentence"].iloc[1]


def test_another_word_in_every_label() -> None:
    found = decision("but")
    assert list(found.clips["wer_errors"]) == [1] * 4
    assert list(found.clips["verdict"]) == ["review"] * 4
