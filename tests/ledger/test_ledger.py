"""The ledger by itself, on SQLite and on a real PostgreSQL."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from benchmarks.ledger import CLIPS, hammered
from clips.errors import LedgerError
from clips.table import AudioInfo, Clip
from flows.approvals import read_approvals
from flows.deciding import hider
from ledger import dump, store
from ledger.approved import approved
from ledger.arrivals import agree, approvals_toml
from ledger.check import counts, faults
from ledger.decide import Decision, Subject, decide, in_force
from ledger.forget import belongings, forget
from ledger.history import history
from ledger.lookup import contributor, submission
from ledger.owed import deliver, earn, owed
from ledger.record import Recorded, record
from ledger.store import Ledger, init, open_ledger
from ledger.tables import decisions
from ledger.words import known
from selection.decisions import Decided, Word

CLIP = Clip("V", "1.wav", "V/1.wav", 0, "Hi.", "en", audio=AudioInfo("a" * 64, 1.0, 24000, 1, ""))
STAGE = Subject("stage", "samples/1")


def run(
    who: str = "c-1", name: str = "Ada", digest: str = "ab" * 32, verdict: str = "accept"
) -> Recorded:
    clip = {
        "key": CLIP.key,
        "voice": "V",
        "seconds": 1.0,
        "audio_sha256": "a" * 64,
        "text_sha256": CLIP.text_sha256,
        "language": "en",
        "file": "1.wav",
    }
    judged = {"place": 0, "key": CLIP.key, "verdict": verdict, "decided_by": "machine"}
    standing = {"voice": "V", "tone": "neutral", "language": "en", "status": "growing"}
    hours = {"hours_offered": 2.0, "hours_accepted": 1.5, "hours_selected": 1.5}
    return Recorded(
        *(who, name, digest, "payload", "tts-v1", "c" * 64, {"snr": "3"}, "0.1.0", "/out"),
        clips=[clip],
        verdicts=[{**judged, "selected": True, "score": 50.0}],
        findings=[],
        standings=[{**standing, **hours}],
    )


@pytest.fixture
def ledger(where: str) -> Ledger:
    init(where)
    return open_ledger(where)


def test_a_ledger_is_made_on_purpose_and_opened_as_it_is(where: str) -> None:
    with pytest.raises(LedgerError, match="tenhours ledger init makes one"):
        open_ledger(where)
    made = init(where)
    with made.writing() as connection:
        record(connection, run())
    init(where)
    with open_ledger(where).reading() as connection:
        assert counts(connection)["runs"] == 1
    if "://" not in where:
        assert Path(where).stat().st_mode & 0o077 == 0


def test_a_run_is_kept_once_and_one_that_changes_nothing_is_a_line(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        assert record(connection, run()) != record(connection, run())
        assert {k: v for k, v in counts(connection).items() if v} == {
            **dict.fromkeys(("contributors", "names", "submissions", "clips"), 1),
            **dict.fromkeys(("verdicts", "standings"), 1),
            "runs": 2,
        }
        record(connection, run(verdict="reject"))
        assert counts(connection)["verdicts"] == 2


def test_what_was_said_last_counts_and_nothing_is_edited(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        last = record(connection, run())
        who, _ = contributor(connection, "c-1")
        sent = submission(connection, "abab")
        for verdict in ("approve", "approve", "decline", "revoke", "revoke"):
            decide(connection, who, [Decision(STAGE, verdict, "w")], submission=sent.id, run=last)
        said = connection.scalars(select(decisions.c.verdict).order_by(decisions.c.id)).all()
        assert said == ["approve", "decline", "revoke"]
        assert in_force(connection, who) == {}
        assert [event.what for event in history(connection)][1:] == [
            "approve stage samples",
            "decline stage samples",
            "revoke stage samples",
        ]
    for change in ("UPDATE decisions SET why = 'x'", "DELETE FROM decisions"):
        with pytest.raises(LedgerError, match="only ever added to"), ledger.writing() as connection:
            connection.execute(text(change))


def test_what_a_later_run_is_told(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        last = record(connection, run())
        who, _ = contributor(connection, "Ada")
        sent = submission(connection, "abab")
        approved = [Decision(Subject("stage", f"payload/{sent.id}"), "approve", "good")]
        decide(connection, who, approved, submission=sent.id, run=last)
        told = known(connection, "c-1", "ab" * 32, [CLIP], {"V": "V"})
        assert told.approved == {"payload"}
        assert told.decided.whole == Word(True, "good")
        assert told.decided.clips == {CLIP.clip_id: Word(True, "good", earlier=True)}
        decide(connection, who, [Decision(Subject("clip", CLIP.key), "reject", "slurred")])
        decide(connection, who, [Decision(Subject("voice", "V"), "decline", "a clone")])
        told = known(connection, "c-1", "ff" * 32, [CLIP], {"V": "V"})
        assert told.decided.clips == {CLIP.clip_id: Word(False, "slurred")}
        assert told.decided.voices == {"V": Word(False, "a clone")}
        assert told.decided.whole is None
        assert known(connection, "c-2", "ab" * 32, [CLIP], {"V": "V"}).approved == frozenset()


def test_a_word_on_another_stage_opens_the_next_and_is_about_nothing_else(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        last = record(connection, run())
        early = record(connection, replace(run(digest="cd" * 32), stage="samples"))
        who, _ = contributor(connection, "c-1")
        opens = [Decision(STAGE, "approve", "heard elsewhere")]
        decide(connection, who, opens, submission=1, run=last)
        told = known(connection, "c-1", "ab" * 32, [CLIP], {"V": "V"})
        assert told.approved == {"samples"}
        assert told.decided == Decided()
        decide(connection, who, [Decision(STAGE, "decline", "noisy elsewhere")], run=last)
        decide(connection, who, [Decision(Subject("voice", "payload"), "approve", "its name")])
        assert known(connection, "c-1", "ab" * 32, [CLIP], {"V": "V"}).approved == set()
        assert known(connection, "c-1", "ab" * 32, [CLIP], {"V": "V"}).decided == Decided()
        trusted = [Decision(Subject("stage", "payload/2"), "approve", "trusted")]
        decide(connection, who, trusted, submission=2, run=early)
        assert known(connection, "c-1", "cd" * 32, [CLIP], {"V": "V"}).decided == Decided()
        assert approved(connection) == []


def test_an_approval_of_what_was_refused_counts_from_the_run_that_took_it_up(
    ledger: Ledger,
) -> None:
    whole = [Decision(Subject("stage", "payload/1"), "approve", "good")]
    earlier = {CLIP.clip_id: Word(True, "good", earlier=True)}
    with ledger.writing() as connection:
        refused = record(connection, run(verdict="reject"))
        who, _ = contributor(connection, "c-1")
        assert decide(connection, who, whole, submission=1, run=refused) == 1
        assert known(connection, "c-1", "ab" * 32, [CLIP], {"V": "V"}).decided.clips == {}
        record(connection, run(digest="cd" * 32))  # another submission took nothing up
        assert known(connection, "c-1", "ab" * 32, [CLIP], {"V": "V"}).decided.clips == {}
        taken_up = record(connection, run())
        record(connection, run(verdict="reject"))
        assert known(connection, "c-1", "ab" * 32, [CLIP], {"V": "V"}).decided.clips == earlier
        (person,) = approved(connection)
        assert person.earlier == {CLIP.key}
        # said again, it is of what was accepted since; of the same run it says nothing new
        assert decide(connection, who, whole, submission=1, run=taken_up) == 1
        assert decide(connection, who, whole, submission=1, run=taken_up) == 0


def test_what_is_declined_was_not_approved_before(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        last = record(connection, run())
        who, _ = contributor(connection, "c-1")
        whole = [Decision(Subject("stage", "payload/1"), "approve", "good")]
        decide(connection, who, whole, submission=1, run=last)
        decide(connection, who, [Decision(Subject("voice", "V"), "decline", "a clone")])
        told = known(connection, "c-1", "ab" * 32, [CLIP], {"V": "V"}).decided
        assert told == Decided({}, {"V": Word(False, "a clone")}, Word(True, "good"))
        decide(connection, who, [Decision(Subject("clip", CLIP.key), "accept", "by ear")])
        told = known(connection, "c-1", "ab" * 32, [CLIP], {"V": "V"}).decided
        assert told.clips == {CLIP.clip_id: Word(True, "by ear")}
        decide(connection, who, [Decision(Subject("clip", CLIP.key), "revoke")])
        decide(connection, who, [Decision(Subject("voice", "V"), "revoke")])
        record(connection, run(digest="cd" * 32))
        no = [Decision(Subject("stage", "payload/2"), "decline", "the same again")]
        decide(connection, who, no, submission=2)
        assert known(connection, "c-1", "cd" * 32, [CLIP], {"V": "V"}).decided.clips == {}


def test_a_reason_names_nobody(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        record(connection, run(name="Ada Quill"))
        record(connection, run("c-2", "Rose", "cd" * 32))
        record(connection, run("c-3", "Bea Thistle", "ef" * 32))
        hide = hider(connection, "c-1")
    said = hide("Quill took it of bea_thistle and Rose; her prose is Bea's own")
    assert not any(name in said for name in ("Quill", "thistle", "Rose"))
    assert said.endswith("her prose is Bea's own")


def test_what_is_owed_is_delivered_once(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        record(connection, run())
        who, _ = contributor(connection, "c-1")
        assert [(p.voice, p.tone, p.delivered) for p in owed(connection)] == [("V", "neutral", "")]
        deliver(connection, who, "V", "", "by mail")
        assert owed(connection)[0].delivered
        with pytest.raises(LedgerError, match="not owed"):
            deliver(connection, who, "V", "", "again")


def test_what_came_together_over_payloads_is_owed_once(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        record(connection, run())
        for _ in range(2):
            earn(connection, [("c-1", "V", "neutral"), ("c-1", "W", "calm")], "strict")
        assert [(p.voice, p.tone, p.policy) for p in owed(connection)] == [
            ("V", "neutral", "tts-v1"),
            ("W", "calm", "strict"),
        ]
        who, _ = contributor(connection, "c-1")
        deliver(connection, who, "W", "", "by mail")
        assert [bool(p.delivered) for p in owed(connection)] == [False, True]


def test_a_gate_elsewhere_is_told_by_pseudonym(ledger: Ledger) -> None:
    import tomllib
    from datetime import UTC, datetime

    with ledger.writing() as connection:
        record(connection, run())
        record(connection, run("c-2", "Bea", "cd" * 32))
        who, _ = contributor(connection, "c-1")
        decide(connection, who, [Decision(STAGE, "approve", "w")])
        agree(connection, who, datetime(2027, 2, 20), "told by mail")
        content = approvals_toml(connection)
    assert tomllib.loads(content) == {
        "contributors": {
            "c-1": {"stages": ["samples"], "agreed_arrival": datetime(2027, 2, 20, tzinfo=UTC)}
        }
    }
    read = read_approvals(content.encode(), "approvals.toml").of("c-1", "any")
    assert (read.stages, read.agreed_arrival) == (("samples",), datetime(2027, 2, 20, tzinfo=UTC))
    assert "Ada" not in content


def test_a_backup_makes_the_same_ledger(ledger: Ledger, tmp_path: Path) -> None:
    with ledger.writing() as connection:
        last = record(connection, run())
        who, _ = contributor(connection, "c-1")
        decide(connection, who, [Decision(STAGE, "approve", "naïve \u2028 ok")], run=last)
        deliver(connection, who, "V", "", "")
        before = list(dump.lines(connection))
    with ledger.reading() as connection:
        assert dump.write(connection, tmp_path / "backup.gz") == len(before) - 1
    again = init(str(tmp_path / "restored.db"))
    with again.writing() as connection:
        dump.read(connection, tmp_path / "backup.gz")
        assert list(dump.lines(connection)) == before
        record(connection, run("c-2", "Bea", "cd" * 32))  # ids go on behind those restored
        with pytest.raises(LedgerError, match="not empty"):
            dump.read(connection, tmp_path / "backup.gz")


def test_a_backup_of_sqlite_fills_postgresql(ledger: Ledger, where: str, tmp_path: Path) -> None:
    source = init(str(tmp_path / "source.db"))
    with source.writing() as connection:
        record(connection, run())
        before = list(dump.lines(connection))
    with source.reading() as connection:
        dump.write(connection, tmp_path / "backup.gz")
    with ledger.writing() as connection:
        dump.read(connection, tmp_path / "backup.gz")
        assert list(dump.lines(connection)) == before
        record(connection, run("c-2", "Bea", "cd" * 32))
        assert counts(connection)["runs"] == 2
    bad = tmp_path / "bad.gz"
    bad.write_bytes(b"no backup")
    with pytest.raises(LedgerError, match=r"no backup|not empty"), ledger.writing() as connection:
        dump.read(connection, bad)


def test_an_earlier_form_is_upgraded_with_what_is_in_it(where: str) -> None:
    early = Ledger(store._engine(where))
    if "://" not in where:
        Path(where).touch()
    store.migrate(early, "v0001")
    with early.writing() as connection:
        last = record(connection, run())
        who, _ = contributor(connection, "c-1")
        decide(connection, who, [Decision(STAGE, "approve", "w")], run=last)
    with pytest.raises(LedgerError, match="tenhours ledger upgrade"):
        open_ledger(where)
    init(where)
    with open_ledger(where).writing() as connection:
        assert list(in_force(connection, who)) == [STAGE]
        deliver(connection, who, "V", "", "")
        assert faults(connection) == []


def test_the_migrations_make_what_the_code_declares(ledger: Ledger) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from ledger.tables import metadata

    with ledger.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_who_is_forgotten_leaves_a_pseudonym_and_what_was_decided(
    ledger: Ledger, where: str
) -> None:
    with ledger.writing() as connection:
        record(connection, run())
        record(connection, run("c-2", "Bea", "cd" * 32))
        who, _ = contributor(connection, "Ada")
        decide(connection, who, [Decision(STAGE, "approve", "w")])
        theirs = belongings(connection, who)
        assert theirs.outs == ("/out",)
        assert theirs.clips == ()  # the other sent the same audio
        forget(connection, who)
    ledger.clean()
    with ledger.reading() as connection:
        content = "\n".join(line for line in dump.lines(connection))
        assert "Ada" not in content and "Bea" in content
        assert len(in_force(connection, who)) == 1
        with pytest.raises(LedgerError, match="no contributors"):
            contributor(connection, "Ada")
    if "://" not in where:
        files = Path(where).parent.glob("ledger.db*")
        assert all(b"Ada" not in file.read_bytes() for file in files)


def test_four_processes_lose_no_decision(where: str) -> None:
    """The full figure is `python -m benchmarks.ledger --decisions 2000`."""
    figures = hammered(where, 60, 4)
    assert figures["decisions"] == 240
    assert {figures[name] for name in ("lost", "faults", "out_of_order", "exit_codes")} == {0}
    with open_ledger(where).reading() as connection:
        who, _ = contributor(connection, "c-1")
        assert len(in_force(connection, who)) <= CLIPS


@pytest.mark.parametrize("named", ["no such folder", "abc", "ffffffff"])
def test_a_submission_that_is_not_there(ledger: Ledger, named: str) -> None:
    with ledger.reading() as connection, pytest.raises(LedgerError, match="submission"):
        submission(connection, named)


@pytest.mark.parametrize("where", ["mysql+nothing://x", "postgresql://", "nonsense://x"])
def test_a_place_that_is_none(where: str) -> None:
    with pytest.raises(LedgerError, match="ledger"):
        open_ledger(where)
