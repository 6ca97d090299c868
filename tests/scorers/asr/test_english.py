"""English: at least what Whisper's own normaliser brings together, in sentences of our own."""

import pytest

from scorers.asr.text import compare
from scorers.asr.text.english import spelling


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("2", "two"),
        ("31", "thirty one"),
        ("524", "five twenty four"),
        ("1999", "nineteen ninety nine"),
        ("2019", "twenty nineteen"),
        ("2500000", "two point five million"),
        ("4.2 billion", "four point two billion"),
        ("4,200,000,000", "four point two billion"),
        ("200000", "200 thousand"),
        ("$200,000", "200 thousand dollars"),
        ("$20 million", "twenty million dollars"),
        ("€52.4 million", "fifty two point four million euros"),
        ("£77 thousand", "seventy seven thousands pounds"),
        ("2008", "two double o eight"),
        ("3029", "three thousand twenty nine"),
        ("43260", "forty three thousand two hundred sixty"),
        ("43260", "forty three thousand two hundred and sixty"),
        ("1950s", "nineteen fifties"),
        ("31st", "thirty first"),
        ("33333rd", "thirty three thousand three hundred and thirty third"),
        ("3 billion", "three billion"),
        ("July 3rd 2020", "july third twenty twenty"),
        ("August 26th, 2021", "august twenty sixth twenty twenty one"),
        ("3 14", "3 14"),
        ("3.2", "3 point 2"),
        ("3.14", "3 point 14"),
        ("14.4", "fourteen point 4"),
        ("$2.25", "two point two five dollars"),
        ("$200,000,000", "two hundred million dollars"),
        ("$20.1 million", "twenty point one million dollars"),
        ("90%", "ninety percent"),
        ("76%", "seventy six per cent"),
        ("007", "double oh seven"),
        ("007", "double zero seven"),
        ("911", "nine one one"),
        ("911", "nine double one"),
        ("10001", "one triple oh one"),
        ("2000th", "two thousandth"),
        ("32000th", "thirty two thousandth"),
        ("-500", "minus 500"),
        ("+20000", "positive twenty thousand"),
        ("$2.70", "two dollars and seventy cents"),
        ("¢3", "3 cents"),
        ("$0.36", "thirty six cents"),
        ("€3.65", "three euros and sixty five cents"),
        ("3,500,000", "three and a half million"),
        ("$48.5", "forty eight and a half dollars"),
        ("B747", "b 747"),
        ("10th", "10 th"),
        ("Let's", "let us"),
        ("he's like", "he is like"),
        ("she's been like", "she has been like"),
        ("10km", "10 km"),
        ("10mm", "10 mm"),
        ("RC232", "rc 232"),
        ("mobilisation", "mobilization"),
        ("cancelation", "cancellation"),
        (
            "Mr. Park visited Assoc. Prof. Kim Jr.",
            "mister park visited associate professor kim junior",
        ),
    ],
)
def test_written_and_spoken_agree_both_ways(written, spoken):
    there = compare(f"Well, {written}, she said.", f"well {spoken} she said", "en")
    back = compare(f"Well, {spoken}, she said.", f"well {written} she said", "en")
    assert there.word_errors == 0, there
    assert back.word_errors == 0, back


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("colourful", "colorful"),
        ("neighbourhoods", "neighborhoods"),
        ("organised", "organized"),
        ("criticising", "criticizing"),
        ("paralysed", "paralyzed"),
        ("centres", "centers"),
        ("kilometres", "kilometers"),
        ("modelling", "modeling"),
        ("counsellors", "counselors"),
        ("anaesthetic", "anesthetic"),
        ("paediatric", "pediatric"),
        ("oestrogen", "estrogen"),
        ("gynaecology", "gynecology"),
        ("defence", "defense"),
        ("catalogues", "catalogs"),
        ("manoeuvre", "maneuver"),
        ("fulfilment", "fulfillment"),
    ],
)
def test_spellings_share_a_key(british, american):
    assert spelling(british) == spelling(american)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("four", "for"),
        ("hour", "hor"),
        ("tour", "tor"),
        ("filled", "filed"),
        ("willing", "wiling"),
        ("refilled", "refiled"),
        ("called", "caled"),
        ("were", "wer"),
        ("there", "ther"),
        ("prise", "prize"),
        ("quite", "quiet"),
        ("poem", "pem"),
        ("shoes", "shes"),
    ],
)
def test_other_words_keep_their_own_key(one, other):
    assert spelling(one) != spelling(other)


@pytest.mark.parametrize(
    ("label", "heard", "errors"),
    [
        ("we're late", "were late", 1),
        ("he'll come", "hell come", 1),
        ("it cost $50", "it cost fifteen dollars", 1),
        ("in 1999", "in nineteen eighty nine", 1),
        ("at 3.5", "at three point six", 1),
        ("it is 0", "it is", 1),
        ("do not go", "do go", 1),
        ("she's late", "she was late", 1),
    ],
)
def test_true_errors_stay_errors(label, heard, errors):
    assert compare(label, heard, "en").word_errors == errors
