"""Bounds from data: the quantile, the evidence, what a wrong table says, the policy it makes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clips.columns import Column
from clips.errors import PolicyError
from flows.cli import main
from flows.proposals import propose, write_fragment
from selection.calibrate import beyond, bound_for, calibrate, with_decisions
from selection.policy import load_policy
from selection.policy.measured import Side
from selection.proposal import Calibration, fragment, table, wilson
from tests.conftest import POLICY, ROOT

COLUMNS = {
    "hum_db": Column("hum_db", "dB", "lower", -100, 40, "", ""),
    "snr_db": Column("snr_db", "dB", "higher", -20, 80, "", ""),
    "dnsmos_bak": Column("dnsmos_bak", "MOS", "higher", 1, 5, "", ""),
}


def clips(good: int = 400, bad: int = 50) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    count = good + bad
    return pd.DataFrame(
        {
            "voice": "A",
            "audio_file": [f"{i}.wav" for i in range(count)],
            "row": range(count),
            "tone": "neutral",
            "language": "en",
            "hum_db": np.concatenate([rng.uniform(-90, -60, good), rng.uniform(-50, -20, bad)]),
            "snr_db": rng.uniform(40, 60, count),
            "decision": ["accept"] * good + ["reject"] * bad,
            "rules": [""] * good + ["hum"] * bad,
        }
    )


def calibrated(rate: float = 0.01) -> Calibration:
    return calibrate(clips(), load_policy(), COLUMNS, rate)


def test_a_bound_parts_the_good_from_the_bad() -> None:
    review, reject = (p for p in calibrated().proposals if p.rule == "hum")
    assert (review.key, reject.key) == ("review_above", "reject_above")
    assert (review.clean, review.defective) == (400, 50)
    assert review.lost == 4
    assert reject.lost == 0
    assert review.found == reject.found == 50
    assert review.bound <= reject.bound
    assert -61 < review.bound < -60
    assert review.now == load_policy().rules["hum"].review_above


def test_bad_clips_count_only_for_the_rules_they_name() -> None:
    by_rule = {p.rule: p for p in calibrated().proposals}
    assert by_rule["hum"].defective == 50
    assert by_rule["snr"].defective == 0


def test_what_was_not_measured_is_said() -> None:
    skipped = calibrated().skipped
    assert skipped["bandwidth"] == "cutoff_hz was not measured"
    few = calibrate(clips(good=19), load_policy(), COLUMNS, 0.01)
    assert few.skipped["hum"] == "19 good clips have hum_db; 20 are needed"


def test_a_tone_that_a_rule_leaves_alone_does_not_count() -> None:
    policy, measured = load_policy(), clips().assign(dnsmos_bak=4.0)
    assert policy.rules["dnsmos-bak"].except_tones
    half = measured.assign(tone=["whispering", "neutral"] * (len(measured) // 2))
    found = {p.rule: p for p in calibrate(half, policy, COLUMNS, 0.01).proposals}
    assert found["dnsmos-bak"].clean == 200
    assert found["hum"].clean == 400


def test_all_rules_together_are_counted() -> None:
    result = calibrated()
    assert 4 <= result.lost_at_all <= 4 + 4
    assert result.lost_at_all_now == 0


def test_the_fragment_is_a_policy(tmp_path: Path) -> None:
    result = calibrated()
    file = tmp_path / "calibrated.toml"
    file.write_text(fragment(result, load_policy(), "tts-v1"))
    extended = load_policy(str(file))
    review = next(p for p in result.proposals if p.key == "review_above")
    assert extended.rules["hum"].review_above == review.bound
    assert "4 of 400 good clips lie beyond" in extended.rules["hum"].why
    for untouched in ("bandwidth", "snr"):  # not measured; no bad clip
        assert extended.rules[untouched] == load_policy().rules[untouched]


@pytest.mark.parametrize(
    ("recognisers", "kept"),
    [(["small 89abcdef"], ("89abcdef",)), (["a b", "c d", ""], ("b", "d")), ([""], ("base",))],
)
def test_bounds_on_labels_are_those_of_who_heard_the_clips(
    tmp_path: Path, recognisers: list[str], kept: tuple[str, ...]
) -> None:
    measured = clips().assign(wer=[0.0] * 400 + [0.9] * 50, rules="")
    measured["recogniser"] = [recognisers[n % len(recognisers)] for n in range(450)]
    columns = {**COLUMNS, "wer": Column("wer", "", "lower", 0, None, "", "")}
    file = tmp_path / "calibrated.toml"
    result = calibrate(measured, load_policy(), columns, 0.01)
    file.write_text(fragment(result, load_policy(), "tts-v1"))
    assert load_policy(str(file)).asr.bounds_set_with == kept


def test_what_is_written_runs_from_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = ROOT / "examples"
    monkeypatch.chdir(examples)
    file = tmp_path / "calibrated.toml"
    write_fragment(calibrated(), load_policy("policy.toml"), "policy.toml", file)
    monkeypatch.chdir(tmp_path)
    extended = load_policy("calibrated.toml")
    assert extended.name == "example-calibrated"
    assert extended.asr_ladder == ("base",)


def test_the_table_has_a_row_for_each_bound() -> None:
    rows = table(calibrated())
    assert [(r["rule"], r["bound"]) for r in rows if r["rule"] == "hum"] == [
        ("hum", "review_above"),
        ("hum", "reject_above"),
    ]


@pytest.mark.parametrize("rate", [0.0, 0.5, -0.1])
def test_a_rate_that_is_none(rate: float) -> None:
    with pytest.raises(PolicyError, match="false-reject rate"):
        calibrate(clips(), load_policy(), COLUMNS, rate)


def test_decisions_of_a_truth_file() -> None:
    rows = clips().drop(columns=["decision", "rules"])
    truth = pd.DataFrame(
        {"voice": ["A"], "audio_file": ["3.wav"], "row": ["3"], "rules": ["hum;snr"]}
    )
    joined = with_decisions(rows, truth, listed_only=False)
    assert joined["decision"].value_counts().to_dict() == {"accept": 449, "reject": 1}
    assert joined.set_index("audio_file").loc["3.wav", "rules"] == "hum;snr"


def test_decisions_of_a_maintainer() -> None:
    rows = clips().drop(columns=["decision", "rules"])
    said = pd.DataFrame(
        {
            "voice": "A",
            "audio_file": ["0.wav", "1.wav", "2.wav", "3.wav"],
            "decision": ["accept", "reject", "review", None],
        }
    )
    joined = with_decisions(rows, said, listed_only=True)
    assert list(joined["decision"][:5]) == ["accept", "reject", "review", "", ""]
    assert calibrate(joined, load_policy(), COLUMNS, 0.01).undecided == 448


@pytest.mark.parametrize(
    ("truth", "says"),
    [
        ({"file": ["1.wav"]}, "need the columns"),
        ({"voice": ["A"], "audio_file": ["x.wav"]}, "A/x.wav is decided and was not scored"),
        ({"voice": ["A", "A"], "audio_file": ["1.wav", "1.wav"]}, "decided twice"),
        ({"voice": ["A"], "audio_file": ["1.wav"], "decision": ["fine"]}, "not fine"),
    ],
)
def test_wrong_decisions(truth: dict[str, list[str]], says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        with_decisions(clips(), pd.DataFrame(truth), listed_only=True)


def test_wilson_by_the_book() -> None:
    # R's binom::binom.wilson(8, 10) and (0, 20)
    assert wilson(8, 10) == pytest.approx((0.4901625, 0.9433178), abs=1e-6)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611252), abs=1e-6)
    assert wilson(20, 20) == pytest.approx((1 - 0.1611252, 1.0), abs=1e-6)
    assert wilson(0, 0) == (0.0, 1.0)


@given(
    values=st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=60),
    quantile=st.floats(0.5, 1.0),
    side=st.sampled_from(["above", "below"]),
)
def test_no_more_is_lost_than_asked(values: list[float], quantile: float, side: Side) -> None:
    good = pd.Series(values)
    bound = bound_for(good, quantile, side)
    assert beyond(good, bound, side) <= (1 - quantile) * len(good) + 1e-6


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=60), st.sampled_from(["above", "below"]))
def test_a_higher_quantile_never_loses_more(values: list[float], side: Side) -> None:
    good = pd.Series(values)
    lost = [beyond(good, bound_for(good, q, side), side) for q in (0.5, 0.9, 0.99, 1.0)]
    assert lost == sorted(lost, reverse=True)
    assert lost[-1] == 0


def test_on_the_example_and_its_truth(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main(
            [
                *("calibrate", str(example), "--truth", str(ROOT / "examples/truth.csv")),
                *("--policy", str(POLICY), "--false-rejects", "0.02"),
            ]
        )
    assert done.value.code == 0
    printed = capsys.readouterr().out
    assert "[rules.hum]" in printed
    assert f'extends = "{POLICY}"' in printed


def test_the_example_keeps_its_recall(example: Path) -> None:
    result, _ = propose([example], [ROOT / "examples/truth.csv"], str(POLICY), 0.02)
    review = [p for p in result.proposals if p.weight == "review"]
    for rule in ("hum", "clipping", "bandwidth", "dc-offset", "loudness"):
        found = max((p for p in review if p.rule == rule), key=lambda p: p.found)
        assert found.found == found.defective, rule
        assert found.lost <= 0.02 * found.clean, rule


def test_without_decisions(example: Path) -> None:
    with pytest.raises(PolicyError, match="give --truth"):
        propose([example], [], str(POLICY), 0.01)
    with pytest.raises(PolicyError, match=r"no clips\.parquet"):
        propose([example / "audio"], [], str(POLICY), 0.01)
