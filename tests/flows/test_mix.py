"""`tenhours mix` over what scores of several contributors left."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest


@pytest.fixture
def folders(out: Path, tmp_path: Path) -> list[Path]:
    """Scored folders of three contributors, with 9, 4 and 2 clips of a second; the last may be
    published as it is."""
    made = []
    for number, (person, clips) in enumerate([("c-one", 9), ("c-two", 4), ("c-three", 2)]):
        folder = shutil.copytree(out, tmp_path / person)
        table = pd.read_parquet(folder / "clips.parquet").head(clips)
        names = {v: v.replace("SECRET_NAME", person) for v in table["voice"].unique()}
        voices = {
            shown: {"held": "", "missing": "", "publish": number == 2} for shown in names.values()
        }
        digest = [f"{number}{d[1:]}" for d in table["audio_sha256"]]
        table.assign(score=50.0, selected=True, audio_sha256=digest).to_parquet(
            folder / "clips.parquet"
        )
        about = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        about |= {"contributor": person, "voices": voices}
        (folder / "summary.json").write_text(json.dumps(about), encoding="utf-8")
        made.append(folder)
    return made


def test_a_mix_of_three_shows_shares_and_names_nobody(
    folders: list[Path],
    policy: Path,
    tmp_path: Path,
    tenhours: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    to = tmp_path / "mix.csv"
    voices = [o for v in ("V", "SECRET_NAME_HAPPY") for o in ("--voice", v)]
    assert tenhours("mix", *folders, *voices, "--to", to, "--policy", policy) == 0
    printed = capsys.readouterr().out
    mixed = pd.read_csv(to)
    assert mixed.groupby("contributor").size().to_dict() == {"c-one": 5, "c-two": 4, "c-three": 2}
    assert "SECRET" not in printed + to.read_text(encoding="utf-8")
    assert "c-one: 45.5%, 5 s of 9 s" in printed
    assert "c-one has more than may be in it; with more than 3 s of others" in printed
    told = printed.splitlines()
    after = told.index("- c-three: 18.2%, 2 s of 2 s")
    assert all("; may be published" in line for line in told[after + 1 : after + 3])
    assert printed.count("may not be published") == 4


def test_the_mix_is_what_the_export_takes(
    folders: list[Path], policy: Path, tmp_path: Path, tenhours: Callable[..., int]
) -> None:
    from flows.scored import only, read_scored, read_selection

    to = tmp_path / "mix.csv"
    tenhours("mix", *folders, "--voice", "V", "--to", to, "--policy", policy)
    chosen = read_selection(to)
    taken = [int(only(read_scored(f), chosen).clips["selected"].sum()) for f in folders]
    assert sum(taken) == len(chosen) > 0


def test_what_is_left_of_a_mix_must_be_legal_too(
    folders: list[Path],
    policy: Path,
    tmp_path: Path,
    tenhours: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    plan, free = tmp_path / "mix.csv", tmp_path / "free.toml"
    for number, folder in enumerate(folders):  # audio of the digests, which the fixture made up
        table = pd.read_parquet(folder / "clips.parquet")
        files = sorted((folder / "audio").iterdir())[: len(table)]
        contents = [file.read_bytes() + bytes([number]) for file in files]
        digests = [hashlib.sha256(content).hexdigest() for content in contents]
        for content, digest in zip(contents, digests, strict=True):
            (folder / "audio" / f"{digest[:24]}.wav").write_bytes(content)
        table.assign(audio_sha256=digests).to_parquet(folder / "clips.parquet")
    tenhours("mix", *folders, "--voice", "V", "--to", plan, "--policy", policy)
    options = ("--selection", plan, "--format", "ljspeech", "--policy", policy)
    assert tenhours("export", *folders, "--to", tmp_path / "legal", *options) == 0
    lost = folders[2] / "clips.parquet"
    pd.read_parquet(lost).assign(text="a|b").to_parquet(lost)
    capsys.readouterr()
    assert tenhours("export", *folders, "--to", tmp_path / "set", *options) == 2
    said = capsys.readouterr().err
    assert "what is left of the mix is not legal: 2 contributors, of whom c-" in said
    assert not (tmp_path / "set" / "manifest.json").exists()
    own = f'name = "free"\nextends = "{policy}"\n[mix]\ncontributors = 2\nshare_below = 0.9\n'
    free.write_text(own, encoding="utf-8")
    options = (*options[:-1], free)
    assert tenhours("export", *folders, "--to", tmp_path / "set", *options) == 1


def test_no_mix_of_two_and_what_would_make_one(
    folders: list[Path],
    policy: Path,
    tmp_path: Path,
    tenhours: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    to = tmp_path / "mix.csv"
    to.write_text("of before", encoding="utf-8")
    assert tenhours("mix", *folders[:2], "--voice", "V", "--to", to, "--policy", policy) == 1
    printed = capsys.readouterr().out
    assert "2 contributors have selected clips of these voices; 1 more contributor is" in printed
    assert "With more than 3 s of others" in printed
    assert not to.exists()
    assert tenhours("mix", *folders, "--voice", "W", "--to", to, "--policy", policy) == 2
    assert "none of the folders has it; there are V, c-" in capsys.readouterr().err


def test_the_same_audio_of_two_contributors_counts_for_the_first(
    folders: list[Path], policy: Path, tmp_path: Path, tenhours: Callable[..., int]
) -> None:
    first = pd.read_parquet(folders[0] / "clips.parquet")
    stolen = first.head(2)["audio_sha256"].tolist()
    table = pd.read_parquet(folders[2] / "clips.parquet")
    table.assign(audio_sha256=stolen).to_parquet(folders[2] / "clips.parquet")
    names = ("--voice", "V", "--voice", "SECRET_NAME_HAPPY")
    assert tenhours("mix", *folders, *names, "--to", tmp_path / "m", "--policy", policy) == 1
