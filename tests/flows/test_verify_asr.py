"""How what a ladder confirms of one's own clips agrees with its last step, in words."""

import pytest

from clips.table import AudioInfo, Clip
from flows.verify_asr import Pair, lines
from scorers.base import Measured


def pair(name: str, by: str, full_errors: int, moved: float = 0.0) -> Pair:
    audio = AudioInfo(name, 3.0, 24_000, 1, "wav/pcm_16")
    clip = Clip("V", name, name, 0, "one two", "en", audio=audio)
    columns = {
        "label_logprob": -0.1,
        "label_least_logprob": -0.5,
        "uncovered_s": 0.1,
        "language_prob": 0.9,
    }
    ladder = Measured(
        {**columns, "avg_logprob": -0.2, "wer_errors": 0}, {"confirmed_by": by} if by else {}
    )
    full = Measured(
        {**columns, "avg_logprob": -0.2 + moved, "wer_errors": full_errors},
        {"transcript": "one too"},
    )
    return Pair(clip, ladder, full)


def test_what_was_confirmed_and_heard_otherwise_in_full_is_named() -> None:
    pairs = [
        pair("a.wav", "base 1, greedy, short window", 0, moved=0.1),
        pair("b.wav", "base 1, greedy, short window", 2),
        pair("c.wav", "", 0),
        pair("d.wav", "base 1, beam 5", 0),
    ]
    said = list(lines(pairs))
    assert said[:6] == [
        "4 clips; of 3 the last step's full decoding is the label.",
        "2 confirmed by base 1, greedy, short window.",
        "1 confirmed by base 1, beam 5.",
        "1 decoded in full by the last step.",
        "1 confirmed, but heard otherwise by the last step in full.",
        "  V/b.wav: “one two” in full “one too”",
    ]
    assert said[6] == "avg_logprob: in full +0.000 (median), +0.000 to +0.100."


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_confirmed_is_said(count: int) -> None:
    assert f"{count} decoded in full by the last step." in list(
        lines([pair("a.wav", "", 1)] * count)
    )
