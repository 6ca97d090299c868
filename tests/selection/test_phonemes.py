import importlib.util

import pytest

from selection import phonemes
from selection.phonemes import LETTERS, outside, speak, spelled, words


def test_english_is_read_off_the_lexicons_with_its_punctuation() -> None:
    spoken = speak(["The cat's tail, well-known!", "  "], "en-US")
    assert spoken.phonemes == ("ðə kˈæts tˈAl, wˈɛlnˈOn!", "")
    assert spoken.reader.startswith("misaki ")


def test_british_english_is_read_the_british_way() -> None:
    assert speak(["water bottle"], "en-GB").phonemes == ("wˈɔːtə bˈɒtᵊl",)


def test_every_phoneme_of_a_plain_sentence_has_a_place_and_a_currency_sign_has_none() -> None:
    plain, odd = speak(["Isn't it “fine”, she asked — or is it…", "That costs €."], "en").phonemes
    assert (outside(plain), outside(odd)) == ("", "€")


def test_without_espeak_unknown_words_and_other_languages_are_letters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(phonemes, "has_espeak", lambda: False)
    (read,) = speak(["the Kwijibonian 5"], "en").phonemes
    assert read == "ðə kwijibonian 5"
    assert outside(read) == "5"
    assert speak(["Él  come"], "es") == phonemes.Spoken(("él come",), LETTERS)


@pytest.mark.skipif(
    importlib.util.find_spec("espeakng_loader") is None, reason="espeak-ng is an optional extra"
)
def test_with_espeak_spanish_has_phonemes_of_the_vocabulary() -> None:
    spoken = speak(["¿Dónde está?"], "es")
    assert spoken.is_phonemes
    assert outside(spoken.phonemes[0]) == ""
    assert spoken.phonemes[0].endswith("?")


def test_the_same_text_in_two_encodings_is_read_alike() -> None:
    assert spelled("E\u0301TUDE") == spelled("étude")
    assert words("E\u0301tude,", "fr") == ("étude",)


def test_marks_stay_in_their_word_and_unspaced_words_are_characters() -> None:
    assert words("हिन्दी।", "hi") == ("हिन्दी",)
    assert words("你好。", "zh-CN") == ("你", "好")
    assert words("don’t", "en") == ("don't",)
