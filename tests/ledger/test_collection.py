"""A collection from the first description to a contributor who is forgotten, by the schedule.

A real server of Prefect, a real recogniser, the commands, and a ledger on either database.
"""

import gzip
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import soundfile as sf

from flows.job import job_name
from flows.watch import KINDS, watch_inbox
from tests.conftest import EXAMPLE, POLICY
from tests.ledger.test_story import QUIET, described

A, D = "VOICE_A_NEUTRAL", "VOICE_D_NEUTRAL"
ADA, BEA, CLEO = "Ada Quillfeather", "Bea Thistlewood", "Cleo Marchbanks"
RULES = f"""
name = "{{name}}"
extends = "{{extends}}"
[budget]
minimum_hours = 0.001
[terms]
require_stage_order = true
{{terms}}
[terms.languages]
new_language_hours = 0.001
{QUIET}"""


class Story:
    """What the maintainer does."""

    def __init__(self, root: Path, where: str, command: Callable[..., int]) -> None:
        self.root, self.command = root, command
        self.inbox, self.reports, self.store = (root / n for n in ("inbox", "reports", "store"))
        self.inbox.mkdir()
        self.options = ("--ledger", where)
        today = datetime.now(UTC).date()
        self.open = self.policy("open", -60)
        self.strict = self.policy("strict", -1)
        self.paused = self.policy("paused", -60, f"paused_from = {today}")

    def policy(self, name: str, bound: int, terms: str = "") -> Path:
        path = self.root / f"{name}.toml"
        content = RULES.format(name=name, extends=POLICY, bound=bound, terms=terms)
        path.write_text(content, encoding="utf-8")
        return path

    def says(self, *arguments: object) -> None:
        assert self.command(*arguments, *self.options) == 0

    def scored(self, folder: Path) -> Path:
        """A submission scored by hand, as one that came by mail."""
        out = self.root / "out" / folder.name
        options = ("--policy", self.open, "--store", self.store, "--out", out)
        self.says("score", folder, *options)
        return out

    def look(self, entry: Path, policy: Path | None = None) -> str:
        """What the schedule does with an entry of the inbox."""
        done = watch_inbox(
            str(self.inbox),
            str(self.reports),
            policy=str(policy or self.open),
            store=str(self.store),
            only=job_name(entry),
        )
        (kind,) = (kind for kind in KINDS if done[kind])
        return kind

    def out(self, entry: Path) -> Path:
        return self.reports / job_name(entry)

    def verdicts(self, entry: Path) -> pd.DataFrame:
        return pd.read_csv(self.out(entry) / "verdicts.csv").set_index("audio_file")

    def rules(self, entry: Path) -> list[str]:
        return pd.read_csv(self.out(entry) / "findings.csv")["rule"].tolist()


def stolen(folder: Path, clips: int) -> Path:
    """The first clips of Ada's, coded anew and quieter, put beside a submission's own."""
    voice = folder / A
    voice.mkdir()
    rows = json.loads((EXAMPLE / A / "labels.json").read_text(encoding="utf-8"))["samples"][:clips]
    for row in rows:
        audio, rate = sf.read(EXAMPLE / A / row["audio_file"])
        row["audio_file"] = Path(row["audio_file"]).with_suffix(".ogg").name
        sf.write(voice / row["audio_file"], 0.8 * audio, rate)
    (voice / "labels.json").write_text(json.dumps({"samples": rows}), encoding="utf-8")
    return folder


def everything(root: Path) -> Iterator[tuple[Path, str]]:
    """All files below a folder, whatever they are packed in."""
    for path in root.rglob("*"):
        if not path.is_file():
            continue
        if path.suffix == ".parquet":
            yield path, str(pq.read_table(path).to_pylist())
        elif path.suffix == ".gz":
            yield path, gzip.decompress(path.read_bytes()).decode()
        else:
            yield path, path.read_bytes().decode("utf-8", "replace")


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the story on one database measured, for the one on the other."""
    return tmp_path_factory.mktemp("measured")


@pytest.mark.usefixtures("prefect_server", "whisper_base")
def test_a_collection_from_its_first_description_to_who_is_forgotten(
    tmp_path: Path,
    where: str,
    measured: Path,
    tenhours: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("TENHOURS_LEDGER", where)
    story = Story(tmp_path, where, tenhours)
    shutil.copytree(measured, story.store)
    story.says("ledger", "init")

    # description, samples: each opens the next
    for stage, clips, start in (("description", 0, 0), ("samples", 2, 20)):
        folder = described(tmp_path / stage, stage, clips, start, name=ADA)
        story.says("approve", story.scored(folder), "--why", "go on")

    # the payload comes into the inbox and is scored by the schedule
    ada = described(story.inbox / "ada", "payload", 12, name=ADA)
    assert story.look(ada) == "scored"
    assert "stage-order" not in story.rules(ada)
    assert (story.out(ada) / "report.html").is_file()
    heard = story.verdicts(ada)
    accepted = heard.index[heard["verdict"] == "accept"].tolist()
    assert len(accepted) >= 8, heard["reasons"].tolist()

    # a clip overridden by ear, then all of it approved: the schedule takes the word up by itself
    story.says("decline", story.out(ada), "--clip", f"{A}/{accepted[-1]}", "--why", "slurred")
    assert story.look(ada) == "scored"
    assert story.verdicts(ada).loc[accepted[-1], "decided_by"] == "maintainer"
    story.says("approve", story.out(ada), "--why", f"good, {ADA}")
    assert [story.look(ada), story.look(ada)] == ["scored", "unchanged"]

    # the threshold rises: what was approved stays so
    assert story.look(ada, story.strict) == "scored"
    heard = story.verdicts(ada)
    assert heard.index[heard["verdict"] == "accept"].tolist() == accepted[:-1]
    assert story.look(ada) == "scored"

    # somebody else hands in three of these clips, coded anew, beside their own
    bea = stolen(described(story.inbox / "bea", "payload", 5, voice=D, name=BEA), 3)
    assert story.look(bea) == "scored"
    caught = story.verdicts(bea)
    assert story.rules(bea).count("earlier-other") == 3
    assert set(caught.loc[caught["voice"] == A, "verdict"]) == {"reject"}
    story.says("approve", story.out(bea), "--stage", "samples", "--why", "heard elsewhere")
    assert story.look(bea) == "scored"

    # a top-up with ten clips of before counts once
    more = described(story.inbox / "more", "payload", 14, 2, name=ADA)
    assert story.look(more) == "scored"
    both = set(accepted[:-1]) & set(story.verdicts(more).index)
    # one of them is the same file as another, under a name of its own
    assert story.rules(more).count("earlier-own") == len(both) + 1 == 9
    for entry in (more, bea):
        story.says("approve", story.out(entry), "--why", "good")
        assert story.look(entry) == "scored"
    chosen = tmp_path / "selection"
    story.says("reselect", "--to", chosen, "--policy", story.open)
    picked = {path.stem: pd.read_csv(path) for path in chosen.glob("c-*.csv")}
    assert len(picked) == 2
    assert all(not table["audio_sha256"].duplicated().any() for table in picked.values())

    # the collection is paused: what comes late is refused unless its arrival was agreed
    cleo = described(story.inbox / "cleo", "payload", 6, 6, voice=D, name=CLEO)
    assert story.look(cleo, story.paused) == "scored"
    assert "collection-paused" in story.rules(cleo)
    assert not story.verdicts(cleo)["selected"].any()
    story.says("approve", story.out(cleo), "--stage", "samples", "--why", "heard elsewhere")
    yesterday = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"
    pseudonym = json.loads((story.out(cleo) / "summary.json").read_text())["contributor"]
    story.says("ledger", "agree", pseudonym, yesterday, "--why", "told by mail")
    assert story.look(cleo, story.paused) == "scored"
    assert story.verdicts(cleo)["selected"].any(), story.rules(cleo)

    # a mix of three
    outs = [story.out(entry) for entry in (ada, bea, cleo)]
    mixed = ("--voice", A, "--voice", D, "--to", tmp_path / "mix.csv", "--policy", story.open)
    assert tenhours("mix", *outs, *mixed) == 0
    shares = pd.read_csv(tmp_path / "mix.csv").groupby("contributor")["duration_s"].sum()
    assert len(shares) == 3
    assert shares.max() < shares.sum() / 2

    # what is owed is delivered
    story.says("delivered", ADA, A, "--note", "by mail")
    capsys.readouterr()
    story.says("owed")
    told = capsys.readouterr().out
    her = json.loads((story.out(ada) / "summary.json").read_text())["contributor"]
    assert f"{her}  {A} (neutral)  delivered" in told

    shutil.copytree(story.store, measured, dirs_exist_ok=True)

    # forgotten: nothing but the pseudonym is left in any file or table
    sent = {hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.rglob("*.wav")}
    texts = [str(text) for text in heard["text"][3:]]
    assert any(texts[0] in content for _, content in everything(story.reports))
    for folder in (ada, more, tmp_path / "description", tmp_path / "samples"):
        shutil.rmtree(folder)  # the submissions themselves are the maintainer's to remove
    for table in (tmp_path / "mix.csv", *chosen.iterdir()):
        table.unlink()
    story.says("forget", ADA, "--store", story.store)
    story.says("ledger", "backup", tmp_path / "backup.jsonl.gz")
    capsys.readouterr()
    story.says("history", her)
    assert "approve stage payload" in capsys.readouterr().out
    left = dict(everything(tmp_path))
    assert any(her in content for content in left.values())
    for path, content in left.items():
        assert "Quillfeather" not in content, path
        assert not [text for text in texts if text in content], path
        assert hashlib.sha256(path.read_bytes()).hexdigest() not in sent or path.is_relative_to(
            story.out(bea)
        ), path
    kept = [pd.read_parquet(part) for part in story.reports.glob(".shelf/part-*/clips.parquet")]
    assert her not in set(pd.concat(kept)["contributor"])
