from benchmarks.written_spoken import Form, changes, measure, read


def test_the_written_side_is_the_one_with_digits(tmp_path):
    for tag, line in {"de": "fünf~5", "en": "5~five", "xx": "5~five"}.items():
        (tmp_path / tag).mkdir()
        (tmp_path / tag / "test_cases_cardinal.txt").write_text(f"# heading\n{line}\n")
    found = {(form.language, form.kind, form.written, form.spoken) for form in read(tmp_path)}
    assert found == {
        ("de", "cardinal", "5", ("fünf",)),
        ("en", "cardinal", "5", ("five",)),
    }


def test_pairs_and_neighbours_are_counted():
    forms = [
        Form("en", "cardinal", "15", ("fifteen",)),
        Form("en", "cardinal", "50", ("fifty", "five tens")),
        Form("en", "cardinal", "60", ("seventy",)),
    ]
    tallies, misses = measure(forms)
    tally = tallies["en", "cardinal"]
    assert (tally.agree, tally.pairs, tally.forgiven) == (2, 3, 1)
    assert ("missed", "en", "cardinal", "60", "seventy", "sixty") in misses
    assert ("forgiven", "en", "cardinal", "70", "seventy", "60") in misses


def test_a_digit_and_a_minus_are_changed():
    assert list(changes("-19")) == ["-29", "-10", "19"]
