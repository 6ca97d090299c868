"""From a description to a contributor who is forgotten, by the commands, on both databases."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from clips.privacy import known_contributors, remember
from tests.conftest import EXAMPLE

VOICE = "VOICE_A_NEUTRAL"
NAME = "Ada Example"
QUIET = """
[rules.loudness-range]
column = "integrated_lufs"
unit = "LUFS"
why = "Quiet clips are kept out of this test's set."
says = "Too quiet"
remedy = "Send it louder."
reject_below = {bound}
"""
POLICY = f"""
name = "{{name}}"
extends = "tts-v1"
[budget]
minimum_hours = 0.001
{QUIET}"""


def described(
    folder: Path, stage: str, clips: int, start: int = 0, *, voice: str = VOICE, name: str = NAME
) -> Path:
    """A submission of some clips of a voice of the example."""
    of = folder / voice
    folder.mkdir(parents=True)
    said = (EXAMPLE / "submission.toml").read_text(encoding="utf-8")
    said = "\n".join(
        f'contributor = "{name}"'
        if line.startswith("contributor")
        else f'stage = "{stage}"'
        if line.startswith("stage")
        else line
        for line in said.splitlines()
    )
    head, *tables = said.split("[voices.")
    kept = [f"[voices.{table}" for table in tables if table.startswith(f"{voice}]")]
    (folder / "submission.toml").write_text(head + "".join(kept), encoding="utf-8")
    if not clips:
        return folder
    of.mkdir()
    rows = json.loads((EXAMPLE / voice / "labels.json").read_text(encoding="utf-8"))["samples"]
    mine = rows[start : start + clips]
    for row in mine:
        shutil.copy(EXAMPLE / voice / row["audio_file"], of)
    (of / "labels.json").write_text(json.dumps({"samples": mine}), encoding="utf-8")
    return folder


def test_decisions_last(
    where: str,
    tmp_path: Path,
    tenhours: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    mild, strict = tmp_path / "mild.toml", tmp_path / "strict.toml"
    mild.write_text(POLICY.format(name="mild", bound=-60), encoding="utf-8")
    strict.write_text(POLICY.format(name="strict", bound=-1), encoding="utf-8")
    store, out = tmp_path / "store", tmp_path / "out"
    kept = ("--ledger", where)

    def scored(folder: Path, policy: Path = mild) -> pd.DataFrame:
        options = ("--policy", policy, "--store", store, "--scorers", "loudness", *kept)
        assert tenhours("score", folder, "--out", out / folder.name, *options) == 0
        return pd.read_csv(out / folder.name / "findings.csv")

    def said(*arguments: object) -> str:
        capsys.readouterr()
        assert tenhours(*arguments, *kept) == 0
        return capsys.readouterr().out

    remember("Bea Before")  # noted when there was no ledger
    assert tenhours("ledger", "init", *kept) == 0
    assert known_contributors() == {}
    description = described(tmp_path / "description", "description", 0)
    samples = described(tmp_path / "samples", "samples", 4)
    payload = described(tmp_path / "payload", "payload", 8, start=4)
    scored(description)
    # each stage opens when the one before it is approved, for this contributor
    assert "stage-order" in set(scored(samples)["rule"])
    said("approve", out / "description", "--why", "wanted")
    assert "stage-order" not in set(scored(samples)["rule"])
    assert "stage-order" in set(scored(payload)["rule"])
    said("approve", out / "samples", "--why", "clean")
    assert "stage-order" not in set(scored(payload)["rule"])

    # two clips overridden by ear, one of them through the report's file
    table = pd.read_parquet(out / "payload" / "clips.parquet")
    assert set(table["verdict"]) == {"accept"}
    bad, other = table["audio_file"][0], table.iloc[1]
    said("decline", out / "payload", "--clip", f"{VOICE}/{bad}", "--why", f"slurred, says {NAME}")
    decisions = tmp_path / "decisions.csv"
    with decisions.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["clip_key", "decision", "reason"])
        writer.writerow([other["clip_key"], "reject", "a click"])
    said("approve", out / "payload", "--from", decisions)
    scored(payload)
    table = pd.read_parquet(out / "payload" / "clips.parquet").set_index("audio_file")
    assert table.loc[bad, ["verdict", "reasons", "decided_by"]].tolist() == [
        *("reject", "maintainer", "maintainer")
    ]
    assert (table["decided_by"] == "machine").sum() == 6

    # calibration learns from what was decided by ear, and from nothing else
    from flows.proposals import propose

    calibration, _ = propose([out / "payload"], [], str(mild), 0.01, where)
    assert (calibration.clean, calibration.defective, calibration.undecided) == (0, 2, 6)

    # approved stays approved when the threshold rises, and what was rejected stays so
    said("approve", out / "payload", "--why", "good")
    scored(payload, strict)
    table = pd.read_parquet(out / "payload" / "clips.parquet").set_index("audio_file")
    assert (table["verdict"] == "accept").sum() == 6
    assert table.loc[bad, "verdict"] == "reject"
    told = (out / "payload" / "findings.csv").read_text(encoding="utf-8")
    assert "Approved before, and so in spite of loudness-range now (good)." in told

    # the same clips under other names are the same clips
    renamed = tmp_path / "renamed"
    shutil.copytree(payload, renamed)
    labels = json.loads((renamed / VOICE / "labels.json").read_text(encoding="utf-8"))
    for row in labels["samples"]:
        (renamed / VOICE / row["audio_file"]).rename(renamed / VOICE / f"x{row['audio_file']}")
        row["audio_file"] = f"x{row['audio_file']}"
    (renamed / VOICE / "labels.json").write_text(json.dumps(labels), encoding="utf-8")
    scored(renamed, strict)
    table = pd.read_parquet(out / "renamed" / "clips.parquet").set_index("audio_file")
    assert table.loc[f"x{bad}", "verdict"] == "reject"
    assert (table["verdict"] == "accept").sum() == 6

    # taken back with a reason
    said("approve", out / "payload", "--revoke", "--why", "a clone after all")
    scored(payload, strict)
    table = pd.read_parquet(out / "payload" / "clips.parquet")
    assert set(table["verdict"]) == {"reject"}

    past = said("history", out / "payload")
    pseudonym = json.loads((out / "payload" / "summary.json").read_text())["contributor"]
    assert pseudonym in past and "decline" not in past and NAME not in past
    assert f"slurred, says {pseudonym}" in past and "revoke stage payload" in past
    assert "0 voicepacks owed" in said("owed")  # scorers were left out, so nothing is selected
    assert "contributors          2" in said("ledger", "check")
    said("ledger", "export", tmp_path / "approvals.toml")
    approvals = (tmp_path / "approvals.toml").read_text(encoding="utf-8")
    assert (
        f"[contributors.{pseudonym}]\n" in approvals and '["description", "samples"]' in approvals
    )

    # forgotten: nothing of theirs but the pseudonym is left
    assert "is forgotten" in said("forget", NAME, "--store", store)
    left = [path for path in out.rglob("*") if path.is_file()]
    assert left == []
    said("ledger", "backup", tmp_path / "backup.gz")
    assert pseudonym in said("history")
    texts = [row["text"] for row in labels["samples"]]
    places = [*store.rglob("*"), *tmp_path.glob("ledger.db*"), tmp_path / "approvals.toml"]
    for place in (path for path in places if path.is_file()):
        content = place.read_bytes()
        assert NAME.encode() not in content, place
        assert not any(text.encode() in content for text in texts), place
    stored = [pd.read_parquet(part) for part in store.rglob("*.parquet")]
    assert sum(map(len, stored)) == 0


def test_an_arrival_is_agreed_with_who_has_sent_nothing_yet(
    where: str,
    tmp_path: Path,
    tenhours: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    kept = ("--ledger", where)
    assert tenhours("ledger", "init", *kept) == 0
    agreed = ("ledger", "agree", NAME, "2027-02-20", "--why", f"{NAME} said so", *kept)
    assert tenhours(*agreed) == 2
    assert "no contributors are known" in capsys.readouterr().err
    for _ in range(2):
        assert tenhours(*agreed, "--new") == 0
    assert NAME not in capsys.readouterr().out
    assert tenhours("history", *kept) == 0
    told = capsys.readouterr().out
    assert told.count("2027-02-20") == 2
    assert NAME not in told


def test_a_word_that_is_given_to_a_run_is_known_to_every_later_one(
    where: str,
    tmp_path: Path,
    tenhours: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    policy, out, kept = tmp_path / "mild.toml", tmp_path / "out", ("--ledger", where)
    policy.write_text(POLICY.format(name="mild", bound=-60), encoding="utf-8")
    payload = described(tmp_path / "payload", "payload", 4)

    def scored(*more: object) -> pd.DataFrame:
        options = ("--policy", policy, "--store", tmp_path / "store", "--scorers", "loudness")
        assert tenhours("score", payload, "--out", out, *options, *kept, *more) == 0
        return pd.read_parquet(out / "clips.parquet")

    assert tenhours("ledger", "init", *kept) == 0
    key = scored()["clip_key"].iloc[1]
    said = tmp_path / "decisions.csv"
    said.write_text(f"clip_key,decision,reason\n{key},reject,{NAME} is slurred\n", encoding="utf-8")
    for _ in range(2):
        scored("--decisions", said)
    assert tenhours("approve", out, "--why", "good", *kept) == 0
    # neither the collection nor a run without the file loses the word, or the payload
    to = tmp_path / "selection"
    tenhours("reselect", "--to", to, "--policy", policy, *kept)
    assert json.loads((to / "selection.json").read_text(encoding="utf-8"))["without_report"] == 0
    clip = scored().set_index("clip_key").loc[key]
    assert (clip["verdict"], clip["decided_by"]) == ("reject", "maintainer")
    capsys.readouterr()
    assert tenhours("history", *kept) == 0
    told = capsys.readouterr().out
    assert told.count("is slurred") == 1
    assert NAME not in told
