"""`tenhours report`: what a contributor is told of their own submissions."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from clips.errors import ScoringError
from flows.say import say
from selection.exit_codes import PASS

if TYPE_CHECKING:
    from flows.kept import Kept, Names
    from reports.letter_view import Letter


def report(
    outs: list[Path],
    *,
    for_contributor: Annotated[list[str], Parameter(consume_multiple=True, negative=())],
    to: Path,
    ledger: str | None = None,
) -> int:
    """Write the letter to a contributor: what to mend in their data, dearest first.

    letter.html, letter.md and letter.csv hold only what is theirs, under their pseudonym: what each
    cause costs, what to do about it, the clips with value and bound, and what each voice still
    lacks. letter.md quotes no label, so that it may be posted. Exits 0, or 2 for folders that hold
    no score or none of that contributor.

    Args:
        outs: Output folders of tenhours score, of one contributor or of several.
        for_contributor: Pseudonym, such as c-k2m4x6z8ab; none is needed where the folders are all
            of one.
        to: Folder for the letter; made where it is missing.
        ledger: Path or URL of the ledger, which knows the name that is kept out; that of
            TENHOURS_LEDGER where not given, or your own; "" for none.
    """
    from flows.files import check_writable, whole_set, write_draft
    from flows.kept import names_of, read_kept
    from flows.ledgers import names_known
    from reports.letter_forms import COLUMNS, letter_html, letter_markdown, letter_rows

    mine = _of_one([read_kept(out) for out in outs], for_contributor)
    check_writable(to, "--to")
    known = names_known(ledger)
    named = [(one, names_of(one, known)) for one in mine]
    with whole_set(to, ("letter.html", "letter.md", "letter.csv")) as folder:
        full = _letter(named, quotes=True)
        write_draft(letter_html(full), folder / "letter.html")
        write_draft(letter_markdown(_letter(named, quotes=False)), folder / "letter.md")
        with (folder / "letter.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerows([COLUMNS, *letter_rows(full)])
    for part in full.parts:
        say(f"{part.title}: {len(part.causes) + len(part.whole)} things to mend")
    say(f"Letter: {to / 'letter.html'}, letter.md and letter.csv beside it")
    return PASS


def _of_one(scored: Sequence["Kept"], named: Sequence[str]) -> list["Kept"]:
    people = sorted({one.pseudonym for one in scored})
    if len(named) > 1:
        raise ScoringError("--for-contributor: give one pseudonym, and the folders before it")
    if not named and len(people) > 1:
        raise ScoringError(
            f"the folders are of {len(people)} contributors: say --for-contributor with one of"
            f" {', '.join(people)}"
        )
    wanted = named[0] if named else people[0]
    if wanted not in people:
        raise ScoringError(f"none of the folders is of {wanted}; they are of {', '.join(people)}")
    return sorted((o for o in scored if o.pseudonym == wanted), key=lambda o: o.summary["created"])


def _letter(named: Sequence[tuple["Kept", "Names"]], *, quotes: bool) -> "Letter":
    from reports.letter import Submission, letter

    return letter(
        named[0][0].pseudonym,
        datetime.now(UTC).date().isoformat(),
        [
            Submission(
                title=kept.title,
                clips=kept.clips,
                findings=kept.findings,
                policy=kept.policy,
                reader=replace(names.reader, quotes=quotes),
                voices=names.voices,
                files=names.files,
            )
            for kept, names in named
        ],
    )
