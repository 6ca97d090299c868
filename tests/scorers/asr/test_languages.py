import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clips.languages import LANGUAGES, find_language
from scorers.asr.text import UnknownLanguage, compare, spoken_length
from scorers.asr.text.rules import rules_of
from scorers.asr.text.spoken import cardinals

KNOWN = sorted(tag for tag, language in LANGUAGES.items() if language.known)
UNKNOWN = sorted(tag for tag, language in LANGUAGES.items() if not language.known)
SAMPLE = {
    "hi": "यह हिन्दी में लिखा हुआ वाक्य है",
    "bn": "আমি বাংলায় কথা বলি",
    "ta": "நான் தமிழ் பேசுகிறேன்",
    "te": "నేను తెలుగు మాట్లాడతాను",
    "ml": "ഞാൻ മലയാളം സംസാരിക്കുന്നു",
    "ar": "هذه جملة مكتوبة باللغة العربية",
    "he": "זה משפט כתוב בעברית",
    "vi": "Đây là một câu bằng tiếng Việt",
    "fa": "این یک جمله فارسی است",
    "ka": "ეს არის ქართული წინადადება",
    "el": "Αυτή είναι μια ελληνική πρόταση",
    "ko": "이것은 한국어 문장입니다",
    "ru": "Это предложение на русском языке",
}


@pytest.mark.parametrize("tag", KNOWN)
def test_every_known_language_loads_and_compares(tag):
    rules = rules_of(tag)
    found = compare("1 22 333 4.5 10:30 50% AB", "1 22 333 4.5 10:30 50% AB", tag)
    assert found.word_errors == 0
    assert found.label_words
    if rules.numbers:
        assert cardinals(21, tag), "the source of number words knows no numbers"


@pytest.mark.parametrize("tag", [*UNKNOWN, "tlh", "", "123"])
def test_unknown_language_is_never_normalised(tag):
    with pytest.raises(UnknownLanguage, match="correct the language"):
        compare("one two three", "one two three", tag)
    with pytest.raises(UnknownLanguage):
        spoken_length("one two three", tag)


@pytest.mark.parametrize(("tag", "text"), SAMPLE.items())
def test_words_are_those_between_spaces(tag, text):
    words = compare(text, text, tag).label_words
    assert len(words) == len(text.split())


@pytest.mark.parametrize(("tag", "text"), SAMPLE.items())
def test_form_of_unicode_makes_no_error(tag, text):
    apart = unicodedata.normalize("NFD", text)
    assert compare(text, apart, tag).char_errors == 0


@given(
    st.text(alphabet="ab1 0.,:-'$%/", max_size=24), st.text(alphabet="ab1 0.,:-'$%/", max_size=24)
)
def test_counts_fit_together(label, heard):
    found = compare(label, heard, "en")
    assert found.hits + found.substitutions + found.deletions == len(found.label_words)
    assert found.hits + found.substitutions + found.insertions == len(found.heard_words)
    said = [word for chunk in found.alignment for word in chunk.label]
    assert tuple(said) == found.label_words
    assert found.edge_start_errors >= 0
    assert compare(label, label, "en").word_errors == 0


@given(st.sampled_from(KNOWN), st.text(max_size=30))
def test_any_text_agrees_with_itself(tag, text):
    found = compare(text, text, tag)
    assert (found.word_errors, found.char_errors) == (0, 0)


NUMBERS = st.from_regex(
    r"[-−+]?[0٠०][0-9٠-٩०-९]{0,8}|-?[0-9]{1,32}([.,:/][0-9]{1,32})?%?", fullmatch=True
)


@given(st.sampled_from(KNOWN), NUMBERS, NUMBERS)
def test_no_number_raises(tag, label, heard):
    assert compare(label, heard, tag).label_words is not None
    assert compare(label, label, tag).word_errors == 0


@pytest.mark.parametrize("tag", KNOWN)
def test_every_size_of_number_has_words(tag):
    for size in range(1, 31):
        for digits in ("1" + "0" * (size - 1), "9" * size, ("1234567890" * 3)[:size]):
            assert compare(f"a {digits} b", f"a {digits} b", tag).label_words
            assert spoken_length(digits, tag) > 0


def test_tags_with_regions_and_scripts():
    assert find_language("zh-Hant-TW") is LANGUAGES["zh"]
    assert compare("colour", "color", "en-GB").word_errors == 0


def test_spoken_length_is_that_of_the_reading():
    assert spoken_length("100 km", "en") == len("onehundredkilometers")
    assert spoken_length("", "en") == 0
    assert spoken_length("100", "zh") == len("一百")
