import pytest

from clips.languages import LANGUAGES
from scorers.asr.text import other_script_share, repeated_share


@pytest.mark.parametrize("tag", sorted(LANGUAGES))
def test_scripts_of_every_language_are_known(tag):
    assert other_script_share("a", tag) in (0.0, 1.0)


@pytest.mark.parametrize(
    ("text", "tag", "share"),
    [
        ("yah ek vaakya hai", "hi", 1.0),
        ("یہ ایک جملہ ہے", "hi", 1.0),
        ("यह एक वाक्य है।", "hi", 0.0),
        ("Это предложение", "sr-Latn", 0.0),
        ("これは文です", "zh", 5 / 6),
        ("這是一句話", "zh", 0.0),
        ("ﺍﻟﺴﻼﻡ", "ar", 0.0),
        ("１２３ ！", "ja", None),
        ("ａｂｃ", "en", 0.0),
        ("hello", "tlh", None),
    ],
)
def test_share_of_letters_in_another_script(text, tag, share):
    assert other_script_share(text, tag) == share


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("啊啊啊啊啊啊啊啊", 1.0),
        ("あの、あの、あの、あの", 1.0),
        ("आआआआआआआआ", 1.0),
        ("thank you thank you thank you thank you", 1.0),
        ("ha ha ha", 0.0),
        ("Bonjour à tous", 0.0),
        ("今天天气很好我们去公园", 0.0),
        ("...", None),
    ],
)
def test_share_of_one_piece_repeated(text, share):
    assert repeated_share(text) == share
