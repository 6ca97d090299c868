"""Who says what in which split; nothing is spoken here."""

import unicodedata

import pytest

from benchmarks.defects import speech
from benchmarks.defects.labels import LONG, length_class
from clips.languages import primary_tag


def test_no_text_is_in_both_splits() -> None:
    for language in speech.VOICES[speech.REPORTED]:
        tuned = set(speech.texts(speech.TUNING, language))
        reported = speech.texts(speech.REPORTED, language)
        assert not tuned & set(reported), language
        assert len(reported) == len(set(reported)), language
        for text in (*tuned, *reported):
            assert text == unicodedata.normalize("NFC", text).strip(), text


def test_no_voice_is_in_both_splits_but_the_only_ones_of_their_kind() -> None:
    both = {v for names in speech.VOICES[speech.TUNING].values() for v in names}
    both &= {v for names in speech.VOICES[speech.REPORTED].values() for v in names}
    assert both == {"ff_siwis", *speech.WHISPERING}


def test_the_reported_split_is_wide() -> None:
    lines = speech.lines(speech.REPORTED)
    assert len(lines) >= 600
    assert len({line.path for line in lines}) == len(lines)
    assert len({line.voice for line in lines}) >= 12
    assert len({primary_tag(line.language) for line in lines}) >= 6
    long = [length_class(x.text, primary_tag(x.language)) == LONG for x in lines]
    assert sum(long) >= len(lines) / 6


@pytest.mark.parametrize("split", [speech.TUNING, speech.REPORTED])
def test_any_beginning_holds_every_language(split: str) -> None:
    first = speech.lines(split)[:40]
    assert {primary_tag(line.language) for line in first} == set(speech.VOICES[split])
