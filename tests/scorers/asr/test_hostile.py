"""No label may raise, whatever is in it: the clip would be not measured for ever."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clips.languages import LANGUAGES
from scorers.asr.text import compare, spoken_length
from scorers.asr.text.lattice import build
from scorers.asr.text.tokens import slots_of
from scorers.asr.text.units import known_units

KNOWN = sorted(tag for tag, language in LANGUAGES.items() if language.known)
HOSTILE = (
    *("9" * 40, "12345678901", "1" * 400, "१२३४५६७८९०१२", "٣٫٥ ۱۲۳۴۵۶۷۸۹۰۱", "-0.0.0.0", "1e308"),
    *(
        "½ ⅔ 3¼ 1/0",
        "$$$€1,2,3¥",
        "12:99:99 24:60",
        "MMMMCMXCIX",
        "1.000.000,00.1",
        "1000000000000000000:0",
        "∞−1",
        "0x1F",
    ),
    *("I" * 50, "a" * 2_000, "\u0301" * 20, "e\u0301\u0323\u0301", "\x00\x07", "\ud800", "़्ऺ", "്്്"),
    *(
        "👩\u200d👩\u200d👧 🙂",
        "﷽ ﷺ",
        "[[(]",
        "'" * 50,
        "٪%‰ №",
        "ー々〇ゞ",
        "𠮷㐂𰻞",
        "A.B.C.D.",
        "ﬀ ŉ Ǆ",
    ),
    *("5000 km/h² -40°", "@#&_|~^\\", "\u202e\u2066abc", "1st 2nd 3º 4ª 5. 6.", "ㄅㄆ ᄀ ﾡ ｱ"),
)


@pytest.mark.parametrize("tag", KNOWN)
def test_hostile_labels_are_compared(tag: str) -> None:
    for label, heard in zip(HOSTILE, (*HOSTILE[1:], "no"), strict=True):
        found = compare(label, heard, tag)
        assert found.hits + found.substitutions + found.deletions == len(found.label_words)
        assert found.hits + found.substitutions + found.insertions == len(found.heard_words)
        assert min(found.edge_start_errors, found.edge_end_errors, found.char_errors) >= 0
        assert compare(label, label, tag).word_errors == 0
        assert spoken_length(label, tag) >= 0


@pytest.mark.parametrize("tag", KNOWN)
def test_every_unit_is_compared_after_a_number_and_after_a_slash(tag: str) -> None:
    for unit in known_units(tag):
        for number in ("1", "5", "1.5"):
            said = " ".join(compare(f"{number} {unit}", f"3 kg/{unit}", tag).label_words)
            assert said
            assert not re.search("length|mass|volume|duration|energy|power|speed|digital", said)


MIXED = st.text(
    alphabet="0123456789 .,:/-−+%$€£₹¥°½IVXkmghn'ªº@&[]aéñßıअंन्हाबাع一十あ가ก", max_size=30
)


@given(st.sampled_from(KNOWN), MIXED, MIXED)
def test_numbers_and_signs_in_any_order_are_compared(tag: str, label: str, heard: str) -> None:
    found = compare(label, heard, tag)
    assert found.word_errors >= abs(len(found.label_words) - len(found.heard_words))
    assert found.edge_start_chars == found.edge_end_chars <= 12


@pytest.mark.parametrize("tag", ["en", "hi", "vi", "zh", "ja", "ar"])
def test_a_label_of_numbers_makes_a_lattice_of_its_length(tag: str) -> None:
    one, two = (
        sum(map(len, build(slots_of(" ".join(["1998", "$3.50", "10:30"] * n), tag))))
        for n in (10, 20)
    )
    assert two <= 2.2 * one


@pytest.mark.parametrize("tag", ["en", "hi", "ru", "zh"])
def test_long_labels_of_numbers_against_other_numbers_end(tag: str) -> None:
    label, heard = range(1900, 1960), range(2100, 2040, -1)
    found = compare(" ".join(map(str, label)), " ".join(map(str, heard)), tag)
    assert found.word_errors >= len(label)
