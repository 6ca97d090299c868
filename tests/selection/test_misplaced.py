"""Labels that stand in another order than the files, and recognisers that disagree with a voice."""

import random
from collections.abc import Callable, Sequence

import pytest

from clips.word_error import WordError
from selection.comparison import Comparison
from selection.decide import Decision, decide
from selection.findings import in_words
from selection.rules.judging import DISAGREES, ELSEWHERE, EXCHANGED, SHIFTED
from selection.verdicts import Evidence
from tests.selection.tables import COLUMNS, policy, table

TEXTS = (
    *("the wind was strong over the green hill", "my friend has a small yellow boat"),
    *("please bring the heavy box along tonight", "seven birds sang in the old garden"),
    *("nobody knew where the music came from", "the train left early on sunday morning"),
    *("she painted every door of the house blue", "we found an island full of wild horses"),
)
OTHERS = (
    *("a cold river runs past our village", "his uncle repairs clocks and radios"),
    *("they never answered any of my letters", "fresh bread smells best at dawn"),
    *("good shoes carry you across mountains", "what a strange colour for a kitchen"),
    *("old maps show roads that nobody uses", "the teacher drew circles with chalk"),
)


def judged(labels: Sequence[str], heard: Sequence[str]) -> Decision:
    comparisons = [
        _hearing(label.split(), words.split()) for label, words in zip(labels, heard, strict=True)
    ]
    n = len(labels)
    rows = table([3.0] * n, [40.0] * n, wer=[h.errors for h in comparisons])
    rows["wer_ref_words"] = [float(len(h.label)) for h in comparisons]
    by_id = dict(zip(rows["clip_id"], comparisons, strict=True))
    return decide(Evidence(rows, COLUMNS, {}, {}, (), comparisons=by_id), policy())


def _hearing(label: list[str], heard: list[str]) -> Comparison:
    wrong = tuple(WordError(w, "", 1, len(w), 0, 0) for w in label if w not in heard)
    errors = max(len(wrong), abs(len(label) - len(heard)))
    return Comparison(
        tuple(label), errors, wrong, "wrong-text" if wrong else "", heard=tuple(heard)
    )


def garbled(text: str) -> str:
    """Every word another one, and yet in the likeness of the whole."""
    letters = random.Random(text)
    return " ".join(
        "".join(c if letters.random() < 0.55 else letters.choice("aeioulnrst") for c in word) + "x"
        for word in text.split()
    )


def of_voice(decision: Decision) -> tuple[str, str]:
    found = in_words(decision.findings)[decision.findings["level"] == "voice"]
    ((rule, sentence),) = zip(found["rule"], found["sentence"], strict=True)
    return rule, sentence


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (TEXTS[-1:] + TEXTS[:-1], "Every label fits the file before it:"),
        (TEXTS[1:] + TEXTS[:1], "Every label fits the file after it:"),
        ((*TEXTS[:1], *TEXTS[:-1]), "Every label fits the file before it:"),
    ],
)
def test_labels_one_file_further_are_one_finding_of_the_voice(
    labels: tuple[str, ...], says: str
) -> None:
    decision = judged(labels, TEXTS)
    rule, sentence = of_voice(decision)
    assert rule == SHIFTED
    assert sentence.startswith(says)
    assert set(decision.clips["verdict"]) == {"review"}
    assert not any(max(text.split(), key=len) in sentence for text in TEXTS), "it may be published"


def test_labels_two_files_further() -> None:
    rule, sentence = of_voice(judged((*TEXTS, *OTHERS), (*OTHERS[-2:], *TEXTS, *OTHERS[:-2])))
    assert rule == SHIFTED
    assert sentence.startswith("Every label fits the file 2 places after it:")


def test_labels_in_another_order_are_said_to_fit_other_files() -> None:
    mixed = random.Random(7).sample(TEXTS, len(TEXTS))
    decision = judged(mixed, TEXTS)
    assert of_voice(decision)[0] == EXCHANGED
    assert set(decision.clips["verdict"]) == {"review"}
    told = in_words(decision.findings)[decision.findings["rule"] == ELSEWHERE]
    first = told.iloc[0]
    number = mixed.index(TEXTS[int(first["audio_file"][:6])])
    assert first["sentence"].startswith(f"What was heard here is the label of {number:06d}.wav. ")


def test_two_labels_that_changed_places_are_named_and_rejected() -> None:
    labels = (TEXTS[1], TEXTS[0], *TEXTS[2:])
    decision = judged(labels, TEXTS)
    assert list(decision.clips["verdict"]) == ["reject"] * 2 + ["accept"] * 6
    told = in_words(decision.findings)[decision.findings["rule"] == ELSEWHERE]
    assert [s.split()[8] for s in told["sentence"]] == ["000001.wav.", "000000.wav."]
    assert not (decision.findings["level"] == "voice").any()


def test_a_recogniser_too_weak_for_the_language_rejects_nothing() -> None:
    decision = judged(TEXTS, [garbled(text) for text in TEXTS])
    rule, sentence = of_voice(decision)
    assert rule == DISAGREES
    assert "disagrees with 8 of 8 labels" in sentence
    assert "too weak" in sentence
    assert set(decision.clips["verdict"]) == {"review"}


@pytest.mark.parametrize("said", [lambda n: OTHERS[n], lambda n: "thanks for watching"])
def test_another_text_altogether_is_like_no_label(said: Callable[[int], str]) -> None:
    decision = judged(TEXTS, [said(n) for n in range(len(TEXTS))])
    rule, sentence = of_voice(decision)
    assert rule == DISAGREES
    assert "another text" in sentence
    assert set(decision.clips["verdict"]) == {"review"}


@pytest.mark.parametrize("wrong", [1, 2, 4])
def test_single_wrong_texts_are_rejected_one_by_one(wrong: int) -> None:
    decision = judged(TEXTS, (*OTHERS[:wrong], *TEXTS[wrong:]))
    expected = ["reject"] * wrong + ["accept"] * (len(TEXTS) - wrong)
    assert list(decision.clips["verdict"]) == expected


def test_of_a_few_clips_nothing_is_said_of_the_voice() -> None:
    decision = judged(TEXTS[:4], OTHERS[:4])
    assert not (decision.findings["level"] == "voice").any()
    assert set(decision.clips["verdict"]) == {"reject"}


def test_a_voice_of_one_text_has_nothing_to_compare_with() -> None:
    assert of_voice(judged(TEXTS[:1] * 6, OTHERS[:1] * 6))[0] == DISAGREES
