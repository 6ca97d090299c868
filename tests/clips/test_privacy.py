import csv
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clips import privacy, pseudonym
from clips.commands.check import check
from clips.errors import TenhoursError
from clips.privacy import Redactor, known_contributors, redactor, remember
from clips.spreadsheets import for_spreadsheets, write_twin
from tests.clips.build import DESCRIPTION

KEY = b"k" * 32
NAME = "Zaphod Beeblebrox"


@pytest.mark.parametrize(
    "text",
    [
        "by Zaphod Beeblebrox.",
        "zaphod_beeblebrox/0001.wav",
        "ZAPHODBEEBLEBROX",
        "Zaphod-Beeblebrox-2.wav",
        "beeblebrox's reading",
        "Ｚａｐｈｏｄ Beeblebrox",
        "from zaphod, 3 clips",
    ],
)
def test_name_is_replaced(text: str) -> None:
    hide = redactor([NAME], KEY)
    assert hide.found_in(text)
    hidden = hide(text)
    assert "aphod" not in hidden.lower()
    assert "eeblebrox" not in hidden.lower()
    assert pseudonym.pseudonym(NAME, KEY) in hidden
    assert not hide.found_in(hidden)


def test_other_text_stays_as_it_is() -> None:
    hide = redactor([NAME, "Al", ""], KEY)
    for text in ("Hello ﬁne world.", "e\u0301", "All aloe", ""):
        assert hide(text) == text
    assert Redactor({})("Zaphod") == "Zaphod"
    assert hide("The aloe by Al_1") == f"The aloe by {pseudonym.pseudonym('Al', KEY)}_1"


def test_no_finding_and_no_line_names_the_contributor(
    submission: Callable[..., Path], tmp_path: Path
) -> None:
    for spoil in (
        'contributor = "Zaphod\\nBeeblebrox"',
        'contributor = ["Zaphod Beeblebrox"]',
        f'contributor = "{NAME}"\nnotes = 7',
        f'contributor = "{NAME}"\nnotes = ["{NAME}"]',
    ):
        kept = "\n".join(t for t in DESCRIPTION.splitlines() if not t.startswith("contributor"))
        root = submission(description=f"{spoil}\n{kept}")
        checked = check(root)
        told = "\n".join([*checked.lines(), *(f.sentence for f in checked.submission.findings)])
        assert "Zaphod" not in told
        assert "Beeblebrox" not in told


def test_map_of_contributors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy, "config_folder", lambda: tmp_path / "config")
    assert known_contributors() == {}
    name = remember(NAME, KEY)
    assert remember(NAME, KEY) == name
    remember("Ada", KEY)
    assert known_contributors()[name] == NAME
    assert len(known_contributors()) == 2
    assert sorted(p.name for p in (tmp_path / "config").iterdir()) == [
        "contributors.json",
        "contributors.lock",
    ]
    file = tmp_path / "config" / "contributors.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for torn in ("", "[", "[1]", "null", "3"):
        file.write_text(torn)
        with pytest.raises(TenhoursError, match="damaged"):
            remember("Ada", KEY)


def test_map_of_contributors_loses_none_of_those_who_come_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privacy, "config_folder", lambda: tmp_path / "config")
    names = [f"Contributor {number}" for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        noted = list(threads.map(lambda name: remember(name, KEY), names))
    assert known_contributors() == dict(zip(noted, names, strict=True))


@pytest.mark.parametrize("cell", ["=1+1", "+1+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_formulas_become_text(cell: str) -> None:
    assert for_spreadsheets(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Hello", "-0.5", "+3", "1e-5", "", "'=1", "a=b"])
def test_other_cells_stay(cell: str) -> None:
    assert for_spreadsheets(cell) == cell


def test_twin(tmp_path: Path) -> None:
    table = tmp_path / "verdicts.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["text", "value"], ["=HYPERLINK(1)", "-1.5"], ["a\nb", ""]])
    before = table.read_bytes()
    twin = write_twin(table)
    assert twin.name == "verdicts-for-spreadsheets.csv"
    assert table.read_bytes() == before
    with twin.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["text", "value"],
            ["'=HYPERLINK(1)", "-1.5"],
            ["a\nb", ""],
        ]


def test_no_cell_of_a_twin_ends_at_another_sign(tmp_path: Path) -> None:
    """Where a comma is the decimal mark, a spreadsheet program takes ";" for the end of a cell."""
    table = tmp_path / "verdicts.csv"
    table.write_text("text,value\na;=1+1\tb,2\n", encoding="utf-8")
    assert write_twin(table).read_text(encoding="utf-8-sig").splitlines()[1] == '"a;=1+1\tb","2"'


def test_a_cell_may_be_longer_than_the_csv_reader_takes(tmp_path: Path) -> None:
    long = "a" * 200_000
    table = tmp_path / "t.csv"
    table.write_text(f"text\n{long}\n", encoding="utf-8")
    assert write_twin(table).read_text(encoding="utf-8-sig").splitlines()[1] == f'"{long}"'
