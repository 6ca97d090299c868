import shutil
from dataclasses import replace
from pathlib import Path

from clips.limits import DEFAULT_LIMITS
from clips.submission import read_submission
from flows.pictures import KEPT, pictures
from tests.flows.test_watch import small


def test_pictures_are_drawn_once_for_each_audio_and_what_cannot_be_read_has_none(
    tmp_path: Path,
) -> None:
    root = small(tmp_path / "sub", 3)
    submission = read_submission(root)
    *two, third = submission.clips
    first = pictures(submission, two, DEFAULT_LIMITS, tmp_path)
    assert set(first) == {clip.clip_id for clip in two}
    assert all(one.spectrogram[:4] == b"RIFF" and one.waveform[0] == "M" for one in first.values())

    (tmp_path / "away").mkdir()
    for clip in submission.clips:
        (Path(root) / clip.path).rename(tmp_path / "away" / clip.clip_id)
    again = replace(two[0], audio_file="other.wav")
    later = pictures(submission, [*two, again, third], DEFAULT_LIMITS, tmp_path)
    assert later == {**first, again.clip_id: first[two[0].clip_id]}

    shutil.copy(tmp_path / "away" / third.clip_id, Path(root) / third.path)
    lost = replace(third, audio_file="lost.wav", path="lost.wav")
    found = pictures(submission, [lost, third], DEFAULT_LIMITS, tmp_path)
    assert set(found) == {lost.clip_id, third.clip_id}
    assert pictures(submission, two, DEFAULT_LIMITS, tmp_path) == {}, "those of one report are kept"

    pictures(submission, [third], DEFAULT_LIMITS, tmp_path)
    (Path(root) / third.path).unlink()
    assert pictures(submission, [third], DEFAULT_LIMITS, tmp_path)
    (tmp_path / KEPT).write_bytes((tmp_path / KEPT).read_bytes()[:100])
    assert pictures(submission, [third], DEFAULT_LIMITS, tmp_path) == {}
