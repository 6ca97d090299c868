"""What a model answered about a clip's audio is not asked again, whatever changes beside it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest

from clips.submission import read_submission
from clips.table import Clip
from flows.answers import recall
from flows.measure import Work, run_batch
from flows.plan import key, plan
from flows.store import Store
from scorers.asr.engine import Engine, Heard
from scorers.asr.inquiry import Sure
from scorers.asr.models import find_model
from scorers.asr.scorer import Asr
from scorers.base import Measured, Row, Samples, Scorer, Unmeasurable
from scorers.decoding import Decoding

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/submission"


@pytest.fixture(scope="module")
def clips() -> tuple[Clip, ...]:
    voice = [c for c in read_submission(EXAMPLE).clips if c.voice == "VOICE_A_NEUTRAL" and c.audio]
    return tuple(voice[:3])


@pytest.fixture(scope="module")
def deaf(random_whisper: Path) -> Asr:
    sure = Sure(avg_logprob=-0.9, label_least_logprob=-6.0, uncovered_s=0.6, language_prob=0.05)
    return Asr(find_model(str(random_whisper)), sure=sure)


def closed(clip: Clip) -> BinaryIO:
    raise AssertionError(f"{clip.audio_file} was opened")


def rows(clips: tuple[Clip, ...], scorer: Scorer, store: Store) -> list[Row]:
    found = dict(store.rows(scorer, {key(scorer, c) for c in clips}))
    return [found[key(scorer, c)] for c in clips]


def score(
    clips: tuple[Clip, ...],
    scorers: tuple[Scorer, ...],
    store: Store,
    opens: Callable[[Clip], BinaryIO] | None = None,
) -> None:
    recall(clips, scorers, store)
    work = Work(opens or read_submission(EXAMPLE).open_audio, scorers, store.root, "cpu")
    for batch in plan(clips, scorers, store).batches:
        assert not run_batch(work, batch).failed


def test_a_changed_normaliser_compares_anew_and_opens_no_audio(
    clips: tuple[Clip, ...], deaf: Asr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    score(clips, (deaf,), store)
    before = rows(clips, deaf, store)
    monkeypatch.setattr("scorers.asr.scorer.REVISION", "another")
    changed = replace(deaf)
    assert changed.version != deaf.version
    assert store.keys(changed, {key(deaf, c) for c in clips}) == set()
    score(clips, (changed,), store, closed)
    assert rows(clips, changed, store) == before


def test_a_changed_label_decodes_nothing_again(
    clips: tuple[Clip, ...], deaf: Asr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    score(clips, (deaf,), store)
    changed = tuple(replace(c, text=f"{c.text} ,") for c in clips)

    def transcribe(*_: object) -> None:
        raise AssertionError("decoded again")

    monkeypatch.setattr(Engine, "transcribe", transcribe)
    monkeypatch.setattr(Engine, "transcribe_short", transcribe)
    score(changed, (deaf,), store)
    for old, new in zip(rows(clips, deaf, store), rows(changed, deaf, store), strict=True):
        assert isinstance(old, Measured)
        assert isinstance(new, Measured)
        assert new.details["transcripts"] == old.details["transcripts"]
        assert new.values["label_logprob"] != old.values["label_logprob"]
    new_audio = replace(clips[0], audio=replace(clips[0].audio, sha256="f" * 64))  # type: ignore[type-var]
    recall([new_audio], (deaf,), store)
    assert not store.keys(deaf, {key(deaf, new_audio)})


def test_two_labels_of_one_audio_are_decoded_once(
    clips: tuple[Clip, ...], deaf: Asr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[int] = []
    transcribe = Engine.transcribe

    def counted(self: Engine, audio: Samples, language: str, beam_size: int) -> Heard:
        decoded.append(beam_size)
        return transcribe(self, audio, language, beam_size)

    monkeypatch.setattr(Engine, "transcribe", counted)
    first = clips[0]
    score((first, replace(first, row=99, text="Something else.")), (deaf,), Store(tmp_path))
    assert sorted(decoded) == [1, 5]


def test_what_does_not_decode_is_not_opened_for_another_scorer(
    clips: tuple[Clip, ...], deaf: Asr, tmp_path: Path
) -> None:
    store = Store(tmp_path)
    broken = Unmeasurable("cannot be decoded: it is an error page")
    store.write(Decoding(), {key(Decoding(), c): broken for c in clips})
    score(clips, (Decoding(), deaf), store, closed)
    assert rows(clips, deaf, store) == [broken] * 3
