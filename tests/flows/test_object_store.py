"""Submission and measurements in an object store, as in folders."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from clips.errors import ScoringError
from flows.erase import erase_measurements
from flows.files import folder_at
from flows.pipeline import score
from flows.request import Request
from flows.runners.local import Threads
from flows.store import DAMAGED, Store, key_of
from scorers.base import Unmeasurable
from tests.flows.test_store import LOUD, ROW
from tests.flows.test_watch import small

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture(scope="module")
def bucket(s3: Any) -> str:
    """An empty bucket."""
    s3.mkdir("tenhours")
    return "s3://tenhours"


def test_rows_are_kept_merged_and_told_from_damage(
    bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(folder_at(f"{bucket}/rows"))
    for n in range(10):
        store.write(LOUD, {str(n): ROW, "again": Unmeasurable("silent")})
    store.compact(LOUD, more_than=5)
    store.sweep()
    (part,) = store.folders()[0].glob("*")
    rows = dict(store.rows(LOUD, {*map(str, range(10)), "again", "other"}))
    assert rows == {**{str(n): ROW for n in range(10)}, "again": Unmeasurable("silent")}
    part.write_bytes(part.read_bytes()[:-1] + b"?")
    assert store.keys(LOUD, {"1"}) == set()
    assert "damaged" in capsys.readouterr().err
    assert [p.name for p in store.folders()[0].glob("*")] == [part.stem + DAMAGED]
    store.write(LOUD, {"1": ROW})
    assert store.keys(LOUD, {"1"}) == {"1"}


def test_what_a_bucket_holds_of_a_clip_can_be_erased(bucket: str) -> None:
    store = Store(folder_at(f"{bucket}/erased"))
    of_audio, of_label = key_of({"audio": "a"}), key_of({"text": "t", "audio": "a"})
    another = key_of({"audio": "b"})
    store.write(LOUD, {of_audio: ROW, of_label: ROW, another: ROW})
    assert erase_measurements([("a", "t", "en")], store.root) == 2
    assert store.keys(LOUD, {of_audio, of_label, key_of({"audio": "b"})}) == {
        key_of({"audio": "b"})
    }


def test_a_run_from_a_bucket_into_a_bucket(s3: Any, bucket: str, tmp_path: Path) -> None:
    here = small(tmp_path / "sub", 3)
    s3.put(str(here), "tenhours/sub", recursive=True)
    request = Request(
        path=f"{bucket}/sub",
        out=str(tmp_path / "there"),
        store=f"{bucket}/scores",
        scorers=("loudness", "artifacts"),
    )
    first = score(request, Threads(1)).run
    again = score(request, Threads(1)).run
    assert (first.measured, again.measured, again.reused) == (3, 0, 3)
    local = request.model_copy(
        update={"path": str(here), "out": str(tmp_path / "l"), "store": str(tmp_path / "store")}
    )
    score(local, Threads(1))
    tables = [pd.read_csv(tmp_path / out / "verdicts.csv") for out in ("there", "l")]
    pd.testing.assert_frame_equal(*tables)


def test_a_store_that_is_not_there_is_said_before_anything_is_measured(
    bucket: str, tmp_path: Path
) -> None:
    request = Request(
        path=str(small(tmp_path / "sub", 1)),
        out=str(tmp_path / "out"),
        store="s3://no-such-bucket/scores",
        scorers=("loudness",),
    )
    with pytest.raises(ScoringError, match="--store s3://no-such-bucket/scores cannot be written"):
        score(request)


def test_a_store_within_the_submission_is_refused(bucket: str, tmp_path: Path) -> None:
    request = Request(path=f"{bucket}/sub", out=str(tmp_path), store=f"{bucket}/sub/scores")
    with pytest.raises(ScoringError, match="lies inside the submission"):
        score(request)
