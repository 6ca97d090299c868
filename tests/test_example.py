"""The whole path on the example: real audio, real recogniser, real DNSMOS, real Prefect flow."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import EXAMPLE, POLICY, ROOT

VERDICT_COLUMNS = [
    "voice",
    "audio_file",
    "turn",
    "turn_index",
    "text",
    "verdict",
    "reasons",
    "duration_s",
    "score",
    "rank",
    "selected",
    "transcript",
    "heard_language",
    "recogniser",
    "confirmed_by",
    "pick",
    "gain",
    "not_selected",
    "sentence_kind",
    "phoneme_tokens",
    "decided_by",
]


@pytest.fixture(scope="module")
def judged(example: Path) -> pd.DataFrame:
    """The example's verdicts beside what was planted, by voice and row."""
    verdicts = read(example / "verdicts.csv")
    rows = pd.read_parquet(example / "clips.parquet")[["voice", "audio_file", "row"]]
    assert list(rows["audio_file"]) == list(verdicts["audio_file"])
    truth = read(ROOT / "examples" / "truth.csv").astype({"row": "int64"})
    table = verdicts.assign(row=rows["row"].astype("int64"))
    return table.merge(truth, on=["voice", "audio_file", "row"], how="left", validate="1:1")


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_the_example_is_what_it_should_be(judged: pd.DataFrame) -> None:
    truth = read(ROOT / "examples" / "truth.csv")
    assert len(judged) >= 90
    assert judged["voice"].nunique() == 4
    assert len(truth) >= 20
    assert truth["defect"].nunique() >= 10
    assert judged["defect"].notna().sum() == len(truth), "truth.csv names rows that are not there"


def test_every_planted_defect_is_caught_for_the_right_reason(judged: pd.DataFrame) -> None:
    planted = judged[judged["defect"].notna()]
    missed = [
        f"{r.voice}/{r.audio_file} {r.defect}: {r.verdict} for {r.reasons!r}, not {r.rules!r}"
        for r in planted.itertuples()
        if r.verdict == "accept" or not set(r.reasons.split(";")) & set(r.rules.split(";"))
    ]
    assert not missed, "\n".join(missed)


def test_at_least_95_percent_of_the_clean_clips_are_accepted(judged: pd.DataFrame) -> None:
    clean = judged[judged["defect"].isna()]
    refused = clean[clean["verdict"] != "accept"]
    share = 1 - len(refused) / len(clean)
    assert share >= 0.95, refused[["voice", "audio_file", "verdict", "reasons"]].to_string()


def test_tables_have_their_documented_columns(example: Path) -> None:
    assert list(read(example / "verdicts.csv")) == VERDICT_COLUMNS
    assert list(read(example / "selection.csv")) == VERDICT_COLUMNS
    assert list(read(example / "findings.csv")) == (
        ["level", "voice", "audio_file", "rule", "verdict", "value", "bound", "unit", "sentence"]
    )
    assert set(read(example / "verdicts.csv")["verdict"]) == {"accept", "review", "reject"}


def test_rows_in_are_rows_out(example: Path) -> None:
    """Every label row and every audio file has its line in verdicts.csv."""
    verdicts = read(example / "verdicts.csv")
    for voice in sorted(p for p in EXAMPLE.iterdir() if p.is_dir()):
        labels = json.loads((voice / "labels.json").read_text(encoding="utf-8"))
        groups = [labels["samples"]] if "samples" in labels else list(labels.values())
        listed = [row["audio_file"] for group in groups for row in group]
        files = {
            str(p.relative_to(voice))
            for p in voice.rglob("*")
            if p.is_file() and p.suffix != ".json"
        }
        mine = verdicts[verdicts["voice"] == voice.name]["audio_file"]
        assert list(mine[: len(listed)]) == listed
        assert set(mine[len(listed) :]) == files - set(listed)


def test_summary_adds_up(example: Path) -> None:
    summary = json.loads((example / "summary.json").read_text(encoding="utf-8"))
    assert summary["clips"] == summary["accepted"] + summary["review"] + summary["rejected"]
    assert summary["measured"] > 100
    assert summary["voices"].keys() == {
        "VOICE_A_NEUTRAL",
        "VOICE_B_NEUTRAL",
        "VOICE_C_WHISPERING",
        "VOICE_D_NEUTRAL",
    }
    for voice in summary["voices"].values():
        assert voice["hours_offered"] > voice["hours_accepted"] >= voice["hours_selected"] > 0


def test_the_contributor_is_named_nowhere(example: Path) -> None:
    for path in example.rglob("*"):
        if path.is_file():
            assert b"Example Contributor" not in path.read_bytes(), path


def test_a_second_run_measures_nothing_and_decides_the_same(
    example: Path, store: Path, tenhours: Callable[..., int], tmp_path: Path
) -> None:
    assert tenhours("score", EXAMPLE, "--policy", POLICY, "--out", tmp_path, "--store", store) == 0
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert summary["measured"] == 0
    assert summary["reused"] > 100
    for name in ("verdicts.csv", "findings.csv", "selection.csv"):
        assert (tmp_path / name).read_bytes() == (example / name).read_bytes(), name


def test_a_minute_per_voice_holds_no_defective_clip_and_measures_nothing(
    judged: pd.DataFrame, store: Path, tenhours: Callable[..., int], tmp_path: Path
) -> None:
    policy = tmp_path / "budget.toml"
    policy.write_text(
        f'name = "a-minute"\nextends = "{POLICY}"\n'
        "[budget]\nhours_per_voice = 0.0166667\nminimum_hours = 0\n",
        encoding="utf-8",
    )
    out = tmp_path / "out"
    assert tenhours("score", EXAMPLE, "--policy", policy, "--out", out, "--store", store) == 0
    assert json.loads((out / "summary.json").read_text(encoding="utf-8"))["measured"] == 0
    selected = read(out / "selection.csv")
    defective = judged[judged["defect"].notna()]
    bad = selected.merge(defective[["voice", "audio_file", "row"]], on=["voice", "audio_file"])
    assert bad.empty
    seconds = selected.assign(s=selected["duration_s"].astype(float)).groupby("voice")["s"].sum()
    assert (seconds <= 60.1).all()
    assert (seconds >= 30).all()
    assert seconds.max() > 55, "the budget should bind for at least one voice"


def test_the_gate_turns_the_example_away_and_passes_a_clean_part_of_it(
    judged: pd.DataFrame,
    store: Path,
    tenhours: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ("--policy", POLICY, "--store", store, "--out")
    assert tenhours("gate", EXAMPLE, *options, tmp_path / "whole") == 1
    gate = json.loads((tmp_path / "whole" / "gate.json").read_text(encoding="utf-8"))
    assert not gate["passed"]
    assert "at most 5.0% may be" in gate["reasons"][0]
    part = tmp_path / "part"
    shutil.copytree(EXAMPLE, part)
    clean = judged[(judged["defect"].isna()) & (judged["voice"] == "VOICE_B_NEUTRAL")]
    keep = set(clean["audio_file"])
    for other in ("VOICE_A_NEUTRAL", "VOICE_C_WHISPERING", "VOICE_D_NEUTRAL"):
        shutil.rmtree(part / other)
    labels = part / "VOICE_B_NEUTRAL" / "labels.json"
    content = json.loads(labels.read_text(encoding="utf-8"))
    content["samples"] = [row for row in content["samples"] if row["audio_file"] in keep]
    labels.write_text(json.dumps(content), encoding="utf-8")
    for path in (part / "VOICE_B_NEUTRAL").rglob("*.*"):
        if path != labels and str(path.relative_to(part / "VOICE_B_NEUTRAL")) not in keep:
            path.unlink()
    assert tenhours("gate", part, *options, tmp_path / "clean") == 0
    assert "Gate passed." in capsys.readouterr().out
    markdown = (tmp_path / "whole" / "gate.md").read_text(encoding="utf-8")
    texts = [t for t in judged["text"] if len(t) > 10]
    assert not [t for t in texts if t in markdown]
    assert (tmp_path / "whole" / "junit.xml").read_text(encoding="utf-8").startswith("<?xml")
