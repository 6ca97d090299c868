"""A decoder that crashes, hangs or eats memory costs one clip."""

import hashlib
import io
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest

from clips import audio_worker, isolated, workers
from clips.audio import decode
from clips.errors import DecodeError, DecoderLost
from clips.header import probe
from clips.isolated import DecodePool
from tests.clips.build import tone


@pytest.fixture
def pool() -> Iterator[DecodePool]:
    with DecodePool(workers=1) as made:
        yield made


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return tone(tmp_path / "a.flac", 1.0, channels=2)


def test_same_answer_as_in_this_process(pool: DecodePool, clip: Path) -> None:
    content = clip.read_bytes()
    expected = decode(io.BytesIO(content))
    with clip.open("rb") as file:
        file.read(100)
        from_file = pool.decode(file)
    for found in (from_file, pool.decode(io.BytesIO(content))):
        np.testing.assert_array_equal(found.samples, expected.samples)
        assert (found.rate_hz, found.faults) == (24_000, ())
        found.samples[0, 0] = 1.0  # not read-only
    info = probe(io.BytesIO(content))
    assert pool.header(io.BytesIO(content), info.sha256) == info
    cut = pool.decode(io.BytesIO(content[: len(content) * 2 // 3]))
    assert cut.faults[0].startswith("header says 1.0 s, file holds")


def test_faults_of_the_file(pool: DecodePool, clip: Path) -> None:
    with pytest.raises(DecodeError, match="it is a text"):
        pool.decode(io.BytesIO(b"no audio"))
    with clip.open("rb") as file, pytest.raises(DecodeError, match=r"limit is 0\.5 s"):
        pool.decode(file, limit_s=0.5)


def crash(stopped: int) -> None:
    for sent in (signal.SIGSEGV, signal.SIGCONT):
        os.kill(stopped, sent)


def test_crash_costs_one_clip(pool: DecodePool, clip: Path) -> None:
    with clip.open("rb") as file:
        pool.decode(file)
        first = pool.workers[0].pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        threading.Timer(1.0, crash, (first,)).start()
        with pytest.raises(DecodeError, match="crashed"):
            pool.decode(file)
        assert pool.decode(file).samples.shape == (2, 24_000)
        assert pool.workers[0].pid != first


def test_hang_costs_one_clip(clip: Path) -> None:
    with DecodePool(workers=1) as pool, clip.open("rb") as file:
        pool.decode(file)
        assert pool.workers[0].pid is not None
        os.kill(pool.workers[0].pid, signal.SIGSTOP)
        pool.timeout_s = 1.5
        with pytest.raises(DecodeError, match=r"longer than 1\.5 s"):
            pool.decode(file)
        pool.timeout_s = 60
        assert pool.decode(file).rate_hz == 24_000


def test_memory_is_bounded(tmp_path: Path) -> None:
    path = tone(tmp_path / "long.flac", 80.0, 48_000, channels=8)
    with DecodePool(workers=1) as pool, tone(tmp_path / "b.wav").open("rb") as file:
        pool.decode(file)
        status = Path(f"/proc/{pool.workers[0].pid}/statm").read_text()
        base = int(status.split()[0]) * 4096
    with DecodePool(workers=1, memory_bytes=base + (100 << 20)) as pool, path.open("rb") as file:
        with pytest.raises(DecodeError, match=r"memory|crashed"):
            pool.decode(file)
        with tone(tmp_path / "a.wav").open("rb") as short:
            assert pool.decode(short).samples.shape == (1, 12_000)


def test_workers_are_shared_by_threads(clip: Path) -> None:
    def shape(_: int) -> tuple[int, ...]:
        with clip.open("rb") as file:
            return isolated.decode(file).samples.shape

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(shape, range(40))) == {(2, 24_000)}


def test_worker_has_no_secrets(pool: DecodePool, clip: Path) -> None:
    with clip.open("rb") as file:
        pool.decode(file)
    names = set(psutil.Process(pool.workers[0].pid).environ())
    assert names <= {*workers._ENVIRONMENT, "LC_CTYPE"}


def test_only_the_bytes_that_are_named_are_decoded(pool: DecodePool, tmp_path: Path) -> None:
    clip = tone(tmp_path / "a.wav")
    sha256 = hashlib.sha256(clip.read_bytes()).hexdigest()
    with clip.open("rb") as file:
        assert pool.decode(file, sha256=sha256).rate_hz == 24_000
        tone(clip, seed=1)
        with pytest.raises(DecoderLost, match="changed"):
            pool.decode(file, sha256=sha256)


@pytest.mark.parametrize("most", [audio_worker._IN_MEMORY_BYTES, 0])
def test_the_digest_is_of_what_was_decoded(
    clip: Path, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio_worker, "_IN_MEMORY_BYTES", most)
    with clip.open("rb") as file:
        answer, _ = audio_worker._answer({"op": "decode", "limit_s": 10.0}, file)
    assert answer["sha256"] == hashlib.sha256(clip.read_bytes()).hexdigest()
