"""What a run refuses before it measures."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from clips.table import Clip
from flows.plan import SAMPLE, sample
from tests.conftest import POLICY
from tests.flows.test_watch import small


def test_a_recogniser_that_the_policy_does_not_accept_is_an_error_that_names_both(
    tenhours: Callable[..., int],
    random_whisper: Path,
    random_policy: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from scorers.asr.models import find_model

    digest = find_model(str(random_whisper)).digest
    root = small(tmp_path / "sub", 1)

    def run(accepted: str) -> int:
        policy = tmp_path / "policy.toml"
        text = f'name = "mine"\nextends = "{random_policy}"\n[asr]\ndigests = ["{accepted}"]\n'
        policy.write_text(text, encoding="utf-8")
        options = ("--policy", policy, "--store", tmp_path / "store", "--scorers", "asr")
        return tenhours("score", root, *options, "--out", tmp_path / "out")

    assert run("0123456789abcdef") == 2
    said = capsys.readouterr().err
    assert digest in said
    assert "0123456789abcdef" in said
    assert run("none") == 2
    assert "asr.digests" in capsys.readouterr().err
    assert run(digest[:8]) == 0


def refused(path: Path, clips: int) -> Path:
    """A payload under a licence that is not taken."""
    root = small(path, clips)
    toml = root / "submission.toml"
    said = toml.read_text(encoding="utf-8")
    wrong = said.replace('license = "Apache-2.0"', 'license = "CC-BY-NC-4.0"')
    toml.write_text(re.sub('stage = "[a-z]+"', 'stage = "payload"', wrong), encoding="utf-8")
    return root


def test_a_payload_that_the_terms_refuse_is_measured_by_a_sample_of_each_voice(
    tenhours: Callable[..., int], tmp_path: Path
) -> None:
    root = refused(tmp_path / "sub", 14)

    def run(*more: object) -> tuple[int, pd.DataFrame]:
        options = ("--policy", POLICY, "--store", tmp_path / "store", "--scorers", "loudness")
        assert tenhours("gate", root, *options, "--out", tmp_path / "out", *more) == 1
        gate = json.loads((tmp_path / "out" / "gate.json").read_text(encoding="utf-8"))
        assert gate["unmeasured"] == 0
        measured = gate["measured"] + gate["reused"]
        return measured, pd.read_csv(tmp_path / "out" / "verdicts.csv", dtype=str)

    measured, table = run()
    assert measured == SAMPLE
    assert len(table) == 14
    assert set(table["verdict"]) == {"reject"}
    assert table["reasons"].str.contains("licence-refused").all()
    # one of them has the audio of another, and so its measurements
    assert 3 <= table["reasons"].str.contains("not-measured").sum() <= 14 - SAMPLE
    measured, table = run("--measure-all")
    assert measured == 14
    assert not table["reasons"].str.contains("not-measured").any()


def test_a_payload_that_the_terms_refuse_is_measured_once_it_is_approved(
    tenhours: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    root = refused(tmp_path / "sub", 14)
    kept, out = ("--ledger", tmp_path / "ledger.db"), tmp_path / "out"
    assert tenhours("ledger", "init", *kept) == 0

    def run() -> pd.DataFrame:
        options = ("--policy", POLICY, "--store", tmp_path / "store", "--scorers", "loudness")
        assert tenhours("score", root, *options, "--out", out, *kept) == 0
        return pd.read_csv(out / "verdicts.csv", dtype=str)

    assert run()["reasons"].str.contains("not-measured").any()
    assert tenhours("approve", out, "--why", "the licence came by mail", *kept) == 0
    for _ in range(2):
        table = run()
        assert not table["reasons"].str.contains("not-measured|licence-refused").any()


@pytest.mark.parametrize(("count", "expected"), [(3, [0, 1, 2]), (20, list(range(0, 20, 2)))])
def test_a_sample_is_spread_over_each_voice(count: int, expected: list[int]) -> None:
    voices = [Clip(v, f"{n}.wav", f"{v}/{n}.wav", n, "", "en") for v in "ab" for n in range(count)]
    found = sample(voices)
    assert [clip.row for clip in found if clip.voice == "b"] == expected
    assert len(found) == 2 * len(expected)
