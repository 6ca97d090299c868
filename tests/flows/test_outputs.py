import base64
import csv
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile

from clips.drafts import whole
from clips.errors import DecoderLost
from clips.limits import DEFAULT_LIMITS
from clips.submission import AudioOpener, Submission, read_submission
from flows.beside import copy_audio
from flows.evidence import HEARD, gather, with_lengths
from flows.measure import Work, run_batch
from flows.outputs import _write_csv
from flows.pictures import draw
from flows.plan import key, plan
from flows.runners.local import Threads
from flows.store import Store
from scorers.asr.models import Model
from scorers.asr.scorer import Asr
from scorers.base import Measured
from scorers.decoding import Decoding
from scorers.fingerprint import PRINT, Fingerprint
from selection.decide import decide
from selection.findings import in_words
from selection.policy import load_policy
from selection.verdicts import Evidence
from tests.conftest import POLICY, ROOT
from tests.flows.test_watch import small


@pytest.mark.parametrize("text", ["plain", "a\rb", "a\nb", '"quoted", with a comma', "=1+1", "\r"])
def test_a_cell_stays_one_cell_with_its_text(tmp_path: Path, text: str) -> None:
    table = pd.DataFrame({"voice": ["V", "W"], "text": [text, "next"], "selected": [True, False]})
    _write_csv(table, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [["voice", "text", "selected"], ["V", text, "true"], ["W", "next", "false"]]
    twin = pd.read_csv(tmp_path / "t-for-spreadsheets.csv", dtype=str, encoding="utf-8-sig")
    assert len(twin) == 2


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), whole(tmp_path / "x") as path:
        path.write_text("half", encoding="utf-8")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_leaves_scorers_out_selects_nothing_and_passes_no_gate(
    tenhours: Callable[..., int], tmp_path: Path
) -> None:
    options = ("--policy", POLICY, "--store", tmp_path / "store", "--scorers", "loudness")
    submission = small(tmp_path / "sub")
    assert tenhours("gate", submission, *options, "--out", tmp_path / "out") == 1
    gate = json.loads((tmp_path / "out" / "gate.json").read_text(encoding="utf-8"))
    assert "Not judged by asr, dnsmos, snr" in gate["reasons"][0]
    assert all(v["hours_selected"] == 0 for v in gate["voices"].values())


def test_the_decoded_length_counts_whatever_was_said_before(tmp_path: Path) -> None:
    root = small(tmp_path / "sub", 2)
    read = read_submission(root)
    one, two = (clip for clip in read.clips if clip.audio)
    assert one.audio and two.audio
    lies = (replace(one, audio=replace(one.audio, duration_s=41_667.0)),)
    lies += (replace(two, audio=replace(two.audio, duration_s=0.0)),)
    found = replace(read, clips=lies)
    evidence = measured(found, tmp_path / "store")
    after = [clip.audio.duration_s for clip in with_lengths(lies, evidence) if clip.audio]
    expected = [clip.audio.duration_s for clip in (one, two) if clip.audio]
    assert after == pytest.approx(expected)
    assert list(evidence.table["duration_s"]) == pytest.approx(expected)


def measured(found: Submission, folder: Path) -> Evidence:
    scorer, store = Decoding(), Store(folder)
    work = Work(found.audio, (scorer,), store.root, "cpu")
    batches = plan(found.clips, [scorer], store).batches
    assert not any(done.failed for done in Threads().run(work, batches))
    return gather(found, [scorer], store, {})[0]


def test_damage_that_was_seen_before_decoding_is_said_once(tmp_path: Path) -> None:
    root = small(tmp_path / "sub", 1)
    path = root / "VOICE_A_NEUTRAL" / "x.wav"
    for seconds in (1, 2):
        soundfile.write(path.with_name(f"{seconds}.wav"), np.full(24_000 * seconds, 0.1), 24_000)
    path.write_bytes(b"".join(path.with_name(f"{n}.wav").read_bytes() for n in (1, 2)))
    found = read_submission(root)
    evidence = measured(found, tmp_path / "store")
    for findings in (found.findings, evidence.intake):
        (said,) = [f for f in findings if f.rule == "damaged-audio"]
        assert said.audio_file == "x.wav"
        assert said.sentence.startswith("header says 1.0 s, file holds 3.0 s in 2 pieces")


def test_fingerprints_lie_as_the_clips_do_whatever_else_is_said_of_them(tmp_path: Path) -> None:
    found = read_submission(small(tmp_path / "sub", 3))
    store, scorer = Store(tmp_path / "store"), Fingerprint()
    faults: list[list[str]] = [[], [], ["a block is missing"]]
    decoded = {
        key(Decoding(), clip): Measured({"decoded_s": 3.0}, {"faults": said})
        for clip, said in zip(found.clips, faults, strict=True)
    }
    store.write(Decoding(), decoded)
    packed = base64.b64encode(np.arange(3, dtype="<u4").tobytes()).decode()
    prints = {key(scorer, c): Measured({}, {PRINT: packed}) for c in found.clips}
    store.write(scorer, prints)
    evidence, details = gather(found, [Decoding(), scorer], store, {})
    assert list(evidence.fingerprints) == list(evidence.table["clip_id"])
    told = {clip_id: said for clip_id, said in details.items() if said}
    assert told == {found.clips[2].clip_id: {"decoding": {"faults": ["a block is missing"]}}}


@pytest.mark.parametrize("said", ["=1+1", "@SUM(A1)", "a\rb", ""])
def test_tables_hold_what_was_heard_and_by_whom(tmp_path: Path, said: str) -> None:
    found = read_submission(small(tmp_path / "sub", 2))
    scorer = Asr(Model("/models/whisper-base", "", "0123456789abcdef", "a folder"))
    store = Store(tmp_path / "store")
    decoded = {key(Decoding(), clip): Measured({"decoded_s": 3.0}) for clip in found.clips}
    store.write(Decoding(), decoded)
    by = "whisper-base 01234567"
    heard = {"transcript": said, "detected_language": "de", "recogniser": by}
    heard |= {"confirmed_by": f"{by}, short"}
    rows = {key(scorer, found.clips[0]): Measured({}, heard)}
    store.write(scorer, rows)
    table = gather(found, [Decoding(), scorer], store, {})[0].table
    _write_csv(table[["audio_file", *HEARD]], tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        _, first, second = csv.reader(file)
    assert first[1:] == [said, "de", by, f"{by}, short"]
    assert second[1:] == ["", "", "", ""]
    twin = pd.read_csv(tmp_path / "t-for-spreadsheets.csv", dtype=str, keep_default_na=False)
    assert not twin["transcript"].str.startswith("=").any()


def test_a_clip_that_could_not_be_read_at_intake_is_pending(tmp_path: Path) -> None:
    submission = read_submission(small(tmp_path / "sub", 1))
    (clip,) = submission.clips
    clips = (replace(clip, audio=None),)
    waiting = replace(submission, clips=clips, pending={clip.clip_id: "too many open files"})
    evidence, _ = gather(waiting, [Decoding()], Store(tmp_path / "store"), {})
    assert evidence.pending == {clip.clip_id: "too many open files"}
    decided = decide(evidence, load_policy("tts-v1")).clips
    assert list(decided["verdict"]) == ["review"]
    assert "not-measured" in decided["reasons"].iloc[0]


def test_a_file_replaced_after_reading_is_neither_measured_nor_copied_nor_drawn(
    tmp_path: Path,
) -> None:
    root = small(tmp_path / "sub", 2)
    found = read_submission(root)
    kept, changed = found.clips
    shutil.copy(root / kept.path, root / changed.path)
    store = Store(tmp_path / "store")
    (batch,) = plan(found.clips, [Decoding()], store).batches
    done = run_batch(Work(found.audio, (Decoding(),), store.root, "cpu"), batch)
    named = key(Decoding(), changed)
    assert "changed" in done.failed["decoding", named]
    assert store.keys(Decoding(), {named, key(Decoding(), kept)}) == {key(Decoding(), kept)}
    evidence, _ = gather(found, [Decoding()], store, done.failed)
    decided = decide(evidence, load_policy("tts-v1")).clips.set_index("clip_id")
    assert "not-measured" in decided["reasons"][changed.clip_id]
    urls = copy_audio(found, tmp_path / "audio")
    assert list(urls) == [kept.clip_id]
    assert len(list((tmp_path / "audio").iterdir())) == 1
    assert draw(found, changed, DEFAULT_LIMITS) is None
    assert draw(found, kept, DEFAULT_LIMITS) is not None


def test_a_language_that_the_recogniser_lacks_is_said_once_and_all_else_is_measured(
    tmp_path: Path,
) -> None:
    (tmp_path / "vocabulary.txt").write_text("a\nb", encoding="utf-8")
    scorers = (Decoding(), Asr(Model("base", str(tmp_path), "0", "a folder")))
    read = read_submission(small(tmp_path / "sub", 2))
    found = replace(read, clips=tuple(replace(c, language="hi") for c in read.clips))
    store = Store(tmp_path / "store")
    todo = plan(found.clips, scorers, store)
    assert {name for batch in todo.batches for t in batch for name in t.keys} == {"decoding"}
    list(Threads().run(Work(found.audio, scorers[:1], store.root, "cpu"), todo.batches))
    evidence, _ = gather(found, scorers, store, {})
    (said,) = [f for f in evidence.intake if f.rule == "unheard-language"]
    assert said.sentence.startswith("The recogniser base does not know Hindi ('hi')")
    assert not evidence.pending
    decision = decide(evidence, load_policy("tts-v1"))
    assert set(decision.clips["verdict"]) == {"review"}
    assert not in_words(decision.findings)["sentence"].str.startswith("wer").any()


def test_a_file_that_cannot_be_opened_now_is_measured_by_the_next_run(
    tenhours: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("--policy", POLICY, "--store", tmp_path / "store", "--scorers", "loudness")
    submission = small(tmp_path / "sub", 2)
    real = AudioOpener.__call__

    def busy(self: AudioOpener, clip: object) -> object:
        raise DecoderLost("it cannot be opened (Too many open files)")

    monkeypatch.setattr(AudioOpener, "__call__", busy)
    assert tenhours("score", submission, *options, "--out", tmp_path / "out") == 0
    verdicts = pd.read_csv(tmp_path / "out" / "verdicts.csv", dtype=str, keep_default_na=False)
    assert list(verdicts["verdict"]) == ["review", "review"]
    assert all("not-measured" in reasons for reasons in verdicts["reasons"])
    assert tenhours("gate", submission, *options, "--out", tmp_path / "gate") == 1
    gate = json.loads((tmp_path / "gate" / "gate.json").read_text(encoding="utf-8"))
    assert (gate["passed"], gate["unmeasured"]) == (False, 2)
    assert gate["reasons"][0].startswith("Not finished: 2 of 2 clips")
    monkeypatch.setattr(AudioOpener, "__call__", real)
    assert tenhours("score", submission, *options, "--out", tmp_path / "out") == 0
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["measured"] == 2
    assert summary["accepted"] == 2
    listed = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8").partition("## summary")[2]
    assert not [k for k in _keys(summary) if f"`{k}`" not in listed]


def _keys(value: Any) -> Iterator[str]:
    """Keys of a summary at every level, without the names of voices, languages and scorers."""
    for name, inner in value.items():
        yield name
        if not isinstance(inner, dict) or name == "scorers":
            continue
        named = name in ("voices", "languages")
        yield from (k for one in inner.values() for k in _keys(one)) if named else _keys(inner)
