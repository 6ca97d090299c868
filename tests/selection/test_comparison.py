import pytest

from clips.columns import Column
from clips.lint import lint
from clips.table import Finding
from scorers.asr.text.compare import compare
from selection.comparison import Comparison
from selection.decide import decide
from selection.policy import load_policy
from tests.selection.tables import evidence, policy, replace, sentences, table


@pytest.mark.parametrize(
    ("label", "transcript", "language", "heard"),
    [
        (
            "I have 100 apples.",
            "I have one hundred apples.",
            "en",
            {"label-digits": "“100” is heard as “one hundred”"},
        ),
        ("Ho 100 mele.", "Ho cento mele.", "it", {"label-digits": "“100” is heard as “cento”"}),
        ("我有100个。", "我有一百个。", "zh", {"label-digits": "“100” is heard as “一百”"}),
        (
            "It's 10:30, and tax is 3%.",
            "It is ten-thirty, and tax is three percent.",
            "en",
            {
                "label-digits": "“10:30” is heard as “ten thirty”, “3” is heard as “three”",
                "label-symbols": "“%” is heard as “percent”",
            },
        ),
        ("I have 100 apples.", "I have 100 apples.", "en", {}),
        ("I have 100 apples.", "I have bananas.", "en", {}),
        ("I have 1 apple.", "I am alone.", "en", {}),
    ],
)
def test_an_ambiguous_label_is_pointed_out_with_the_reading_that_was_heard(
    label: str, transcript: str, language: str, heard: dict[str, str]
) -> None:
    found = [Finding(f.rule, f.words, "clip", "V", "V-0") for f in lint(label)]
    details = {"variant": compare(label, transcript, language).variant, "transcript": transcript}
    comparisons = {"V-0": Comparison.read(details)}
    decision = decide(replace(evidence(table([3], [40]), found), comparisons=comparisons), policy())
    told = dict(zip(decision.findings["rule"], sentences(decision), strict=True))
    assert set(told) >= {"label-digits"}
    for finding in found:
        end = f" Here {heard[finding.rule]}." if finding.rule in heard else ""
        remedy = finding.words.remedy
        assert told[finding.rule] == finding.sentence.removesuffix(f" {remedy}") + f"{end} {remedy}"


def test_a_word_hardly_heard_is_named_with_its_place() -> None:
    rows = table([3], [40]).assign(label_least_logprob=[-9.0])
    comparisons = {"V-0": Comparison.read({"weakest_word": [" today", 1.7, 1.92]})}
    with_rule = policy().model_copy(
        update={"rules": {"supplied-word": load_policy().rules["supplied-word"]}}
    )
    column = Column("label_least_logprob", "", "higher", -16.2, 0.0, "", "")
    judged = replace(evidence(rows), comparisons=comparisons)
    decision = decide(replace(judged, columns=(*judged.columns, column)), with_rule)
    assert decision.findings["rule"].tolist() == ["supplied-word"]
    assert "It is “today”, at 1.70 to 1.92 s." in sentences(decision)[0]
