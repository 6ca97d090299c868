"""The inbox: scored once, when it is complete, by a schedule on a real server and worker."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from prefect.exceptions import TerminationSignal

from clips.description import Description
from clips.errors import SubmissionError, TenhoursError
from flows.attempts import Attempts
from flows.inbox import arrivals, entries
from flows.job import job_name
from flows.request import Request, circumstances
from flows.watch import KINDS, _by_the_system, watch_inbox
from selection.policy import load_policy
from selection.terms import consider
from tests.conftest import EXAMPLE, POLICY, ROOT

PREFECT = str(Path(sys.executable).parent / "prefect")


def small(path: Path, clips: int = 3) -> Path:
    """A submission of a few clips of the example, last changed two minutes ago."""
    voice = path / "VOICE_A_NEUTRAL"
    voice.mkdir(parents=True)
    shutil.copy(EXAMPLE / "submission.toml", path)
    source = EXAMPLE / voice.name
    rows = json.loads((source / "labels.json").read_text(encoding="utf-8"))["samples"][:clips]
    for row in rows:
        shutil.copy(source / row["audio_file"], voice)
    (voice / "labels.json").write_text(json.dumps({"samples": rows}), encoding="utf-8")
    settle(path)
    return path


def settle(path: Path) -> None:
    for item in (path, *path.rglob("*")):
        os.utime(item, (time.time() - 120,) * 2)


def unread(path: Path, error: OSError) -> None:
    raise error


def counts(**found: int) -> dict[str, int]:
    return dict.fromkeys(KINDS, 0) | found


def test_each_new_or_changed_submission_is_scored_once(
    prefect_server: None, store: Path, tmp_path: Path
) -> None:
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    first = small(inbox / "first")
    (inbox / "not-a-submission").mkdir()
    settle(inbox / "not-a-submission")

    def run() -> dict[str, int]:
        return watch_inbox(str(inbox), str(out), policy=str(POLICY), store=str(store))

    assert run() == counts(scored=1, refused=1)
    assert run() == counts(unchanged=2)
    (report,) = out.glob("*/report.html")
    assert "first" not in str(report.relative_to(out))
    (refused,) = out.glob("*/refused.txt")
    assert "no submission" in refused.read_text(encoding="utf-8")
    labels = first / "VOICE_A_NEUTRAL" / "labels.json"
    labels.write_text(labels.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert run()["arriving"] == 1
    settle(first)
    assert run() == counts(scored=1, unchanged=1)


def test_names_of_entries_do_not_show(tmp_path: Path) -> None:
    (tmp_path / "Jane Doe").mkdir()
    (tmp_path / ".hidden").mkdir()
    (arrival,) = arrivals(entries(tmp_path), unread)
    assert "Jane" not in arrival.name


def test_one_submission_that_fails_does_not_stop_the_others(
    prefect_server: None, store: Path, tmp_path: Path
) -> None:
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    for name in ("a", "b"):
        small(inbox / name)
    out.mkdir()
    blocked = next(iter(arrivals(entries(inbox), unread))).name
    (out / blocked).write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(TenhoursError, match=r"1 submissions could not be scored: s-\w+ \(\w+\)"):
        watch_inbox(str(inbox), str(out), policy=str(POLICY), store=str(store))
    assert len(list(out.glob("*/report.html"))) == 1


def finished() -> SimpleNamespace:
    decision = SimpleNamespace(clips=pd.DataFrame({"verdict": ["accept"]}), voices=())
    run = SimpleNamespace(pseudonym="c-known")
    return SimpleNamespace(unfinished=False, decision=decision, run=run)


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """What the watch asks to be scored; nothing is."""
    asked: list[Request] = []

    def score(request: Request, runner: object, timeout_s: object) -> SimpleNamespace:
        asked.append(request)
        return finished()

    monkeypatch.setattr("flows.watch.score_as_flow", score)
    return asked


def test_an_entry_that_cannot_be_read_does_not_stop_the_others(
    requests: list[Request], tmp_path: Path
) -> None:
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    deep = inbox / "a"
    deep.mkdir(parents=True)
    there = os.open(deep, os.O_RDONLY)
    for _ in range(17):  # the path of what lies in it has more than 4,096 bytes
        os.mkdir("d" * 250, dir_fd=there)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=there)
        os.close(there)
        there = inner
    os.close(os.open("1.wav", os.O_CREAT | os.O_WRONLY, dir_fd=there))
    os.close(there)
    small(inbox / "b")
    for _ in range(2):
        with pytest.raises(TenhoursError, match=r"1 submissions .*: s-\w+ \(OSError\)"):
            watch_inbox.fn(str(inbox), str(out), policy=str(POLICY))
    assert [Path(request.path).name for request in requests] == ["b"]


@pytest.mark.parametrize("ending", ["healed", "damaged"])
def test_a_refusal_by_the_system_is_not_the_last_word(
    prefect_server: None,
    tenhours: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ending: str,
) -> None:
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    entry = small(inbox / "a")
    told: list[dict[str, object]] = []
    monkeypatch.setattr("flows.watch.notify", told.append)

    def refuse(error: OSError) -> Callable[..., None]:
        def read(path: str, limits: object) -> None:
            try:
                raise error
            except OSError:
                raise SubmissionError(f"{path}: it cannot be read") from None

        return read

    def run() -> dict[str, int]:
        return watch_inbox(str(inbox), str(out), policy=str(POLICY))

    def listed() -> str:
        capsys.readouterr()
        assert tenhours("inbox", inbox, "--reports", out, "--names") == 0
        return capsys.readouterr().out.strip()

    monkeypatch.setattr("flows.prepare.read_submission", refuse(OSError(24, "Too many open files")))
    assert run()["refused"] == 1
    for _ in range(3):
        assert run()["refused"] == 1
        assert run() == counts(later=1)
        assert listed() == "a: refused; waits for the next try: the submission: it cannot be read"
        an_hour_later(out)
    failed = {"event": "failed", "entry": job_name(entry), "error": "SubmissionError"}
    assert told == [failed], "it is told once"
    if ending == "healed":
        monkeypatch.setattr("flows.watch.score_as_flow", lambda *_: finished())
        assert run() == counts(scored=1)
        assert listed() == "a: scored"
    else:
        damaged = OSError("damaged in the archive")
        monkeypatch.setattr("flows.prepare.read_submission", refuse(damaged))
        assert run()["refused"] == 1
        assert listed() == "a: refused; waits for a change: the submission: it cannot be read"
    assert run() == counts(unchanged=1)
    assert [message["event"] for message in told[1:]] == [
        "scored" if ending == "healed" else "refused"
    ]


def test_a_note_that_cannot_be_written_has_no_entry_wait(
    requests: list[Request], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    small(inbox / "a", 1)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for _ in range(4):
        with monkeypatch.context() as patched, pytest.raises(TenhoursError, match="OSError"):
            patched.setattr("flows.watch.write_text", full)
            watch_inbox.fn(str(inbox), str(out), policy=str(POLICY))
    assert watch_inbox.fn(str(inbox), str(out), policy=str(POLICY)) == counts(scored=1)


def an_hour_later(out: Path) -> None:
    """As if the last attempts were an hour ago."""
    for note in out.glob("*/attempts.json"):
        noted = json.loads(note.read_text(encoding="utf-8"))
        note.write_text(json.dumps(noted | {"at": noted["at"] - 3600}), encoding="utf-8")


@pytest.mark.parametrize("ending", ["killed", MemoryError, TimeoutError])
def test_an_entry_that_ends_three_runs_waits_and_the_rest_go_on(
    requests: list[Request],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    ending: str | type[Exception],
) -> None:
    inbox, out, begun = tmp_path / "inbox", tmp_path / "out", tmp_path / "begun"
    bad = small(inbox / "a", 1)
    begun.write_text("")

    def end(request: Request, _runner: object, _timeout_s: object) -> SimpleNamespace:
        if request.path == str(bad):
            begun.write_text(begun.read_text() + "x")
            if isinstance(ending, str):
                os.kill(os.getpid(), signal.SIGKILL)
            else:
                raise ending
        return finished()

    monkeypatch.setattr("flows.watch.score_as_flow", end)

    def run() -> dict[str, int]:
        found: dict[str, int] = watch_inbox.fn(str(inbox), str(out), policy=str(POLICY))
        return found

    def run_in_vain() -> None:
        if isinstance(ending, str):
            child = os.fork()
            if not child:
                run()
            assert os.waitpid(child, 0)[1] == signal.SIGKILL
        else:
            with pytest.raises(TenhoursError):
                run()

    for _ in range(2):
        run_in_vain()
    assert run() == counts(later=1)
    an_hour_later(out)
    run_in_vain()
    small(inbox / "b", 1)
    an_hour_later(out)
    assert run() == counts(waiting=1, scored=1)
    assert "begun 3 times in vain" in caplog.text
    assert begun.read_text() == 3 * "x"
    (note,) = out.glob("*/attempts.json")
    note.unlink()  # the maintainer's word
    run_in_vain()
    assert begun.read_text() == 4 * "x"


def test_an_attempt_noted_while_the_clock_was_ahead_holds_nothing_back() -> None:
    noted = Attempts("state", "entry", begun=2, at=1e9)
    assert noted.is_early(1e9 + 60)
    assert not noted.is_early(1e9 + 3600)
    assert not noted.is_early(1e9 - 60)


@pytest.mark.parametrize("ending", [TerminationSignal, SystemExit, KeyboardInterrupt])
def test_a_stop_is_not_counted_against_the_entry(
    requests: list[Request],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ending: type[BaseException],
) -> None:
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    small(inbox / "a", 1)

    def end(*_: object) -> None:
        assert list(out.glob("*/attempts.json"))
        raise ending(signal.SIGTERM)  # SystemExit: by rich, where Prefect's log has no reader

    monkeypatch.setattr("flows.watch.score_as_flow", end)
    with pytest.raises(ending):
        watch_inbox.fn(str(inbox), str(out), policy=str(POLICY))
    assert not list(out.glob("*/attempts.json"))


@pytest.mark.parametrize("torn", ["", '{"finger', "[1]", "null", '{"fingerprint": 1, "seen": 2}'])
def test_state_files_that_are_torn_are_made_anew(
    requests: list[Request], tmp_path: Path, torn: str
) -> None:
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    small(inbox / "a", 1)

    def run() -> dict[str, int]:
        found: dict[str, int] = watch_inbox.fn(str(inbox), str(out), policy=str(POLICY))
        return found

    assert run() == counts(scored=1)
    (folder,) = out.iterdir()
    for name in ("watch.json", "arrived.json", "attempts.json"):
        (folder / name).write_text(torn, encoding="utf-8")
    assert run() == counts(scored=1)
    assert run() == counts(unchanged=1)


def test_a_link_is_refused_and_its_name_told_to_nobody(
    requests: list[Request], tmp_path: Path
) -> None:
    small(tmp_path / "elsewhere", 1)
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    (inbox / "zebulon").symlink_to(tmp_path / "elsewhere")
    done = watch_inbox.fn(str(inbox), str(out), policy=str(POLICY), settle_s=0.0)
    assert done == counts(refused=1)
    (refused,) = out.glob("*/refused.txt")
    assert refused.read_text(encoding="utf-8").startswith("the submission: it is a symbolic link")
    assert requests == []


def test_what_a_file_brings_about_is_no_fault_of_the_system() -> None:
    behind = [
        OSError(22, "Invalid argument"),
        OSError(28, "No space left"),
        PermissionError(13, ""),
    ]
    errors = [SubmissionError("x") for _ in behind]
    for error, cause in zip(errors, behind, strict=True):
        error.__cause__ = cause
    assert list(map(_by_the_system, errors)) == [False, True, True]


def test_a_pause_does_not_turn_down_what_arrived_before_it(
    requests: list[Request], tmp_path: Path
) -> None:
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    entry = small(inbox / "first")

    def run(paused_from: str, **agreed: datetime) -> set[str]:
        policy = tmp_path / "policy.toml"
        policy.write_text(
            f'name = "p"\nextends = "{POLICY}"\n[terms]\npaused_from = {paused_from}\n', "utf-8"
        )
        requests.clear()
        watch_inbox.fn(str(inbox), str(out), policy=str(policy), agreed=agreed)
        (request,) = requests
        known = circumstances(request, "c-known")
        terms = load_policy(str(policy)).terms
        return {f.rule for f in consider(Description(), [], terms, known).findings}

    assert "collection-paused" not in run('"never"')
    (noted,) = out.glob("*/arrived.json")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    state = json.loads(noted.read_text(encoding="utf-8"))
    noted.write_text(json.dumps(state | {"seen": yesterday.isoformat()}), encoding="utf-8")
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert "collection-paused" not in run(today)
    assert requests[0].arrived == yesterday
    (entry / "VOICE_A_NEUTRAL" / "labels.json").write_text("{}", encoding="utf-8")
    settle(entry)
    assert "collection-paused" in run(today)
    assert "collection-paused" not in run(today, **{"c-known": yesterday})
    assert "collection-paused" in run(today, **{"c-other": yesterday})


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_scheduled_run_on_a_server_and_a_worker(random_policy: Path, tmp_path: Path) -> None:
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    out.mkdir()
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")} | {
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "TENHOURS_HOME": str(ROOT),
        "TENHOURS_INBOX": str(inbox),
        "TENHOURS_REPORTS": str(out),
        "TENHOURS_POLICY": str(random_policy),
        "TENHOURS_SELECTION": str(tmp_path / "selection"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }

    def prefect(*arguments: str) -> None:
        run = [PREFECT, "--no-prompt", *arguments]
        done = subprocess.run(
            run, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    with (
        running(["server", "start", "--port", str(port)], environment, tmp_path / "server.log"),
    ):
        wait(lambda: reachable(port), 300, "the server")
        prefect("work-pool", "create", "tenhours", "--type", "process")
        prefect("deploy", "--all", "--prefect-file", "deployments/prefect.yaml")
        prefect("deployment", "schedule", "create", "watch-inbox/inbox", "--interval", "20")
        small(inbox / "dropped")
        log = tmp_path / "worker.log"
        with running(["worker", "start", "--pool", "tenhours"], environment, log):
            wait(lambda: any(out.glob("*/watch.json")), 900, "the report")
    (summary,) = out.glob("*/summary.json")
    assert json.loads(summary.read_text(encoding="utf-8"))["measured"] == 3


@contextmanager
def running(arguments: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [PREFECT, *arguments], env=environment, cwd=ROOT, stdout=output, stderr=output
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:  # a worker misses a signal while it submits a run
                process.kill()
                process.wait()


def wait(ready: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, f"{what} did not come within {seconds} s"
        time.sleep(0.5)


def reachable(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
