import pytest

from scorers.asr.text import compare

NEIGHBOURS = [
    ("en", "15 people", "fifty people"),
    ("en", "in 2010", "in twenty eleven"),
    ("en", "$8K", "eight million dollars"),
    ("en", "at 5 a.m.", "at five p.m."),
    ("en", "-5 degrees", "five degrees"),
    ("en", "1/3 of it", "one fourth of it"),
    ("en", "July 25, 2012", "July twenty sixth twenty twelve"),
    ("en", "$1.01", "one dollar"),
    ("en", "5 km/s", "five kilometers per hour"),
    ("en", "version 1.2.3", "version one dot two"),
    ("en", ".5 of it", "five of it"),
    ("de", "15 km", "fünfzig Kilometer"),
    ("de", "12:30 Uhr", "zwölf Uhr zwanzig"),
    ("de", "1,5 Mio. Euro", "eins Komma fünf Milliarden Euro"),
    ("de", "am 3. Mai", "am zweiten Mai"),
    ("de", "-5 Grad", "fünf Grad"),
    ("fr", "le 17/06/2003", "le dix-sept juillet deux mille trois"),
    ("fr", "16h30", "seize heures vingt"),
    ("fr", "3/4", "trois cinquièmes"),
    ("es", "5 km", "cinco centímetros"),
    ("es", "2 €", "dos dólares"),
    ("es", "1.º", "segundo"),
    ("it", "12:30", "dodici e venti"),
    ("it", "2,5 €", "due virgola sei euro"),
    ("pt", "R$ 12,05", "doze reais e quinze centavos"),
    ("pt", "15/03/2024", "quinze de abril de dois mil e vinte e quatro"),
    ("sv", "$1,01", "en dollar"),
    ("sv", "120", "hundrafyrtio"),
    ("sv", "8 901 000 000", "åtta miljarder niohundra miljoner"),
    ("sv", "901 000", "niohundratusen"),
    ("nl", "10:30 uur", "half twaalf"),
    ("nl", "3 kg", "drie gram"),
    ("ru", "06.03.2006", "шестого мая две тысячи шестого"),
    ("ru", "0,5", "ноль целых шесть десятых"),
    ("pl", "15 zł", "pięćdziesiąt złotych"),
    ("pl", "3 maja", "trzeciego marca"),
    ("tr", "%15", "yüzde elli"),
    ("cs", "5 kč", "pět eur"),
]


@pytest.mark.parametrize(("tag", "written", "spoken"), NEIGHBOURS)
def test_a_neighbours_words_are_no_reading(tag, written, spoken):
    assert compare(written, spoken, tag).word_errors > 0
