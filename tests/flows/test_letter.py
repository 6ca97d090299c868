"""A contributor's letter: all that is theirs, nothing of anybody else."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser

from clips.privacy import known_contributors
from ledger.record import contributor
from ledger.store import init
from tests.browser import open_report, violations
from tests.conftest import EXAMPLE, POLICY

CHEAP = "loudness,artifacts,snr,pauses"
NAMES = ("Zebulon Quaxley", "Wilhelmina Throckmorton", "Bartholomew Fizzlewick")
VOICES = ("VOICE_A_NEUTRAL", "VOICE_B_NEUTRAL", "VOICE_C_WHISPERING")
HOSTILE = "@everyone ![x](http:__evil.example) <img src=x> `#1`.wav"
DEFECTS = ("0015.wav", "0017.wav", "0020.wav", "0029.wav", "0013.wav", "0002.wav")


@pytest.fixture(scope="module")
def scored(
    tenhours: Callable[..., int], store: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Three scored submissions, pseudonym -> output folder."""
    root = tmp_path_factory.mktemp("three")
    outs = {}
    for name, voice in zip(NAMES, VOICES, strict=True):
        slug = name.split()[1].lower()
        path = submission(root / f"from-{slug}", name, voice)
        out = root / "outs" / slug
        options = ("--policy", POLICY, "--store", store, "--scorers", CHEAP)
        assert tenhours("score", path, "--out", out, *options) == 0
        outs[json.loads((out / "summary.json").read_text("utf-8"))["contributor"]] = out
    assert len(outs) == len(NAMES)
    return outs


def submission(path: Path, name: str, source: str) -> Path:
    """Clips of one voice of the example with planted defects, and the name wherever it can be."""
    first = name.split(maxsplit=1)[0].upper()
    voice = path / f"{first}_{source}"
    voice.mkdir(parents=True)
    rows = json.loads((EXAMPLE / source / "labels.json").read_text("utf-8"))
    rows = [
        row
        for part in rows.values()
        for row in part
        if (EXAMPLE / source / row["audio_file"]).is_file()
    ]
    chosen = [row for row in rows if Path(row["audio_file"]).name in DEFECTS] or rows[:8]
    kept = []
    for at, row in enumerate(chosen):
        new = f"{first.lower()}-{at}{Path(row['audio_file']).suffix}"
        shutil.copy(EXAMPLE / source / row["audio_file"], voice / new)
        kept.append({"audio_file": new, "text": row["text"]})
    kept += [
        {"audio_file": HOSTILE, "text": f"I am {name}."},
        {"audio_file": kept[0]["audio_file"].replace("0", "gone"), "text": "=1+1"},
    ]
    (voice / "silent.wav").write_bytes(
        (EXAMPLE / source / chosen[0]["audio_file"]).read_bytes()[:60]
    )
    kept.append({"audio_file": "silent.wav", "text": f"{name} says 100."})
    (voice / "labels.json").write_text(json.dumps({"samples": kept}), encoding="utf-8")
    text = (EXAMPLE / "submission.toml").read_text("utf-8").replace("Example Contributor", name)
    (path / "submission.toml").write_text(text.replace(source, voice.name), encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=range(len(NAMES)))
def written(
    request: pytest.FixtureRequest,
    scored: dict[str, Path],
    tenhours: Callable[..., int],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[str, Path]:
    """A letter over all three, for one of them."""
    pseudonym = list(scored)[request.param]
    to = tmp_path_factory.mktemp("letter") / "to"
    code = tenhours("report", *scored.values(), "--for-contributor", pseudonym, "--to", to)
    assert code == 0
    assert {file.name for file in to.iterdir()} == {"letter.html", "letter.md", "letter.csv"}
    return pseudonym, to


def test_nothing_of_anybody_else_and_no_name_is_in_it(
    written: tuple[str, Path], scored: dict[str, Path]
) -> None:
    pseudonym, to = written
    for file in to.iterdir():
        text = file.read_text("utf-8").casefold()
        assert pseudonym in text
        for other in set(scored) - {pseudonym}:
            assert other not in text, file.name
            clips = pd.read_parquet(scored[other] / "clips.parquet")
            for digest in (*clips["audio_sha256"], *clips["text_sha256"], *clips["clip_id"]):
                assert not digest or digest[:12] not in text
        for name in NAMES:
            for trace in name.casefold().split():
                assert trace not in text, (file.name, trace)
        for path in (scored[pseudonym].parent, Path.home(), Path.cwd()):
            assert str(path).casefold() not in text


def test_every_reject_is_in_it_with_a_remedy(
    written: tuple[str, Path], scored: dict[str, Path]
) -> None:
    pseudonym, to = written
    clips = pd.read_parquet(scored[pseudonym] / "clips.parquet")
    findings = pd.read_parquet(scored[pseudonym] / "findings.parquet")
    with (to / "letter.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["remedy"] and row["headline"] for row in rows)
    shown = {row["audio_file"] for row in rows if row["verdict"] == "reject"}
    rejected = clips[clips["verdict"] == "reject"]
    first = known_contributors()[pseudonym].split()[0].lower()
    assert len(rejected) >= 3
    for name in rejected["audio_file"]:
        hidden = name.replace(first, pseudonym)
        assert hidden in shown or f"'{hidden}" in shown, name
        for page in ("letter.html", "letter.md"):
            assert hidden.split("<")[0].split("@")[-1][:9] in (to / page).read_text("utf-8")
    bounds = set(zip(findings["rule"], findings["bound"], strict=True))
    measured = [row for row in rows if row["bound"]]
    assert measured
    assert {(row["rule"], float(row["bound"])) for row in measured} <= bounds


def test_it_is_harmless_where_it_is_posted(written: tuple[str, Path]) -> None:
    _, to = written
    text = (to / "letter.md").read_text("utf-8")
    assert "everyone" in text
    assert "@everyone" not in text and "<img" not in text and "![" not in text
    assert "says 100" not in text, "no label is quoted"
    assert "<img src=x>" not in (to / "letter.html").read_text("utf-8")


def test_what_is_missing_to_the_hour_is_said(written: tuple[str, Path]) -> None:
    _, to = written
    text = (to / "letter.md").read_text("utf-8")
    assert "more of accepted audio to 30 s" in text or "| nothing" in text


def test_folders_of_several_need_a_pseudonym(
    scored: dict[str, Path],
    tenhours: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    outs = list(scored.values())
    assert tenhours("report", *outs, "--for-contributor", "--to", tmp_path) == 2
    assert all(one in capsys.readouterr().err for one in list(scored)[:1])
    assert tenhours("report", *outs, "--for-contributor", "c-nobody", "--to", tmp_path) == 2
    assert "none of the folders is of c-nobody" in capsys.readouterr().err
    assert tenhours("report", outs[0], outs[0], "--for-contributor", "--to", tmp_path) == 0
    assert tenhours("report", tmp_path, "--for-contributor", "--to", tmp_path / "x") == 2
    assert "score the submission anew" in capsys.readouterr().err


@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (1400, "dark"), (400, "light")])
def test_the_page_reads_in_a_browser(
    chromium: Browser, written: tuple[str, Path], width: int, scheme: str
) -> None:
    with open_report(chromium, written[1] / "letter.html", width=width, scheme=scheme) as shown:
        assert shown.page.inner_text("h1") == "What to mend in your submission"
        assert "everyone" in shown.page.inner_text("main")
        beyond = "document.documentElement.scrollWidth - window.innerWidth"
        assert shown.page.evaluate(beyond) <= 0
        assert violations(shown.page) == ""
    assert shown.errors == []
    assert len(shown.requests) == 1


def test_a_name_that_only_the_ledger_knows_is_kept_out(
    scored: dict[str, Path],
    tenhours: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pseudonym, out = next(iter(scored.items()))
    where = tmp_path / "ledger.db"
    with init(str(where)).writing() as connection:
        contributor(connection, pseudonym, NAMES[0])
    monkeypatch.setattr("flows.ledgers.known_contributors", dict)
    asked = ("report", out, "--for-contributor", "--to", tmp_path / "letter", "--ledger")
    assert tenhours(*asked, "") == 2
    assert tenhours(*asked, where) == 0
    for file in (tmp_path / "letter").iterdir():
        content = file.read_text(encoding="utf-8").casefold()
        assert pseudonym in content or file.suffix == ".csv"
        assert not any(part.casefold() in content for part in NAMES[0].split())
