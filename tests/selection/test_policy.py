import math
from pathlib import Path

import pytest

from clips.columns import Column
from clips.errors import PolicyError
from clips.table import FACTS
from scorers.catalog import measured_columns
from selection.derived import DERIVED
from selection.policy import load_policy, shipped_policies

DECLARED: dict[str, Column] = {c.name: c for c in (*FACTS, *measured_columns(), *DERIVED)}
EXAMPLE = Path(__file__).parents[2] / "examples" / "policy.toml"


def write(folder: Path, text: str) -> str:
    path = folder / "p.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", [*shipped_policies(), str(EXAMPLE)])
def test_shipped_policies_name_real_columns_units_and_findings(name: str) -> None:
    policy = load_policy(name)
    policy.check_columns(DECLARED)
    assert all(len(rule.why) > 20 for rule in policy.rules.values())


def test_extending_keeps_the_rest_and_needs_a_why(tmp_path: Path) -> None:
    base = load_policy()
    text = 'name = "x"\nextends = "tts-v1"\n[rules.wer]\nreject_above = 0.5\n'
    with pytest.raises(PolicyError, match=r"rules\.wer changes a bound without saying why"):
        load_policy(write(tmp_path, text))
    changed = load_policy(write(tmp_path, text + 'why = "a small recogniser errs more"\n'))
    assert changed.rules["wer"].reject_above == 0.5
    assert changed.rules["wer"].review_above == base.rules["wer"].review_above
    assert changed.rules["cer"] == base.rules["cer"]
    assert changed.sha256 != base.sha256


def test_a_short_decoding_is_believed_within_the_bounds_of_the_rules_too(tmp_path: Path) -> None:
    shipped = load_policy().asr_confirm
    assert shipped["avg_logprob"] == load_policy().asr.confirm.avg_logprob
    text = (
        'name = "x"\nextends = "tts-v1"\n[rules.avg-logprob]\nreview_below = -0.3\nwhy = "w"\n'
        '[rules.uncovered]\nreview_above = 0.4\nwhy = "w"\n'
    )
    narrow = load_policy(write(tmp_path, text)).asr_confirm
    assert (narrow["avg_logprob"], narrow["uncovered_s"]) == (-0.3, 0.4)
    assert shipped["edge_start_cer"] == load_policy().rules["edge-start"].review_above
    assert shipped["cer"] == math.inf  # its rule is of languages whose words are characters
    assert narrow["label_least_logprob"] == shipped["label_least_logprob"]


def test_a_path_is_taken_from_the_file_that_states_it(tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    own = write(
        folder, 'name = "own"\nextends = "tts-v1"\n[asr]\nladder = ["base", "./my-model"]\n'
    )
    text = f'name = "x"\nextends = "{own}"\n'
    extended = load_policy(write(tmp_path, text))
    assert extended.asr_ladder == ("base", str(folder / "my-model"))
    assert (
        extended.sha256
        == load_policy(write(tmp_path, text + '[asr]\nladder = ["base", "./my-model"]\n')).sha256
    )
    both = load_policy(write(tmp_path, text + '[asr]\nsecond = "../other"\n'))
    assert both.asr_ladder == extended.asr_ladder
    assert both.asr_second == str(tmp_path / "../other")


def test_a_path_beside_a_policy_of_the_working_directory_is_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, 'name = "x"\nextends = "tts-v1"\n[asr]\nladder = ["./base", "small"]\n')
    monkeypatch.chdir(tmp_path)
    (written,) = tmp_path.iterdir()
    assert load_policy(written.name).asr_ladder == (str(tmp_path / "base"), "small")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('name = "x"\nextends = "nowhere"\n', "shipped policies: tts-v1"),
        ('extends = "p.toml"\n', "extends itself"),
        ('name = "x"\nextends = "tts-v1"\n[budget]\nhours_per_voic = 3\n', "budget.hours_per_voic"),
        ('name = "x"\nextends = "tts-v1"\n[budget]\nhours_per_voice = -1\n', "greater than 0"),
        (
            'name = "x"\nextends = "tts-v1"\n[gate]\nmax_reject_share = 2\n',
            "less than or equal to 1",
        ),
        (
            'name = "x"\nextends = "tts-v1"\n[rules.wer]\nwhy = "w"\nreview_above = 0.9\n',
            "reject_below <= review_below <= review_above <= reject_above",
        ),
        ("name = \n", "not TOML"),
    ],
)
def test_faults_name_file_key_and_bound(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    assert message in str(caught.value)
    assert "p.toml" in str(caught.value) or "nowhere" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[rules.snrr]\nreview_below = 20\n",
            "rules.snrr: tts-v1 has no such rule and this one has no column; did you mean snr?",
        ),
        (
            '[rules.own]\ncolumn = "snr_db"\nreview_below = 20\n',
            "rules.own: tts-v1 has no such rule and this one has no unit, why, says, remedy",
        ),
        (
            '[rules.snr]\nwhy = "w"\nreject_belw = 20.0\n',
            "rules.snr.reject_belw: there is no such setting; did you mean reject_below?"
            " (found 20.0)",
        ),
        ("[gate]\nzzz = 1\n", "gate.zzz: there is no such setting; there are max_reject_share,"),
        ("gate = 3\n", "gate must be a table (found 3)"),
        ('[budget]\nminimum_hours = "1"\n', "budget.minimum_hours: it must be a valid number"),
        (
            '[terms.offers.x]\nrank = 1\nprovider = "OpenAI"\nmodels = ["m"]\n',
            "terms.offers.x: tts-v1 has no such offer and this one has no about",
        ),
    ],
)
def test_a_slip_is_answered_in_plain_words(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, 'name = "x"\nextends = "tts-v1"\n' + text)
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    assert str(caught.value).startswith(f"{path}: {said}")


def test_a_file_that_extends_nothing_is_told_so_once(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(write(tmp_path, 'name = "x"\n[gate]\nmin_clips = 1\n'))
    said = str(caught.value)
    assert 'no extends: add `extends = "tts-v1"`, or give a whole policy (missing: about,' in said
    assert "gate.max_reject_share" in said
    assert "Field required" not in said
    (tmp_path / "child.toml").write_text('extends = "p.toml"\n[rules.own]\nreview_below = 1\n')
    with pytest.raises(PolicyError, match=r"child\.toml: no extends in p\.toml: add"):
        load_policy(str(tmp_path / "child.toml"))


def test_a_rule_on_no_column_or_in_another_unit_is_refused(tmp_path: Path) -> None:
    words = 'why = "w"\nsays = "s"\nremedy = "r"\n'
    rule = '[rules.new]\ncolumn = "{}"\nunit = "{}"\nreject_above = 1\n' + words
    text = 'name = "x"\nextends = "tts-v1"\n' + rule
    for column, unit, message in (
        ("nonsense", "", "no column"),
        ("snr_db", "Hz", "measured in 'dB'"),
    ):
        with pytest.raises(PolicyError, match=message):
            load_policy(write(tmp_path, text.format(column, unit))).check_columns(DECLARED)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("[weights]\nnonsense = 1\n", "nonsense is no column"),
        ("[weights]\npitch_hz = 1\n", "pitch_hz has no better direction"),
        ("[enough]\nclip_s = 1\n", "clip_s has no weight"),
        ('[selection.floor]\ncolumn = "nonsense"\n', "'nonsense' is no column of"),
        ('[selection.floor]\ncolumn = "wer"\n', "'wer' is no column of"),
    ],
)
def test_weights_that_order_nothing_are_refused(tmp_path: Path, table: str, message: str) -> None:
    policy = load_policy(write(tmp_path, f'name = "x"\nextends = "tts-v1"\n{table}'))
    with pytest.raises(PolicyError, match=message):
        policy.check_columns(DECLARED)


def test_an_infinite_bound_takes_an_inherited_one_off(tmp_path: Path) -> None:
    rule = '[rules.snr]\nreview_below = -inf\nreject_below = {}\nwhy = "w"\n'
    text = 'name = "x"\nextends = "tts-v1"\n' + rule
    one_left = load_policy(write(tmp_path, text.format("15.0"))).rules["snr"]
    assert (one_left.review_below, one_left.reject_below) == (None, 15)
    off = load_policy(write(tmp_path, text.format("-inf"))).rules["snr"]
    assert {off.review_below, off.reject_below, off.review_above, off.reject_above} == {None}
    with pytest.raises(PolicyError, match="nan is no bound"):
        load_policy(write(tmp_path, text.format("nan")))


def test_the_hash_is_of_the_content_not_of_its_form(tmp_path: Path) -> None:
    one = write(
        tmp_path, 'name = "x"\nextends = "tts-v1"\n# a comment\n[budget]\nminimum_hours = 2\n'
    )
    first = load_policy(one).sha256
    two = write(tmp_path, 'extends = "tts-v1"\nname = "x"\n[budget]\nminimum_hours = 2\n')
    assert load_policy(two).sha256 == first


def test_limits_are_settings(tmp_path: Path) -> None:
    text = 'name = "x"\nextends = "tts-v1"\n[limits]\naudio_file_bytes = 1000\ndecode_s = 5.5\n'
    limits = load_policy(write(tmp_path, text)).reading_limits
    assert (limits.audio_file_bytes, limits.decode_s) == (1000, 5.5)
    assert limits.entries == load_policy().reading_limits.entries
    with pytest.raises(PolicyError, match="no limit named audio_file_byte;"):
        load_policy(write(tmp_path, text.replace("bytes", "byte")))
    with pytest.raises(PolicyError, match=r"limits\.decode_s"):
        load_policy(write(tmp_path, text.replace("5.5", "-1")))
