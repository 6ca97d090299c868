import pytest

from clips.languages import LANGUAGES, find_language, primary_tag


@pytest.mark.parametrize(
    ("tag", "name", "primary"),
    [
        ("nb-NO", "Norwegian", "no"),
        ("nn", "Nynorsk", "nn"),
        ("no", "Norwegian", "no"),
        ("fil", "Tagalog", "tl"),
        ("fil-PH", "Tagalog", "tl"),
        ("jw", "Javanese", "jv"),
        ("iw", "Hebrew", "he"),
        ("in", "Indonesian", "id"),
        ("mo", "Romanian", "ro"),
        ("sh", "Serbian", "sr"),
        ("cmn-Hans-CN", "Chinese", "zh"),
        ("zh-yue", "Cantonese", "yue"),
        ("zh-HK", "Chinese", "zh"),
        ("deu", "German", "de"),
        ("ger", "German", "de"),
        ("arz", "Arabic", "ar"),
    ],
)
def test_one_language_by_any_of_its_tags(tag: str, name: str, primary: str) -> None:
    language = find_language(tag)
    assert language is not None
    assert (language.name, primary_tag(tag)) == (name, primary)


def test_no_tag_stands_for_two_languages() -> None:
    others = [tag for language in LANGUAGES.values() for tag in language.other_tags]
    assert len(set(others)) == len(others)
    assert not set(others) & set(LANGUAGES)


def test_whispers_own_codes_are_all_known() -> None:
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    for code in _LANGUAGE_CODES:
        language = find_language(code)
        assert language is not None, code
        assert code in language.heard_as
