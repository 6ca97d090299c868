import numpy as np
import pandas as pd
import pytest

from selection.findings import FINDING_COLUMNS
from selection.judge import judged_by
from selection.policy import load_policy
from selection.verdicts import of_terms

CLIPS = pd.DataFrame(
    {
        "tone": ["neutral", "WHISPERING", "neutral", "whispering"],
        "language": ["en", "en", "zh", "ja"],
    }
)


@pytest.mark.parametrize(
    ("except_tones", "languages", "judged"),
    [
        ([], "all", [True, True, True, True]),
        (["whispering"], "all", [True, False, True, False]),
        (["Neutral", "sad"], "all", [False, True, False, True]),
        ([], "by-character", [False, False, True, True]),
        (["Whispering"], "by-word", [True, False, False, False]),
    ],
)
def test_a_rule_judges_by_tone_and_language(
    except_tones: list[str], languages: str, judged: list[bool]
) -> None:
    some = next(iter(load_policy().rules.values()))
    rule = some.model_copy(update={"except_tones": except_tones, "languages": languages})
    assert judged_by(CLIPS, rule).tolist() == judged
    assert judged_by(CLIPS[:0], rule).tolist() == []


def test_a_rule_judges_from_a_length_on() -> None:
    rule = load_policy().rules["dnsmos-ovrl"]
    clips = pd.DataFrame({"tone": "neutral", "duration_s": [0.5, 0.8, 3.0, np.nan]})
    assert judged_by(clips, rule).tolist() == [False, True, True, True]
    assert judged_by(clips.drop(columns="duration_s"), rule).all()


def test_terms_are_told_from_what_else_is_held_against_a_whole() -> None:
    found = pd.DataFrame(columns=list(FINDING_COLUMNS), index=range(4))
    found["level"] = ["submission", "submission", "voice", "clip"]
    found["rule"] = ["licence-refused", "declined", "unknown-provider", "licence-refused"]
    found["verdict"] = ["reject", "reject", "review", "reject"]
    assert of_terms(found).index.tolist() == [0, 2]
    assert of_terms(found.assign(verdict=np.array(["note"] * 4, object))).empty


@pytest.mark.parametrize(
    ("tone", "spared"),
    [("soft whisper", True), ("Whispering, sad", True), ("whispery", False), ("", False)],
)
def test_a_tone_is_spared_by_one_of_its_words(tone: str, spared: bool) -> None:
    rule = load_policy().rules["dnsmos-ovrl"]
    assert rule.spares(tone) == spared
