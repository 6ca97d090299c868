"""`tenhours site`: the whole collection on a page, from the reports below a folder."""

import csv
import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from clips.errors import ScoringError
from flows.say import say
from selection.exit_codes import NOTHING, PASS

if TYPE_CHECKING:
    from clips.privacy import Redactor
    from reports.collection import Entry, Pack

PRIVATE = "entries.private.csv"


def site(folder: Path, *, to: Path, ledger: str | None = None) -> int:
    """Make a page of all scored submissions below a folder, and a private index of them.

    index.html shows submissions, voices, languages, the trend by day and what waits for a decision,
    each against the hours that it needs, under pseudonyms. It links a report where the path to it
    names nobody. entries.private.csv, which only its owner can read, leads from each entry to its
    pseudonym and its report, and is no part of what is shared. Exits 0, 2 for a wrong folder, 5
    where nothing is scored below it.

    Args:
        folder: Holds output folders of tenhours score, at any depth.
        to: Folder for the page; made where it is missing.
        ledger: Path or URL of the ledger, which says what voicepacks are owed; that of
            TENHOURS_LEDGER where not given, or your own; "" for none.
    """
    from clips.drafts import whole
    from clips.privacy import redactor
    from flows.files import check_writable, write_text
    from flows.ledgers import names_known
    from reports.collection import collection_html

    if not folder.is_dir():
        raise ScoringError(f"{folder}: there is no such folder")
    check_writable(to, "--to")
    known = names_known(ledger)
    found = list(_entries(folder, to, known, redactor(known.values())))
    if not found:
        say(f"Nothing is scored below {folder}.", error=True)
        return NOTHING
    created = datetime.now(UTC).isoformat(timespec="seconds")
    page = collection_html([entry for _, entry in found], created, _packs(ledger, known))
    write_text(page, to / "index.html")
    with (
        whole(to / PRIVATE, owner_only=True) as unfinished,
        unfinished.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("entry", "contributor", "stage", "scored", "report"))
        writer.writerows(
            (out.name, entry.contributor, entry.stage, entry.created, out / "report.html")
            for out, entry in found
        )
    say(f"{len(found)} scored submissions: {to / 'index.html'}")
    say(f"Private, from entry to report: {to / PRIVATE}")
    return PASS


def _packs(given: str | None, known: Mapping[str, str]) -> "list[Pack] | None":
    """What the ledger owes, ``None`` where there is none; names are hidden."""
    from clips.privacy import redactor
    from flows.ledgers import opened
    from reports.collection import Pack

    book = opened(given)
    if book is None:
        return None
    from ledger.owed import owed

    with book.reading() as connection:
        packs = owed(connection)
    people = {pack.contributor for pack in packs}
    hide = {one: redactor([known[one]]) if one in known else _not_shown for one in people}
    return [
        Pack(
            p.contributor,
            hide[p.contributor](p.voice),
            hide[p.contributor](p.tone),
            p.earned,
            p.delivered,
        )
        for p in packs
    ]


def _entries(
    folder: Path, to: Path, known: Mapping[str, str], hide: "Redactor"
) -> Iterator[tuple[Path, "Entry"]]:
    """Output folders below a folder, the last one last; of a run in the same second the file tells.

    One that another version left is named and left out.
    """
    written = {path: path.stat().st_mtime_ns for path in folder.rglob("summary.json")}
    for path in sorted(written, key=lambda path: (written[path], path)):
        out = path.parent.resolve()
        try:
            yield out, _entry(out, to, known, hide)
        except (OSError, ValueError, KeyError) as error:
            say(f"{out} is left out ({error}); score it anew", error=True)


def _entry(out: Path, to: Path, known: Mapping[str, str], hide: "Redactor") -> "Entry":
    import pandas as pd

    from flows.kept import CLIPS, POLICY, SUMMARY, shown_voices
    from reports.collection import COLUMNS, Entry
    from selection.policy import Policy

    summary = json.loads((out / SUMMARY).read_text(encoding="utf-8"))
    who = str(summary["contributor"])
    clips = pd.read_parquet(out / CLIPS, columns=list(COLUMNS))
    link = os.path.relpath(out / "report.html", to.resolve())
    # the entry may be called after its contributor, and who that is may not be known here
    is_clean = who in known and not hide.found_in(link)
    return Entry(
        contributor=who,
        created=str(summary["created"]),
        stage=str(summary["stage"]),
        provider=str(summary["provider"]),
        model=str(summary["model"]),
        policy=Policy.model_validate_json((out / POLICY).read_bytes()),
        clips=clips.assign(voice=clips["voice"].map(shown_voices(clips, summary))),
        report=quote(link) if is_clean else "",
    )


def _not_shown(_text: str) -> str:
    return "…"
