import pytest

from scorers.asr.text import UnknownLanguage, compare, spoken_length


def test_equal_texts_have_no_errors():
    found = compare("The quick brown fox.", "the quick brown fox", "en-GB")
    assert (found.word_errors, found.char_errors, found.hits) == (0, 0, 4)
    assert found.variant == ""


def test_label_without_words_has_no_label_words():
    found = compare("...", "hello there", "en")
    assert found.label_words == ()
    assert found.insertions == 2


def test_unspaced_language_is_compared_by_character():
    found = compare("今天天气很好。", "今天天色很好", "zh")
    assert (found.substitutions, found.char_substitutions) == (1, 1)
    assert found.label_chars == "今天天气很好"


@pytest.mark.parametrize("tag", ["", "tlh", "km", "xx-YY"])
def test_unknown_language_is_refused_by_name(tag):
    with pytest.raises(UnknownLanguage, match="no rules for"):
        compare("a", "a", tag)
    with pytest.raises(ValueError, match="correct the language"):
        spoken_length("a", tag)


def test_edges_count_what_the_label_lost():
    label = "one two three four five six seven eight"
    assert compare(label, "three four five six seven eight", "en").edge_start_errors == 6
    assert compare(label, "one two three four five six", "en").edge_end_errors == 10
    assert compare(label, "oh " + label, "en").edge_start_errors == 0


# jiwer's own examples, from its README and its page on alignments
@pytest.mark.parametrize(
    ("label", "heard", "counts"),
    [
        ("hello world", "hello duck", (1, 1, 0, 0)),
        ("i like monthy python", "i like python", (3, 0, 1, 0)),
        ("short one here", "shoe order one", (1, 1, 1, 1)),
        (
            "quite a bit of longer sentence",
            "quite bit of an even longest sentence here",
            (4, 1, 1, 3),
        ),
    ],
)
def test_same_as_jiwers_published_examples(
    label: str, heard: str, counts: tuple[int, int, int, int]
) -> None:
    import jiwer

    found = compare(label, heard, "en")
    ours = (found.hits, found.substitutions, found.deletions, found.insertions)
    theirs = jiwer.process_words(label, heard)
    assert ours == counts
    assert ours == (theirs.hits, theirs.substitutions, theirs.deletions, theirs.insertions)
    errors, words = sum(ours[1:]), len(found.label_words)
    assert errors / words == jiwer.wer(label, heard)
