import json
from pathlib import Path

import pytest

from scorers.asr.languages import code_of, languages_of, unheard

KNOWN = frozenset({"en", "no", "tl", "jw", "he", "zh", "hi"})


def test_languages_are_those_that_a_model_has_a_token_for(tmp_path: Path) -> None:
    tokens = [f"t{n}" for n in range(51_863)] + ["<|en|>", "<|jw|>"]
    (tmp_path / "vocabulary.json").write_text(json.dumps(tokens))
    assert languages_of(str(tmp_path)) == {"en", "jw"}


def test_a_small_vocabulary_is_of_english_alone(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.txt").write_text("a\n<|en|>\n<|de|>")
    assert languages_of(str(tmp_path)) == {"en"}


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("nb", "no"),
        ("nn-NO", "no"),
        ("fil", "tl"),
        ("jv", "jw"),
        ("iw", "he"),
        ("yue", "zh"),
        ("en-GB", "en"),
        ("fr", ""),
        ("tlh", ""),
    ],
)
def test_a_language_by_the_code_that_the_recogniser_has(tag: str, code: str) -> None:
    assert code_of(tag, KNOWN) == code


@pytest.mark.parametrize(
    ("tag", "says"),
    [
        ("hi", ""),
        ("fil", ""),
        ("", "no language is given for the label"),
        ("fr", "the recogniser base does not know French ('fr')"),
        ("jv", "the text normaliser has no rules for Javanese ('jv')"),
        ("tlh", "'tlh' is no language that is known here"),
    ],
)
def test_why_labels_in_a_language_are_not_judged(tag: str, says: str) -> None:
    assert unheard(tag, "base", KNOWN) == says
