"""The collection's page and its private index."""

import csv
import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ledger.forget import forget
from ledger.lookup import contributor
from ledger.record import record
from ledger.store import init
from tests.browser import open_report, violations
from tests.conftest import POLICY
from tests.flows.test_letter import NAMES, submission
from tests.ledger.test_ledger import run


@pytest.fixture(scope="module")
def scored(
    tenhours: Callable[..., int], store: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Two contributors; the second scored twice, once into a folder of their name."""
    root = tmp_path_factory.mktemp("collection")
    options = ("--policy", POLICY, "--store", store, "--scorers", "loudness,snr")
    for name, voice, out in (
        (NAMES[0], "VOICE_A_NEUTRAL", "one"),
        (NAMES[1], "VOICE_B_NEUTRAL", "two"),
        (NAMES[1], "VOICE_B_NEUTRAL", "throckmorton"),
    ):
        path = root / "in" / out / name.split()[1].lower()
        submission(path, name, voice)
        assert tenhours("score", path, "--out", root / "outs" / out, *options) == 0
    return root / "outs"


@pytest.fixture(scope="module")
def made(
    scored: Path, tenhours: Callable[..., int], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    to = tmp_path_factory.mktemp("site") / "site"
    assert tenhours("site", scored, "--to", to) == 0
    return to


def test_the_page_names_nobody(made: Path) -> None:
    text = (made / "index.html").read_text("utf-8").casefold()
    for name in NAMES:
        assert not [trace for trace in name.casefold().split() if trace in text]


def test_the_private_index_leads_from_entry_to_report(made: Path, scored: Path) -> None:
    path = made / "entries.private.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["entry"]: row for row in csv.DictReader(file)}
    assert set(rows) == {"one", "two", "throckmorton"}
    assert rows["two"]["contributor"] == rows["throckmorton"]["contributor"] != rows["one"]
    assert all(Path(row["report"]).is_file() for row in rows.values())


@pytest.mark.parametrize("last", ["two", "throckmorton"])
def test_of_two_runs_in_one_second_the_last_is_shown(
    scored: Path, tenhours: Callable[..., int], tmp_path: Path, last: str
) -> None:
    outs = shutil.copytree(scored, tmp_path / "outs")
    for name in ("two", "throckmorton"):
        path = outs / name / "summary.json"
        summary = json.loads(path.read_text("utf-8")) | {"created": "2026-01-01T00:00:00+00:00"}
        path.write_text(json.dumps(summary), "utf-8")
        os.utime(path, (1_800_000_000 + (name == last),) * 2)
    assert tenhours("site", outs, "--to", tmp_path / "site") == 0
    links = (tmp_path / "site" / "index.html").read_text("utf-8").count("two/report.html")
    assert (links > 0) == (last == "two")


@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (1400, "dark"), (400, "light")])
def test_it_reads_in_a_browser(
    chromium: Browser, made: Path, scored: Path, width: int, scheme: str
) -> None:
    with open_report(chromium, made / "index.html", width=width, scheme=scheme) as shown:
        page = shown.page
        assert "by 2 contributors" in page.inner_text(".headline")
        assert page.locator("section[aria-labelledby=submissions] tbody tr").count() == 2
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        (link,) = {a.get_attribute("href") for a in page.locator("th a").all()}
        assert link is not None
        assert (made / link).resolve() == (scored / "one" / "report.html").resolve()
        assert violations(page) == ""
    assert shown.errors == []
    assert len(shown.requests) == 1


def test_what_the_ledger_owes_is_on_it(
    scored: Path, tenhours: Callable[..., int], tmp_path: Path
) -> None:
    (who,) = {json.loads((scored / "one" / "summary.json").read_text("utf-8"))["contributor"]}
    where = str(tmp_path / "ledger.db")
    with init(where).writing() as connection:
        record(connection, run(who, NAMES[0]))
        record(connection, run("c-strange", "Somebody Else", "cd" * 32))
        forget(connection, contributor(connection, "c-strange")[0])
    to = tmp_path / "site"
    assert tenhours("site", scored, "--to", to, "--ledger", where) == 0
    _, _, owed = (to / "index.html").read_text("utf-8").partition('id="owed"')
    owed, _, _ = owed.partition("</section>")
    assert owed.count("<strong>owed</strong>") == 2
    assert f'<bdi>{who}</bdi></th><td data-name="Voice"><bdi>V</bdi>' in owed
    assert '<bdi>c-strange</bdi></th><td data-name="Voice"><bdi>…</bdi>' in owed
    assert tenhours("site", scored, "--to", to, "--ledger", "") == 0
    assert 'id="owed"' not in (to / "index.html").read_text("utf-8")


def test_nothing_scored_is_said(tenhours: Callable[..., int], tmp_path: Path) -> None:
    assert tenhours("site", tmp_path, "--to", tmp_path / "site") == 5
    assert tenhours("site", tmp_path / "none", "--to", tmp_path / "site") == 2
