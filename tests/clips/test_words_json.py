"""Words survive the way to a file and back."""

import pytest

from clips.words import Name, Path, Quote, Reader, say, told
from clips.words_json import read, written


def test_words_are_read_as_they_were_written() -> None:
    inner = say("{file} is odd", file=Path("a\ud800/b.wav", 12))
    words = say(
        "{n} of {share} in {all}: {why}",
        n=3,
        share=0.25,
        all=(Name("Ada", 9), Quote("{x}"), "plain"),
        why=inner,
    ).plus(say("More."))
    again = read(written(words))
    assert again == words
    hide = Reader(lambda text: text.replace("Ada", "c-1"), quotes=False)
    assert told(again, hide) == "3 of 0.25 in c-1, …, plain: a\\ud800/b.wav is odd More."


@pytest.mark.parametrize("line", ["", "{}", "[]", '{"says": "x"}', '"x"'])
def test_what_is_no_words_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|words"):
        read(line)
