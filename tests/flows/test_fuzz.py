"""Fuzzing of what a run keeps, writes and prints; ``python -m tests.flows.test_fuzz 200``."""

import contextlib
import json
import random
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clips import privacy
from clips.errors import TenhoursError
from flows.attempts import ATTEMPTS, MOST, attempts, read_note
from flows.cli import main as tenhours
from flows.entry import ARRIVED, STATE, first_seen
from flows.files import finish_set
from flows.inbox import Arrival
from flows.outputs import FILES
from flows.say import harmless
from flows.store import Store
from scorers.base import Measured
from selection.exit_codes import NOTHING, PASS, USAGE
from tests.clips.build import DESCRIPTION, tone
from tests.clips.test_fuzz import BYTES, JSON, QUICK, TEXT, damaged, run_for
from tests.conftest import POLICY
from tests.flows.runner_log import commands
from tests.flows.test_store import LOUD, parts

ORDERS = st.lists(
    TEXT | st.sampled_from((":", "::", "#", "##[", "]", "error", "stop-commands", "\ufe0f", "\n")),
    max_size=8,
).map("".join)
ROWS = {
    f"{n:032x}": Measured(
        {"integrated_lufs": -20.0 - n, "true_peak_dbtp": -1.0, "loudness_range_lu": 2.0}
    )
    for n in range(8)
}


def store_parts(chance: random.Random) -> None:
    with tempfile.TemporaryDirectory() as name:
        store = Store(Path(name))
        store.write(LOUD, ROWS)
        (part,) = parts(store.root)
        sound = part.read_bytes()
        part.write_bytes(damaged(sound, chance))
        expected = ROWS if part.read_bytes() == sound else {}
        assert dict(store.rows(LOUD, ROWS)) == expected


def state_files(content: bytes, value: object) -> None:
    """What a watcher, a set of outputs and the map of contributors keep, torn or strange."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arrival = Arrival(folder / "entry", "f" * 64, 0.0)
        for said in (content, json.dumps(value).encode()):
            for note in (ATTEMPTS, STATE, ARRIVED):
                (folder / note).write_bytes(said)
                assert isinstance(read_note(folder / note), dict)
            assert attempts(folder, {"fingerprint": "f"}).begun < MOST
            assert first_seen(arrival, folder) == first_seen(arrival, folder)
            private_map(said)
        ready = folder / ".ready"
        ready.mkdir()
        (ready / ".gone").write_bytes(b'["a", "b"]'[: len(content) % 10])
        finish_set(folder)
        assert not ready.exists()


def private_map(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patched:
        patched.setattr(privacy, "config_folder", lambda: Path(name))
        Path(name, "contributors.json").write_bytes(content)
        with contextlib.suppress(TenhoursError):
            assert isinstance(privacy.known_contributors(), dict)


def printed(text: str) -> None:
    said = harmless(text)
    assert all(line.isprintable() for line in said.split("\n"))
    assert "::" not in said
    assert list(commands(said)) == []
    assert re.findall(r"\n(?!  )", said) == []


def outputs(chance: random.Random) -> None:
    """A submission of random labels and descriptions through `score`."""
    with tempfile.TemporaryDirectory() as name:
        root, out = Path(name) / "sub", Path(name) / "out"
        voice = root / "VOICE_A_NEUTRAL"
        rows = []
        for number in range(3):
            tone(voice / f"{number}.wav", chance.choice((0.0, 0.05, 0.3)), seed=number)
            rows.append({"audio_file": f"{number}.wav", "text": letters(chance)})
        content = json.dumps({"samples": rows}).encode()
        labels = damaged(content, chance) if chance.random() < 0.3 else content
        (voice / "labels.json").write_bytes(labels)
        described = DESCRIPTION.replace(
            "Ada Example", "".join(filter(str.isalnum, letters(chance)))
        )
        (root / "submission.toml").write_text(described, encoding="utf-8", errors="replace")
        options = ("--policy", POLICY, "--scorers", "loudness", "--store", root.parent / "store")
        try:
            tenhours([str(a) for a in ("score", root, *options, "--out", out)])
        except SystemExit as ended:
            assert ended.code in {PASS, USAGE, NOTHING}
        assert set(FILES) <= {path.name for path in out.iterdir()}


def letters(chance: random.Random) -> str:
    """A text of any characters, with those that mean something to a reader of tables or pages."""
    meant = ('"', ",", "\n", "\r", "=", "<script>", "{", "}}", "::", "\x1b", "\ud800", "\0", "{0}")
    found = [
        chance.choice(meant)
        if chance.random() < 0.2
        else chr(chance.choice((65, chance.randrange(0xD7FF))))
        for _ in range(chance.choice((0, 3, 40)))
    ]
    return "".join(found) * chance.choice((1, 1, 1, 10_000))


def test_store_parts() -> None:
    assert run_for(2, store_parts) > 0


@QUICK
@given(BYTES, JSON)
def test_state_files(content: bytes, value: object) -> None:
    state_files(content, value)


@QUICK
@given(ORDERS)
def test_names_on_the_terminal(text: str) -> None:
    printed(text)


def test_outputs() -> None:
    assert run_for(4, outputs) > 0


def main(seconds: float) -> None:
    """Spend the time on all targets in turn, each with new inputs."""
    many = settings(QUICK, max_examples=max(100, int(seconds * 5)))
    for number, (target, inputs) in enumerate(((state_files, (BYTES, JSON)), (printed, (ORDERS,)))):
        test: Any = many(given(*inputs)(target))  # type: ignore[arg-type]
        test()
        print(f"{number + 1}/4 {target.__name__}", flush=True)
    seed = random.SystemRandom().randrange(1 << 30)
    print(f"3/4 store parts: {run_for(seconds * 0.3, store_parts, seed)}", flush=True)
    print(f"4/4 outputs: {run_for(seconds * 0.6, outputs, seed)}", flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]))
