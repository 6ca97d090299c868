import shutil
from dataclasses import replace
from pathlib import Path

from clips.limits import DEFAULT_LIMITS
from clips.submission import read_submission
from flows.pictures import pictures
from flows.store import Store
from tests.flows.test_watch import small


def test_pictures_are_drawn_once_for_each_audio_and_what_cannot_be_read_has_none(
    tmp_path: Path,
) -> None:
    root = small(tmp_path / "sub", 3)
    submission = read_submission(root)
    *two, third = submission.clips
    store = Store(tmp_path / "store")
    first = pictures(submission, two, DEFAULT_LIMITS, store)
    assert set(first) == {clip.clip_id for clip in two}
    assert all(one.spectrogram[:4] == b"RIFF" and one.waveform[0] == "M" for one in first.values())

    for clip in submission.clips:
        (Path(root) / clip.path).rename(tmp_path / f"{clip.clip_id}.wav")
    again = replace(two[0], audio_file="other.wav")
    later = pictures(submission, [*two, again, third], DEFAULT_LIMITS, store)
    assert later == {**first, again.clip_id: first[two[0].clip_id]}

    shutil.copy(tmp_path / f"{third.clip_id}.wav", Path(root) / third.path)
    assert set(pictures(submission, [third], DEFAULT_LIMITS, store)) == {third.clip_id}
