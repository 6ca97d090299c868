"""`tenhours history`, `forget`, `owed` and `delivered`: what is remembered, and what goes."""

from pathlib import Path

from clips.errors import LedgerError
from clips.numbers import count
from flows.say import say
from selection.exit_codes import FAILED, PASS


def history(about: str | None = None, *, ledger: str | None = None) -> int:
    """List what was scored and decided, from the first to the last.

    Args:
        about: A contributor (pseudonym or name), an output folder, or the first digits of a
            submission's digest; everything where not given.
        ledger: A path or URL; as for tenhours score where not given.
    """
    from flows.deciding import named_submission, the_ledger
    from ledger import lookup
    from ledger.history import history as events

    with the_ledger(ledger).reading() as connection:
        who = sent = None
        if about is not None:
            try:
                found = named_submission(connection, about)
                who, sent = found.contributor, found.id
            except LedgerError:
                who, _ = lookup.contributor(connection, about)
        for event in events(connection, who, sent):
            by = f" by {event.by}" if event.by else ""
            about_what = " ".join(filter(None, (event.contributor, event.submission)))
            say(f"{event.at[:19]}Z  {about_what}  {event.what}{by}: {event.details}")
    return PASS


def forget(
    contributor: str,
    *,
    store: str | None = None,
    shelf: Path | None = None,
    ledger: str | None = None,
) -> int:
    """Remove a contributor's name, audio, texts and pictures; what was decided stays, by pseudonym.

    Removed are the name, names of files and digests of labels in the ledger, the reports, tables
    and audio of every recorded output folder, their part of the nightly selection beside those,
    what the store measured of their audio and the shelf holds of it. What lies elsewhere (the
    submission, the inbox, exported sets, other selections, backups) is yours to remove. Exits 1
    where an output folder holds files that no run left, which stay.

    Args:
        contributor: Pseudonym, or name.
        store: Where measurements are kept: a folder, or a URL such as s3://bucket/prefix. The
            user's cache where not given.
        shelf: Folder given as --shelf to tenhours score; that of the inbox, beside the reports, is
            found.
        ledger: A path or URL; as for tenhours score where not given.
    """
    from clips.privacy import forget_noted
    from flows.deciding import the_ledger
    from flows.erase import erase_measurements, erase_outputs
    from flows.files import folder_at
    from flows.reselect import SELECTION
    from flows.shelf import SHELF, KeptShelf
    from ledger import lookup
    from ledger.forget import belongings
    from ledger.forget import forget as forget_rows

    opened = the_ledger(ledger)
    with opened.reading() as connection:
        who, pseudonym = lookup.contributor(connection, contributor)
        theirs = belongings(connection, who)
    left = [out for out in theirs.outs if not erase_outputs(Path(out))]
    rows = erase_measurements(theirs.clips, None if store is None else folder_at(store))
    beside = {Path(out).parent for out in theirs.outs}
    for kept in {*([shelf] if shelf else []), *(folder / SHELF for folder in beside)}:
        rows += KeptShelf(kept).drop(pseudonym)
    for folder in beside:
        (folder / SELECTION / f"{pseudonym}.csv").unlink(missing_ok=True)
    with opened.writing() as connection:
        forget_rows(connection, who)
    opened.clean()
    forget_noted(pseudonym)
    say(
        f"{pseudonym} is forgotten: {count(len(theirs.outs), 'folder')} of reports and"
        f" {count(rows, 'measurement')} removed. The history stays under the pseudonym."
    )
    for out in left:
        say(f"{out}: files that no run left are still there", error=True)
    return FAILED if left else PASS


def owed(*, ledger: str | None = None) -> int:
    """List the voicepacks that are owed and those that were delivered.

    Every voice that met its minimum under the policy of its day earns its contributor one.

    Args:
        ledger: A path or URL; as for tenhours score where not given.
    """
    from flows.deciding import the_ledger
    from ledger.owed import owed as packs

    with the_ledger(ledger).reading() as connection:
        listed = packs(connection)
    for pack in listed:
        state = f"delivered {pack.delivered[:10]}" if pack.delivered else "owed"
        earned = f"earned {pack.earned[:10]} under {pack.policy}"
        say(f"{pack.contributor}  {pack.voice} ({pack.tone})  {state}, {earned}")
    due = sum(not pack.delivered for pack in listed)
    say(f"{count(due, 'voicepack')} owed, {len(listed) - due} delivered.")
    return PASS


def delivered(
    contributor: str, voice: str, *, tone: str = "", note: str = "", ledger: str | None = None
) -> int:
    """Note that a contributor got the voicepack of a voice.

    Args:
        contributor: Pseudonym, or name.
        voice: As tenhours owed lists it.
        tone: Where several tones of the voice are owed.
        note: Such as where it lies; kept without names.
        ledger: A path or URL; as for tenhours score where not given.
    """
    from flows.deciding import hider, the_ledger
    from ledger import lookup
    from ledger.owed import deliver

    with the_ledger(ledger).writing() as connection:
        who, pseudonym = lookup.contributor(connection, contributor)
        deliver(connection, who, voice, tone, hider(connection, pseudonym)(note))
    say(f"Noted: {pseudonym} got the voicepack of {voice}.")
    return PASS
