"""What is done to a label is what its name says, in any language."""

import numpy as np
import pytest

from benchmarks.defects import labels
from benchmarks.defects.labels import Around, Word, length_class, words

TEXTS = {
    "en": (
        "The red dog sleeps behind the table.",
        "A boat left the old harbour.",
        "Red day, bad hog.",
    ),
    "es": ("¿Dónde está la casa verde?", "Mi hermana compra pan y queso.", "La cara está verde."),
    "hi": ("बिल्ली अख़बार के ऊपर सो रही है।", "खाने से पहले हाथ धो लो।", "कल बारिश नहीं होगी।"),
    "ja": ("今日は天気がいいです。", "駅まで歩いて行きました。", "猫が窓の外を見ている。"),
}


@pytest.fixture(autouse=True)
def _no_espeak(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without espeak-ng, which the tests do not install, a text sounds as it is spelt."""
    monkeypatch.setattr(labels, "sound", lambda text, language: text.lower())


def around(language: str) -> Around:
    same = TEXTS[language]
    foreign = [text for other, texts in TEXTS.items() if other != language for text in texts]
    return Around(language, same[1:], same, foreign)


def rng(seed: int = 5) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize(
    ("spoil", "more"),
    [
        (labels.wrong_word, 0),
        (labels.word_missing_in_audio, 1),
        (labels.word_added_in_audio, -1),
    ],
)
def test_one_word_changes_and_no_other(spoil: labels.Spoil, more: int, language: str) -> None:
    text = TEXTS[language][0]
    for seed in range(20):
        changed = spoil(text, around(language), rng(seed))
        assert changed is not None
        before = [word.text.lower() for word in words(text, language)]
        after = [word.text.lower() for word in words(changed, language)]
        assert len(after) == len(before) + more
        alike = 0
        while alike < min(len(before), len(after)) and before[alike] == after[alike]:
            alike += 1
        # behind the place of the edit everything is as it was
        assert before[alike + (more <= 0) :] == after[alike + (more >= 0) :]


def test_a_near_word_differs_in_one_letter() -> None:
    changed = labels.near_word("The red dog sleeps.", around("en"), rng())
    assert changed in {"The bad dog sleeps.", "The red hog sleeps."}


def test_a_near_word_is_not_the_same_word_with_another_accent() -> None:
    only = Around("es", (), ("mas", "más"), ())
    assert labels.near_word("Quiero más.", only, rng()) is None


def test_what_sounds_alike_is_not_planted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "sound", lambda text, language: "always the same")
    assert labels.wrong_word(TEXTS["en"][0], around("en"), rng()) is None
    assert labels.word_missing_in_audio(TEXTS["en"][0], around("en"), rng()) is None


def test_whole_labels_come_from_where_they_say() -> None:
    text = TEXTS["en"][0]
    assert labels.neighbour(text, around("en"), rng()) == TEXTS["en"][1]
    assert labels.another(text, around("en"), rng()) == TEXTS["en"][2]
    assert labels.foreign(text, around("en"), rng()) in around("en").foreign
    assert labels.another(text, Around("en", (), (text,), ()), rng()) is None


def test_words_stand_where_they_say() -> None:
    text = "«Sí», dijo 3 veces: sí."
    found = list(words(text, "es"))
    assert [word.text for word in found] == ["Sí", "dijo", "3", "veces", "sí"]
    assert all(text[word.start : word.end] == word.text for word in found)
    assert list(words("猫、犬。", "ja")) == [Word(0, 1, "猫"), Word(2, 3, "犬")]


@pytest.mark.parametrize(
    ("text", "language", "length"),
    [
        ("Stop right there, please - now!", "en", labels.SHORT),
        ("one two three four five six seven", "en", labels.MIDDLE),
        (" ".join(["word"] * 21), "en", labels.LONG),
        ("猫" * 12, "ja", labels.SHORT),
        ("猫" * 13, "ja", labels.MIDDLE),
    ],
)
def test_lengths_are_counted_in_words(text: str, language: str, length: str) -> None:
    assert length_class(text, language) == length
