"""The inbox: what is listed, what is skipped, who is at it, who is told."""

import fcntl
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sqlalchemy import Connection

from clips.errors import TenhoursError
from flows.attempts import Attempts
from flows.entry import alone
from flows.inbox import is_junk, read_entry
from flows.job import job_name
from flows.notify import notify
from flows.request import Request
from flows.watch import watch_inbox
from ledger.arrivals import agree
from ledger.decide import Decision, Subject, decide
from ledger.record import contributor
from ledger.store import init
from tests.conftest import POLICY
from tests.flows.test_watch import (
    an_hour_later,
    counts,
    requests,  # noqa: F401
    settle,
    small,
)


def watch(inbox: Path, out: Path) -> dict[str, int]:
    done: dict[str, int] = watch_inbox.fn(str(inbox), str(out), policy=str(POLICY))
    return done


@pytest.mark.parametrize(
    "name", ["Thumbs.db", "desktop.ini", "note.txt", "cover.JPG", "a.zip.part", ".DS_Store", "~$a"]
)
def test_what_systems_and_people_leave_is_no_submission(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert is_junk(tmp_path / name)
    assert not is_junk(tmp_path / "a.zip")
    (tmp_path / "photos.jpg").mkdir()
    assert not is_junk(tmp_path / "photos.jpg"), "a folder may be called as it likes"


def test_junk_is_skipped_and_fails_nothing(requests: list[Request], tmp_path: Path) -> None:  # noqa: F811
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    small(inbox / "a", 1)
    for name in ("note.txt", "Thumbs.db", ".DS_Store"):
        (inbox / name).write_text("x", encoding="utf-8")
    assert watch(inbox, out) == counts(scored=1, skipped=2)
    assert len(requests) == 1
    assert [f.name for f in out.iterdir()] == [job_name(inbox / "a")]


def test_a_word_about_its_contributor_has_an_entry_scored_again(
    requests: list[Request],  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ledger = init(str(tmp_path / "ledger.db"))
    monkeypatch.setenv("TENHOURS_LEDGER", ledger.name)
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    small(inbox / "a", 1)
    assert watch(inbox, out) == counts(scored=1)
    with ledger.writing() as connection:  # as the run does whose first submission it is
        known, other = (contributor(connection, who) for who in ("c-known", "c-other"))

    def after(word: Callable[[Connection], object]) -> dict[str, int]:
        with ledger.writing() as connection:
            word(connection)
        return watch(inbox, out)

    stage = Decision(Subject("stage", "samples/1"), "approve", "clean")
    assert watch(inbox, out) == counts(unchanged=1)
    assert after(lambda c: decide(c, other, [stage], by="me")) == counts(unchanged=1)
    assert after(lambda c: decide(c, known, [stage], by="me")) == counts(scored=1)
    assert after(lambda c: agree(c, known, datetime(2027, 2, 20), "by mail")) == counts(scored=1)
    assert watch(inbox, out) == counts(unchanged=1)


def test_a_second_watcher_leaves_an_entry_to_the_first(
    requests: list[Request],  # noqa: F811
    tmp_path: Path,
) -> None:
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    small(inbox / "a", 1)
    small(inbox / "b", 1)
    with alone(out / job_name(inbox / "a")) as mine:
        assert mine
        assert watch(inbox, out) == counts(scored=1, busy=1)
    assert [Path(r.path).name for r in requests] == ["b"]
    assert watch(inbox, out) == counts(scored=1, unchanged=1)


def test_each_entry_is_listed_with_its_state_and_what_it_waits_for(
    requests: list[Request],  # noqa: F811
    tenhours: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    done, poison, busy = (small(inbox / name, 1) for name in ("done", "poison", "zebulon"))
    watch(inbox, out)
    (inbox / "pointer").symlink_to(done)
    watch_inbox.fn(str(inbox), str(out), policy=str(POLICY), settle_s=0.0)
    (inbox / "fresh").mkdir()
    (inbox / "note.txt").write_text("x", encoding="utf-8")
    (out / job_name(done) / "report.html").write_text("", encoding="utf-8")
    (out / job_name(poison) / "watch.json").unlink()
    in_vain = Attempts("state", read_entry(poison).fingerprint, begun=3)
    (out / job_name(poison) / "attempts.json").write_text(json.dumps(asdict(in_vain)), "utf-8")
    capsys.readouterr()
    with (out / job_name(busy) / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert tenhours("inbox", inbox, "--reports", out, "--names") == 0
        named = capsys.readouterr().out
        assert tenhours("inbox", inbox, "--reports", out) == 0
    assert named.splitlines() == [
        "done: scored",
        f"    {out / job_name(done) / 'report.html'}",
        "fresh: arriving; waits for no change for 60 s",
        "note.txt: skipped, it is no submission",
        "pointer: refused; waits for a change: the submission: it is a symbolic link; send the"
        " folder or archive itself",
        "poison: waiting; waits for you: begun 3 times in vain; remove its attempts.json to try"
        " again",
        "zebulon: being scored; waits for the run that is at it",
    ]
    assert "zebulon" not in capsys.readouterr().out


def test_an_entry_that_dies_when_it_is_scored_anew_is_listed_as_waiting(
    requests: list[Request],  # noqa: F811
    tenhours: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    inbox, out, stricter = tmp_path / "inbox", tmp_path / "out", tmp_path / "stricter.toml"
    entry = small(inbox / "a", 1)
    stricter.write_text(f'name = "stricter"\nextends = "{POLICY}"\n', encoding="utf-8")

    def listed() -> str:
        capsys.readouterr()
        assert tenhours("inbox", inbox, "--reports", out, "--names") == 0
        return capsys.readouterr().out.splitlines()[0]

    def die(*_: object) -> None:
        raise MemoryError

    def die_three_times() -> None:
        with monkeypatch.context() as patched:
            patched.setattr("flows.watch.score_as_flow", die)
            for _ in range(3):
                with pytest.raises(TenhoursError):
                    watch_inbox.fn(str(inbox), str(out), policy=str(stricter))
                an_hour_later(out)

    watch(inbox, out)
    die_three_times()
    assert listed().startswith("a: waiting; waits for you: begun 3 times in vain")
    assert watch(inbox, out) == counts(unchanged=1), "under the former policy nothing is to do"
    assert listed() == "a: scored"
    die_three_times()
    (entry / "submission.toml").write_text("", encoding="utf-8")
    settle(entry)
    assert listed() == "a: changed; waits for the next run"


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, object]]]:
    """A webhook that fails the first time; what it took."""
    taken: list[dict[str, object]] = []
    answers = iter([500])

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            code = next(answers, 204)
            if code == 204:
                taken.append(json.loads(body))
            self.send_response(code)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("TENHOURS_WEBHOOK", f"http://127.0.0.1:{server.server_port}/secret")
    monkeypatch.setattr("flows.notify._PAUSES_S", (0.0, 0.0))
    yield taken
    server.shutdown()
    server.server_close()


def test_a_webhook_is_told_of_each_verdict_and_failure_and_of_no_name(
    hook: list[dict[str, object]],
    requests: list[Request],  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    entry = job_name(small(inbox / "zebulon", 1))
    watch(inbox, out)
    assert [(m["event"], m["entry"], m.get("contributor")) for m in hook] == [
        ("scored", entry, "c-known")
    ]
    watch(inbox, out)
    assert len(hook) == 1, "nothing is told twice"

    def fail(*_: object) -> None:
        raise OSError(str(inbox / "zebulon"))

    monkeypatch.setattr("flows.watch.score_as_flow", fail)
    (out / entry / "watch.json").unlink()
    with pytest.raises(Exception, match="could not be scored"):
        watch(inbox, out)
    assert hook[1:] == [{"event": "failed", "entry": entry, "error": "OSError"}]
    assert "zebulon" not in json.dumps(hook)


def test_a_webhook_that_is_down_stops_nothing_and_is_not_named_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("flows.notify._PAUSES_S", (0.0, 0.0))
    monkeypatch.setenv("TENHOURS_WEBHOOK", "http://127.0.0.1:9/secret")
    assert not notify({"event": "scored"})
    assert "took no message: ConnectError" in caplog.text
    assert "secret" not in caplog.text
