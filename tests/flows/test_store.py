import random
from dataclasses import replace
from pathlib import Path

import pytest

from clips.table import AudioInfo, Clip
from flows.plan import MAX_BATCH_S, MAX_BATCHES, UNKNOWN_CLIP_S, key, plan
from flows.store import Store
from scorers.base import Measured, Unmeasurable
from scorers.decoding import Decoding
from scorers.loudness import Loudness
from scorers.tempo import Tempo

LOUD = Loudness()
ROW = Measured(
    {"integrated_lufs": -23.0, "true_peak_dbtp": -3.0, "loudness_range_lu": None},
    {"block_s": 0.4},
    {"loudness_range_lu": "shorter than 3 s"},
)


def clip(n: int, text: str = "hello", seconds: float = 60.0, sha: str | None = None) -> Clip:
    audio = AudioInfo(sha or f"{n:064d}", seconds, 24_000, 1, "wav/pcm_16")
    return Clip("V", f"{n}.wav", f"V/{n}.wav", n, text, "en", audio=audio)


def test_rows_come_back_as_they_went_in(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write(LOUD, {"a": ROW, "b": Unmeasurable("cannot be decoded: gone")})
    assert dict(store.rows(LOUD, {"a", "b", "c"})) == {
        "a": ROW,
        "b": Unmeasurable("cannot be decoded: gone"),
    }
    assert store.keys(LOUD, {"a", "c"}) == {"a"}


def test_columns_hold_what_rows_hold(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write(LOUD, {"a": ROW, "b": Unmeasurable("cannot be decoded: gone")})
    store.write(LOUD, {"a": ROW, "d": ROW})
    found = store.table(LOUD, {"a", "b", "c"})
    assert sorted(found.numbers.index) == ["a", "b"]
    assert found.numbers.loc["a"].dropna().to_dict() == {
        name: value for name, value in ROW.values.items() if value is not None
    }
    assert found.numbers.loc["b"].isna().all()
    assert found.refused == {"b"}
    gone = dict.fromkeys((c.name for c in LOUD.columns), "cannot be decoded: gone")
    assert found.reasons == {"a": ROW.reasons, "b": gone}
    assert found.details == {"a": ROW.details}
    assert store.table(LOUD, {"a"}, detailed=False).details == {}
    assert store.table(LOUD, set()).numbers.empty


def test_another_version_starts_empty(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write(LOUD, {"a": ROW})
    assert store.keys(Decoding(), {"a"}) == set()


def test_compacting_keeps_every_row_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for n in range(10):
        store.write(LOUD, {str(n): ROW, "again": ROW})
    store.compact(LOUD, more_than=5)
    assert len(list(tmp_path.rglob("*.parquet"))) == 1
    assert len(dict(store.rows(LOUD, {str(n) for n in range(10)}))) == 10


def test_half_a_part_is_not_read(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write(LOUD, {"a": ROW})
    (folder,) = {p.parent for p in tmp_path.rglob("*.parquet")}
    (folder / ".dead.part").write_bytes(b"PAR1 half")
    assert store.keys(LOUD, {"a"}) == {"a"}


def test_a_key_depends_on_what_the_scorer_depends_on() -> None:
    same_audio = clip(0, "one", sha="x"), clip(1, "two", sha="x")
    assert len({key(LOUD, c) for c in same_audio}) == 1
    assert len({key(Tempo(), c) for c in same_audio}) == 2


def test_a_plan_measures_each_result_once_and_only_what_is_missing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    clips = [clip(0), clip(1), clip(2, sha=f"{1:064d}")]
    first = plan(clips, [LOUD], store)
    assert (first.measured, first.reused) == (2, 1)
    store.write(LOUD, {key(LOUD, clips[0]): ROW})
    second = plan(clips, [LOUD], store)
    assert [t.clip.row for b in second.batches for t in b] == [1]


@pytest.mark.parametrize(("count", "most"), [(3, 3), (4 * MAX_BATCHES, MAX_BATCHES + 20)])
def test_batches_hold_each_clip_once_and_stay_few(tmp_path: Path, count: int, most: int) -> None:
    found = plan([clip(n) for n in range(count)], [LOUD], Store(tmp_path), workers=2).batches
    assert len(found) <= most
    assert sum(len(b) for b in found) == count


def test_clips_whose_headers_give_no_length_are_not_all_in_one_batch(tmp_path: Path) -> None:
    found = plan([clip(n, seconds=0.0) for n in range(1_200)], [LOUD], Store(tmp_path)).batches
    assert max(map(len, found)) <= MAX_BATCH_S / UNKNOWN_CLIP_S


def test_without_audio_there_is_nothing_to_measure(tmp_path: Path) -> None:
    missing = Clip("V", "gone.wav", "", 0, "hello", "en")
    assert plan([missing], [LOUD], Store(tmp_path)).batches == ()


def parts(root: Path) -> list[Path]:
    return sorted(root.rglob("*.parquet"))


def test_a_flipped_bit_changes_no_value_and_ends_no_run(tmp_path: Path) -> None:
    chance = random.Random(11)
    rows = {
        f"{n:032x}": replace(ROW, values={**ROW.values, "integrated_lufs": -float(n)})
        for n in range(20)
    }
    Store(tmp_path / "sound").write(LOUD, rows)
    (sound,) = parts(tmp_path)
    content = sound.read_bytes()
    for number in range(600):
        store = Store(tmp_path / str(number))
        copy = store.root / sound.relative_to(tmp_path / "sound")
        copy.parent.mkdir(parents=True)
        damaged = bytearray(content)
        at = chance.randrange(8 * len(content))
        damaged[at // 8] ^= 1 << at % 8
        copy.write_bytes(damaged)
        assert store.keys(LOUD, rows) == set()
        assert dict(store.rows(LOUD, rows)) == {}
        store.write(LOUD, rows)  # measured again
        assert dict(store.rows(LOUD, rows)) == rows


@pytest.mark.parametrize("content", [b"", b"PAR1", b"nothing of ours" * 100])
def test_what_is_no_part_is_set_aside_and_said(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(tmp_path)
    store.write(LOUD, {"a": ROW})
    (part,) = parts(tmp_path)
    store.write(LOUD, {"b": ROW})
    part.write_bytes(content)
    assert store.keys(LOUD, {"a", "b"}) == {"b"}
    assert "measured again" in capsys.readouterr().err
    assert part.with_suffix(".damaged").read_bytes() == content
    assert store.keys(LOUD, {"a", "b"}) == {"b"}
    assert capsys.readouterr().err == ""


def test_a_table_of_another_scorer_is_set_aside(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write(LOUD, {"a": ROW})
    (part,) = parts(tmp_path)
    other = tmp_path / "scores" / "decoding@2" / part.name
    other.parent.mkdir()
    part.replace(other)
    assert dict(store.rows(Decoding(), {"a"})) == {}
    assert other.with_suffix(".damaged").exists()


def test_a_part_merged_while_it_is_read_is_read_from_the_merged_one(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for n in range(10):
        store.write(LOUD, {str(n): ROW})
    reading = store.rows(LOUD, {str(n) for n in range(10)})
    first = next(reading)
    store.compact(LOUD, more_than=5)
    assert len(dict([first, *reading])) == 10


def test_small_parts_are_merged_with_a_damaged_one_among_them(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for n in range(10):
        store.write(LOUD, {str(n): ROW})
    parts(tmp_path)[3].write_bytes(b"torn")
    store.compact(LOUD, more_than=5)
    assert len(parts(tmp_path)) == 1
    assert len(dict(store.rows(LOUD, {str(n) for n in range(10)}))) == 9


def test_nothing_is_read_where_nothing_is_wanted(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write(LOUD, {"a": ROW})
    (part,) = tmp_path.rglob("*.parquet")
    part.write_bytes(b"damaged")
    assert store.keys(LOUD, set()) == set()
    assert part.exists()  # reading it would set it aside
    assert store.keys(LOUD, {"a"}) == set()
    assert not part.exists()
