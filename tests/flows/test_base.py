"""A gate with a base judges what was added or changed, and holds it against what was there."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import soundfile

from flows.pictures import KEPT
from tests.conftest import EXAMPLE, POLICY
from tests.flows.test_watch import small

VOICE = "VOICE_A_NEUTRAL"
SOME = ("--scorers", "loudness,fingerprint")


@dataclass(frozen=True)
class Repository:
    """A repository with a submission of three clips, and a gate on what has come to it since."""

    top: Path
    out: Path
    tenhours: Callable[..., int]
    policy: Path = POLICY

    @property
    def voice(self) -> Path:
        return self.top / "submissions" / "sub" / VOICE

    def git(self, *arguments: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        subprocess.run(["git", *who, *arguments], cwd=self.top, check=True, capture_output=True)

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x")

    def rows(self) -> list[dict[str, str]]:
        told = json.loads((self.voice / "labels.json").read_text(encoding="utf-8"))
        rows: list[dict[str, str]] = told["samples"]
        return rows

    def label(self, rows: list[dict[str, str]]) -> None:
        text = json.dumps({"samples": rows})
        (self.voice / "labels.json").write_text(text, encoding="utf-8")

    def gate(self, name: str = "sub", base: str = "HEAD", scorers: tuple[str, ...] = SOME) -> int:
        shutil.rmtree(self.out / "gate", ignore_errors=True)
        options = ("--policy", self.policy, "--store", self.out / "store", *scorers)
        path = self.top / "submissions" / name
        return self.tenhours("gate", path, "--base", base, *options, "--out", self.out / "gate")

    def verdict(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.out / "gate" / "gate.json").read_text("utf-8"))
        return found

    def findings(self) -> pd.DataFrame:
        return pd.read_csv(self.out / "gate" / "findings.csv")

    def judged(self) -> list[str]:
        return sorted(pd.read_csv(self.out / "gate" / "verdicts.csv")["audio_file"])


@pytest.fixture
def repository(tmp_path: Path, tenhours: Callable[..., int]) -> Repository:
    made = Repository(tmp_path / "repository", tmp_path, tenhours)
    small(made.top / "submissions" / "sub", 3)
    made.git("init", "-q")
    made.commit()
    return made


def test_a_top_up_is_judged_alone_and_copies_of_what_was_there_are_found(
    repository: Repository,
) -> None:
    voice, rows = repository.voice, repository.rows()
    more = json.loads((EXAMPLE / VOICE / "labels.json").read_text(encoding="utf-8"))["samples"][3]
    shutil.copy(EXAMPLE / VOICE / more["audio_file"], voice)
    samples, rate_hz = soundfile.read(voice / rows[0]["audio_file"])
    soundfile.write(voice / "0000-again.wav", samples * 0.7, rate_hz)
    copy = {**rows[0], "audio_file": "0000-again.wav", "text": "Something else is said."}
    repository.label([copy, *rows, more])
    repository.gate()
    assert repository.judged() == sorted(["0000-again.wav", more["audio_file"]])
    told = repository.findings()
    (copied,) = told[told["rule"] == "near-duplicate-audio"].to_dict("records")
    assert copied["audio_file"] == "0000-again.wav"
    assert rows[0]["audio_file"] in copied["sentence"]
    verdict = repository.verdict()
    assert (verdict["clips"], verdict["before"]) == (2, 3)
    beside = {path.name for path in (repository.out / "gate" / "audio").iterdir()}
    assert len(beside - {KEPT}) == 2


def test_what_did_not_change_passes_and_nothing_of_it_is_measured_but_for_copies(
    repository: Repository,
) -> None:
    rows = repository.rows()
    (repository.voice / rows[0]["audio_file"]).rename(repository.voice / "renamed.flac")
    repository.label([{**rows[0], "audio_file": "renamed.flac"}, *rows[1:]])
    assert repository.gate(scorers=()) == 0
    verdict = repository.verdict()
    assert verdict["reasons"][0] == "No clip was added or changed."
    assert (verdict["clips"], verdict["before"]) == (0, 3)
    kept = {path.name.partition("@")[0] for path in (repository.out / "store/scores").iterdir()}
    assert kept == {"decoding", "fingerprint"}


def test_another_label_and_a_second_copy_are_changes(repository: Repository) -> None:
    rows = repository.rows()
    shutil.copy(repository.voice / rows[1]["audio_file"], repository.voice / "0000.flac")
    again = {**rows[1], "audio_file": "0000.flac"}
    repository.label([again, {**rows[0], "text": "Another text."}, *rows[1:]])
    repository.gate()
    assert repository.judged() == sorted(["0000.flac", rows[0]["audio_file"]])
    told = repository.findings()
    (equal,) = told[told["rule"] == "duplicate-audio"].to_dict("records")
    assert equal["audio_file"] == "0000.flac"


def test_a_submission_that_was_not_there_is_judged_whole(repository: Repository) -> None:
    shutil.copytree(repository.voice.parent, repository.top / "submissions" / "other")
    repository.gate(name="other")
    assert (repository.verdict()["clips"], repository.verdict()["before"]) == (3, 0)


def test_an_archive_is_held_against_the_archive_of_before(repository: Repository) -> None:
    root = repository.voice.parent
    packed = str(repository.top / "submissions" / "packed")
    shutil.make_archive(packed, "zip", root)
    repository.commit()
    small(repository.out / "larger", 4)
    shutil.make_archive(packed, "zip", repository.out / "larger")
    repository.gate(name="packed.zip")
    assert (repository.verdict()["clips"], repository.verdict()["before"]) == (1, 3)


@pytest.mark.parametrize("pattern", ["*.wav", "/submissions/*/*/*.wav"])
def test_what_filters_keep_apart_from_the_repository_is_known_again(
    repository: Repository, pattern: str
) -> None:
    """As with Git LFS, whose filter is named above the submission."""
    for way in ("clean", "smudge"):
        repository.git("config", f"filter.swap.{way}", r"tr '\000\377' '\377\000'")
    (repository.top / ".gitattributes").write_text(f"{pattern} filter=swap\n", encoding="utf-8")
    repository.git("add", "--renormalize", ".")
    repository.commit()
    repository.gate()
    assert (repository.verdict()["clips"], repository.verdict()["before"]) == (0, 3)


def test_what_is_left_out_of_an_export_is_there_as_it_is(repository: Repository) -> None:
    rows = repository.rows()
    repository.label([{**rows[0], "text": "This is $Format:%H$ and no more."}, *rows[1:]])
    attributes = "*.wav export-ignore\nlabels.json export-subst\n"
    (repository.voice.parent / ".gitattributes").write_text(attributes, encoding="utf-8")
    repository.commit()
    repository.gate()
    assert (repository.verdict()["clips"], repository.verdict()["before"]) == (0, 3)


def test_what_a_link_leads_to_is_not_in_the_base(repository: Repository) -> None:
    submission, elsewhere = repository.voice.parent, repository.out / "elsewhere"
    submission.rename(elsewhere)
    submission.symlink_to(elsewhere)
    repository.commit()
    submission.unlink()
    shutil.copytree(elsewhere, submission)
    repository.gate()
    assert (repository.verdict()["clips"], repository.verdict()["before"]) == (3, 0)


def test_reading_the_base_calls_no_hook_and_leaves_nothing(repository: Repository) -> None:
    hook = repository.top / "hooks" / "post-index-change"
    hook.parent.mkdir()
    hook.write_text(f"#!/bin/sh\ntouch '{repository.out}/called'\n", encoding="utf-8")
    hook.chmod(0o755)
    repository.git("config", "core.hooksPath", "hooks")
    repository.git("config", "core.splitIndex", "true")
    kept = sorted((repository.top / ".git").rglob("*"))
    repository.gate()
    assert repository.verdict()["before"] == 3
    assert sorted((repository.top / ".git").rglob("*")) == kept
    assert not (repository.out / "called").exists()


def test_approvals_are_those_of_the_base(repository: Repository) -> None:
    ordered = repository.out / "ordered.toml"
    terms = "[terms]\nrequire_stage_order = true\n"
    ordered.write_text(f'name = "ordered"\nextends = "{POLICY}"\n{terms}', encoding="utf-8")
    repository = replace(repository, policy=ordered)
    described = repository.voice.parent / "submission.toml"
    text = described.read_text(encoding="utf-8")
    assert 'stage = "payload"' in text
    approved = '[submissions.sub]\nstages = ["description", "samples"]\n'
    (repository.top / "approvals.toml").write_text(approved, encoding="utf-8")
    repository.gate()
    assert "stage-order" in set(repository.findings()["rule"])
    repository.git("add", "approvals.toml")
    repository.git("commit", "-q", "-m", "approve")
    repository.gate()
    assert "stage-order" not in set(repository.findings()["rule"])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[submissions.sub]\nstages = ['all']\n", "submissions.sub.stages.0"),
        ("[approved]\n", "approved"),
        ("[", "no TOML"),
    ],
)
def test_approvals_that_are_wrong_are_an_error(
    repository: Repository, capsys: pytest.CaptureFixture[str], written: str, said: str
) -> None:
    (repository.top / "approvals.toml").write_text(written, encoding="utf-8")
    repository.commit()
    assert repository.gate() == 2
    error = capsys.readouterr().err
    assert "approvals.toml of HEAD" in error
    assert said in error


def test_a_base_that_is_not_there_is_an_error(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert repository.gate(base="--all") == 2
    assert repository.gate(base="gone") == 2
    assert "it takes a commit that this repository has" in capsys.readouterr().err.lower()
    shutil.rmtree(repository.top / ".git")
    assert repository.gate() == 2
