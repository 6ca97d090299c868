"""One scored example, and one Prefect server where it is asked for, for the whole session."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from flows.stop import SIGNALS

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "submission"
POLICY = ROOT / "examples" / "policy.toml"

os.environ.setdefault("TENHOURS_KEY", "the key of the tests, 32 bytes long")
for _name, _value in (
    ("PREFECT_SERVER_ANALYTICS_ENABLED", "false"),
    ("DO_NOT_TRACK", "1"),
    ("TENHOURS_LEDGER", ""),
    ("PREFECT_LOGGING_LEVEL", "CRITICAL"),
):
    os.environ.setdefault(_name, _value)


# how fast a machine is says nothing of the code
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    os.environ["PREFECT_RESULTS_LOCAL_STORAGE_PATH"] = str(tmp_path_factory.mktemp("results"))
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture(scope="session")
def s3() -> Iterator[Any]:
    """Files of an S3 server of our own; its address is in the environment from then on."""
    import fsspec

    server = pytest.importorskip("moto.server").ThreadedMotoServer(
        ip_address="127.0.0.1", port=0, verbose=False
    )
    server.start()
    host, port = server.get_host_and_port()
    os.environ |= {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    yield fsspec.filesystem("s3")
    server.stop()


@pytest.fixture(scope="session")
def tenhours() -> Callable[..., int]:
    """Run the command in this process and give its exit code."""
    from flows.cli import main

    def run(*arguments: object) -> int:
        with pytest.raises(SystemExit) as stopped:
            main([str(a) for a in arguments])
        return int(stopped.value.code or 0)

    return run


@pytest.fixture(scope="session")
def whisper_base() -> Path:
    """The folder of a real Whisper base, fetched where it is not here."""
    from scorers.asr.models import find_model

    return Path(find_model("base").path)


@pytest.fixture(scope="session")
def random_whisper() -> Path:
    """The folder of a Whisper that hears nothing, where no test needs to know what was said."""
    from tests.random_whisper import random_model

    return random_model()


@pytest.fixture(scope="session")
def random_policy(random_whisper: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's policy with the recogniser that hears nothing."""
    path = tmp_path_factory.mktemp("policy") / "random.toml"
    path.write_text(
        f'name = "random"\nextends = "{POLICY}"\n[asr]\nladder = ["{random_whisper}"]\n',
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a session have in common (`pytest -n 2`)."""
    mine = tmp_path_factory.getbasetemp()
    return mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine


@pytest.fixture(scope="session")
def store(shared: Path) -> Path:
    folder = shared / "store"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def example(tenhours: Callable[..., int], store: Path, shared: Path) -> Path:
    """The output folder of `tenhours score` on the example submission."""
    out = shared / "example"
    with FileLock(shared / "example.lock"):
        if not (out / "report.html").exists():
            options = ("--policy", POLICY, "--out", out, "--store", store)
            assert tenhours("score", EXAMPLE, *options) == 0
    return out


@pytest.fixture(scope="session")
def unheard(
    example: Path,
    random_policy: Path,
    tenhours: Callable[..., int],
    store: Path,
    shared: Path,
) -> Path:
    """The output folder of `tenhours score` on the example with the recogniser that hears nothing.

    After `example`, since only the recogniser's part of the store differs.
    """
    out = shared / "unheard"
    with FileLock(shared / "unheard.lock"):
        if not (out / "report.html").exists():
            options = ("--policy", random_policy, "--out", out, "--store", store)
            assert tenhours("score", EXAMPLE, *options) == 0
    return out


@pytest.fixture
def signals_as_usual() -> Iterator[None]:
    """Processes started here do not ignore what these tests were told to, such as by `nohup`."""
    ignored = [each for each in SIGNALS if signal.getsignal(each) is signal.SIG_IGN]
    for each in ignored:
        signal.signal(each, signal.SIG_DFL)
    yield
    for each in ignored:
        signal.signal(each, signal.SIG_IGN)


@pytest.fixture(scope="session")
def command() -> list[str]:
    """`tenhours` as a process of its own."""
    return [sys.executable, "-m", "flows"]
