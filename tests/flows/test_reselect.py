"""`tenhours reselect`: the best hours over all payloads that were approved."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from flows.nightly import reselect as nightly
from ledger.decide import Decision, Subject, decide
from ledger.owed import owed
from ledger.record import record
from ledger.store import init
from tests.export.conftest import out  # noqa: F401
from tests.ledger.test_ledger import CLIP, run

POLICY = """
name = "p"
extends = "tts-v1"
[budget]
minimum_hours = 0
[selection]
strategy = "score"
"""
PAYLOAD = Subject("stage", "payload/1")


def test_what_is_approved_is_selected_anew_as_the_word_is_now(
    out: Path,  # noqa: F811
    tmp_path: Path,
    tenhours: Callable[..., int],
) -> None:
    clips = pd.read_parquet(out / "clips.parquet")
    clips = clips.assign(score=50.0, clip_key=clips["clip_id"], decoded_s=1.0, decided_by="machine")
    about = json.loads((out / "summary.json").read_text("utf-8"))
    (out / "summary.json").write_text(json.dumps(about | {"submission": "ab" * 32}))
    clips.loc[0, "verdict"] = "review"
    clips.to_parquet(out / "clips.parquet")
    policy, to, where = tmp_path / "p.toml", tmp_path / "selection", str(tmp_path / "ledger.db")
    policy.write_text(POLICY, encoding="utf-8")
    ledger = init(where)
    with ledger.writing() as connection:
        record(connection, replace(run("c-abcdefgh"), out=str(out)))

    def said(*words: Decision) -> None:
        with ledger.writing() as connection:
            decide(connection, 1, words, submission=1, by="me")

    def selected() -> set[str]:
        code = tenhours("reselect", "--to", to, "--policy", policy, "--ledger", where)
        files = list(to.glob("c-*.csv"))
        assert code == (0 if files else 5)
        return {key for file in files for key in pd.read_csv(file, dtype=str)["clip_id"]}

    key = clips["clip_id"].tolist()
    assert selected() == set(), "nothing was approved"
    said(Decision(PAYLOAD, "approve", "fine"))
    assert selected() == set(key[1:])
    told = json.loads((to / "selection.json").read_text(encoding="utf-8"))
    assert [(v["voice"], v["clips"]) for v in told["voices"]] == [("V", 4), ("c-abcdefgh_HAPPY", 5)]
    assert told["languages"] == {"en": 0.0025}
    said(
        Decision(Subject("clip", key[0]), "accept", "I heard it"),
        Decision(Subject("clip", key[2]), "reject", "slurred"),
        Decision(Subject("voice", "c-abcdefgh_HAPPY"), "decline", "a clone"),
    )
    assert selected() == {key[0], key[4], key[6], key[8]}

    # the voices met their minimum, whatever a run said of them alone
    with ledger.reading() as connection:
        earned = {(pack.voice, pack.policy) for pack in owed(connection)}
    assert ("c-abcdefgh_HAPPY", "p") in earned

    # as the schedule does it, and into an export
    nightly.fn(str(to), policy=str(policy), ledger=where)
    (chosen,) = to.glob("c-*.csv")
    options = ("--to", tmp_path / "set", "--format", "ljspeech", "--selection", chosen)
    assert tenhours("export", out, *options) == 0
    assert len(list((tmp_path / "set").rglob("*.wav"))) == 4

    # a word in the report that is no more, a submission in its place, and no report at all
    clips.assign(decided_by="maintainer").to_parquet(out / "clips.parquet")
    assert selected() == set()
    clips.assign(decoded_s=float("nan")).to_parquet(out / "clips.parquet")
    assert selected() == {key[4], key[6], key[8]}, "what does not decode is not accepted by a word"
    clips.to_parquet(out / "clips.parquet")
    assert selected() == {key[0], key[4], key[6], key[8]}
    (out / "summary.json").write_text(json.dumps(about | {"submission": "cd" * 32}))
    assert selected() == set()
    (out / "summary.json").write_text(json.dumps(about | {"submission": "ab" * 32, "voices": {}}))
    assert selected() == set()
    shutil.rmtree(out)
    assert selected() == set()
    assert json.loads((to / "selection.json").read_text(encoding="utf-8"))["without_report"] == 1
    said(Decision(PAYLOAD, "revoke", "a clone after all"))
    assert selected() == set()
    assert not list(to.glob("c-*.csv"))


def test_what_was_approved_stays_when_a_run_has_changed_its_mind(
    out: Path,  # noqa: F811
    tmp_path: Path,
    tenhours: Callable[..., int],
) -> None:
    clips = pd.read_parquet(out / "clips.parquet")
    keys = [CLIP.key, *clips["clip_id"][1:]]
    clips = clips.assign(score=50.0, clip_key=keys, decoded_s=1.0, decided_by="machine")
    about = json.loads((out / "summary.json").read_text("utf-8"))
    (out / "summary.json").write_text(json.dumps(about | {"submission": "ab" * 32}))
    policy, to, where = tmp_path / "p.toml", tmp_path / "selection", str(tmp_path / "ledger.db")
    policy.write_text(POLICY, encoding="utf-8")
    with init(where).writing() as connection:
        last = record(connection, replace(run("c-abcdefgh"), out=str(out)))
        decide(connection, 1, [Decision(PAYLOAD, "approve", "fine")], submission=1, run=last)

    def selected() -> set[str]:
        assert tenhours("reselect", "--to", to, "--policy", policy, "--ledger", where) == 0
        return set(pd.read_csv(to / "c-abcdefgh.csv", dtype=str)["clip_id"])

    every = set(clips["clip_id"])
    # the run took the approval up, or has not yet: the clip that was accepted then stays
    for verdict, by in (("accept", "maintainer"), ("reject", "machine")):
        clips.loc[0, ["verdict", "decided_by"]] = [verdict, by]
        clips.to_parquet(out / "clips.parquet")
        assert selected() == every
    with init(where).writing() as connection:
        no = [Decision(Subject("voice", "V"), "decline", "a clone")]
        decide(connection, 1, no, submission=1, run=last)
    assert selected() == set(clips["clip_id"][clips["voice"] != "V"])
