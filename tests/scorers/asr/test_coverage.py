"""What the words of a forced label cover, with places as Whisper base gives them."""

import pytest

from scorers.asr.coverage import Word, uncovered_s, weakest, word_logprob


def words(*placed: tuple[str, float, float]) -> list[Word]:
    return [Word(text, start, end, -0.1) for text, start, end in placed]


OFFICE = words(
    *((" I", 0.0, 0.12), (" forgot", 0.12, 0.38), (" my", 0.38, 0.62), (" umbrella", 0.62, 1.04)),
    *((" at", 1.04, 1.24), (" the", 1.24, 1.34), (" office", 1.34, 1.64), (".", 1.64, 1.86)),
)


@pytest.mark.parametrize(
    ("speech", "left"),
    [([(0.0, 2.5)], 0.86), ([(0.0, 1.7), (2.3, 4.2)], 1.96), ([(0.1, 1.7), (1.9, 2.2)], 0.36)],
    ids=["the last phrase again", "the sentence again", "a word more"],
)
def test_what_is_said_again_is_not_covered(speech: list[tuple[float, float]], left: float) -> None:
    assert uncovered_s(OFFICE, speech) == pytest.approx(left, abs=0.001)


def test_speech_before_the_first_word_is_not_covered() -> None:
    later = [Word(w.text, w.start_s + 2, w.end_s + 2, w.logprob) for w in OFFICE]
    assert uncovered_s(later, [(0.0, 1.5), (2.0, 3.7)]) == pytest.approx(1.5)


@pytest.mark.parametrize("pause", [0.5, 2.0, 5.0])
def test_a_long_pause_is_no_speech(pause: float) -> None:
    slow = words((" Wait", 0.0, 0.5), (",", 0.5, 0.5 + pause), (" please", 0.5 + pause, 1 + pause))
    assert uncovered_s(slow, [(0.0, 0.52), (0.48 + pause, 1 + pause)]) == pytest.approx(0.04)


def test_slow_speech_is_covered_by_its_words() -> None:
    slow = [Word(w.text, 3 * w.start_s, 3 * w.end_s, w.logprob) for w in OFFICE[:-1]]
    assert uncovered_s(slow, [(0.0, 4.95)]) == pytest.approx(0.03)


def test_signs_alone_cover_nothing_and_have_no_number() -> None:
    assert uncovered_s(words((".", 0.0, 1.0)), [(0.0, 1.0)]) is None
    assert weakest(words((" 12", 0.0, 1.0), (".", 1.0, 1.1))) is None


def test_the_least_likely_word_tells_of_one_that_is_not_said() -> None:
    supplied = [*OFFICE, Word(" today", 1.7, 1.72, -9.9), Word(" 7", 1.8, 2.0, -12.0)]
    assert weakest(supplied) == supplied[-2]
    assert weakest(OFFICE) == OFFICE[0]


@pytest.mark.parametrize(
    ("tokens", "logprobs", "mean"),
    [
        ([" “", "Ne", "ver"], [-16.0, -0.1, -0.3], -0.2),
        ([" ver", "y", ",”"], [-0.2, -0.4, -9.0], -0.3),
        ([" क", "\ufffd", "ा"], [-1.0, -2.0, -3.0], -2.0),
        (["…"], [-5.0], -5.0),
    ],
)
def test_signs_beside_a_word_do_not_count(
    tokens: list[str], logprobs: list[float], mean: float
) -> None:
    assert word_logprob(tokens, logprobs) == pytest.approx(mean)
