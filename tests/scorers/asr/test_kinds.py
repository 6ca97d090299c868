import pytest

from scorers.asr.text import compare, label_kind

LABEL = "She walked to the old harbour and looked at the grey sea."


@pytest.mark.parametrize(
    ("heard", "kind"),
    [
        (LABEL, ""),
        ("She walked to the old harbor and looked at the gray sea", ""),
        ("She walked to the old harbour and looked at the", "cut-end"),
        ("She walked to the old harbour and looked at the grey", "cut-end"),
        ("She walked to the old har", "cut-end"),
        ("to the old harbour and looked at the grey sea", "cut-start"),
        ("ked to the old harbour and looked at the grey sea", "cut-start"),
        ("She walked to the old and looked at the grey sea", "missing-words"),
        ("She walked to the harbour and at the grey sea", "missing-words"),
        ("", "missing-words"),
        ("sea", "missing-words"),
        ("She walked slowly to the old harbour and looked out at the grey sea", "extra-words"),
        (LABEL + " And then she went home.", "extra-words"),
        ("She walked to the old market and looked at the grey sea", "wrong-text"),
        ("Please remember to feed my cat while I am away", "wrong-text"),
    ],
)
def test_kind_of_bad_label(heard, kind):
    assert label_kind(compare(LABEL, heard, "en")) == kind


@pytest.mark.parametrize(
    ("label", "heard", "kind"),
    [
        ("今天天气很好我们去公园", "今天天气很好我们", "cut-end"),
        ("今天天气很好我们去公园", "天气很好我们去公园", "cut-start"),
        ("今天天气很好我们去公园", "今天天气我们去公园", "missing-words"),
        ("今天天气很好我们去公园", "昨天下雨没人出来散步", "wrong-text"),
    ],
)
def test_kind_without_spaces(label, heard, kind):
    assert label_kind(compare(label, heard, "zh")) == kind


def test_label_without_words_has_only_extra_words():
    assert label_kind(compare("", "hello there", "en")) == "extra-words"
