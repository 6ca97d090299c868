"""What can be found is declared once, and all that is said of it can be said."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from clips.errors import PolicyError
from clips.rules.base import SEVERITY, VERDICTS, WORST_FIRST
from clips.table import Finding
from clips.words import Name, Quote, Reader, say, told
from selection.findings import in_words, tabled
from selection.policy import Policy, load_policy, shipped_policies
from selection.rules import RULES, judging

ROOT = Path(__file__).parents[1]
ROOMS = ("clips", "selection", "flows", "scorers", "reports")
MAKERS = {"fault", "words", "said", "said_of", "measured"}
OF_THE_FINDING = {"file", "voice", "value", "bound"}
CONSTANTS = {k: v for k, v in vars(judging).items() if isinstance(v, str)} | {
    "DAMAGED": "damaged-audio",
    "UNREADABLE": "unreadable-audio",
    "LANGUAGE_HOURS": "language-hours",
}


class Call(NamedTuple):
    """A place where a finding is made; ``rules`` are all that have the form where none is named."""

    where: str
    rules: tuple[str, ...]
    form: str
    params: frozenset[str]
    has_more: bool


def calls() -> Iterator[Call]:
    for path in sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MAKERS and node.args:
                yield from _call(f"{path.relative_to(ROOT)}:{node.lineno}", node)


def _call(where: str, node: ast.Call) -> Iterator[Call]:
    texts = [_text(arg) for arg in node.args]
    measured = getattr(node.func, "id", "") == "measured"
    form = texts[1] if len(texts) > 1 and not measured else ""
    if texts[0] is None and (form is None or not form):
        return  # handed on
    assert form is not None, f"{where}: the form is no constant"
    rules = (texts[0],) if texts[0] else tuple(r.id for r in RULES.values() if form in r.forms)
    named = frozenset(k.arg for k in node.keywords if k.arg)
    yield Call(where, rules, form, named, any(k.arg is None for k in node.keywords))


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.IfExp):
        return _text(node.body)
    return CONSTANTS.get(node.id) if isinstance(node, ast.Name) else None


def placeholders(template: str) -> set[str]:
    return {name for _, name, *_ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_has_all_that_is_asked_of_it(rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
    assert rule.scope and rule.verdict in WORST_FIRST
    assert rule.about.endswith(".")
    for form in rule.forms:
        words = rule.words(form)
        assert words.says.endswith(".") and words.remedy.endswith((".", "?")), form
        assert placeholders(words.remedy) <= placeholders(words.says) | {
            *("taken", "wanted", "near", "known", "command")
        }


def test_every_finding_that_is_made_is_declared_with_what_it_says() -> None:
    found = list(calls())
    assert len(found) > 80
    for call in found:
        for name in call.rules:
            assert name in RULES, f"{call.where}: {name}"
            words = RULES[name].words(call.form)
            needed = placeholders(words.says) | placeholders(words.remedy)
            if not call.has_more:
                missing = needed - call.params - OF_THE_FINDING
                assert not missing, f"{call.where}: {name} needs {missing}"
            assert call.params <= needed, f"{call.where}: {call.params - needed} is not said"


def test_every_sentence_is_said_somewhere() -> None:
    made = {(rule, call.form) for call in calls() for rule in call.rules}
    declared = {(rule.id, form) for rule in RULES.values() for form in rule.forms}
    assert declared - made == set()


@pytest.mark.parametrize("name", shipped_policies())
def test_a_rule_on_a_column_says_why_and_what_to_do(name: str) -> None:
    policy = load_policy(name)
    for rule_id, rule in policy.rules.items():
        assert len(rule.why) > 20, rule_id
        assert rule.remedy.endswith("."), rule_id
        assert not rule.says.endswith("."), rule_id
    assert set(policy.verdicts) == set(RULES)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('[findings]\nempty-labels = "note"', "there is no rule empty-labels; did you mean empty-"),
        ('[findings]\nsnr = "note"', "there is no rule snr"),
        (
            '[rules.low-rate]\ncolumn = "snr_db"\nunit = "dB"\nwhy = "w"\nsays = "s"\n'
            'remedy = "r"\nreject_below = 1',
            "low-rate is the id of another rule",
        ),
        (
            '[rules.own]\ncolumn = "snr_db"\nunit = "dB"\nwhy = "w"\nsays = "s"\nreject_below = 1',
            "no remedy",
        ),
    ],
)
def test_a_policy_names_rules_that_there_are(tmp_path: Path, table: str, message: str) -> None:
    path = tmp_path / "p.toml"
    path.write_text(f'name = "x"\nextends = "tts-v1"\n{table}\n', encoding="utf-8")
    with pytest.raises(PolicyError, match=message):
        load_policy(str(path))


def test_a_policys_verdict_stands_before_the_declared_one_and_is_in_its_hash() -> None:
    shipped = load_policy()
    mild = shipped.model_copy(update={"findings": {"empty-label": "review"}})
    same = shipped.model_copy(update={"findings": {"empty-label": "reject"}})
    assert shipped.verdicts["empty-label"] == "reject"
    assert mild.verdicts["empty-label"] == "review"
    assert mild.sha256 != shipped.sha256 == same.sha256
    assert isinstance(mild, Policy)


def test_verdicts_have_one_order() -> None:
    assert sorted(VERDICTS, key=SEVERITY.__getitem__) == list(VERDICTS)
    assert sorted(WORST_FIRST, key=SEVERITY.__getitem__)[::-1] == list(WORST_FIRST)


def test_a_reader_sees_names_and_quotes_as_is_right_for_it() -> None:
    words = say("{name} wrote {found}, not {n}", name=Name("Ada"), found=Quote("hi Ada"), n=1200)
    hide = Reader(lambda text: text.replace("Ada", "c-1"))
    assert told(words) == "Ada wrote hi Ada, not 1,200"
    assert told(words, hide) == "c-1 wrote hi c-1, not 1,200"
    assert told(words, Reader(hide.hide, quotes=False)) == "c-1 wrote …, not 1,200"


def test_our_own_words_are_never_searched_for_names() -> None:
    """A contributor may be called as our sentences are: "label", "The", "s"."""
    finding = Finding("label-digits", RULES["label-digits"].words(found=Quote("label 5")), "clip")
    table = in_words(tabled([(finding, "note")]), Reader(lambda text: text.replace("label", "c-1")))
    assert (
        table["sentence"].item() == "“c-1 5” can be read in several ways. Write it as it is spoken."
    )


def test_a_parameter_is_no_template_and_a_policys_text_neither() -> None:
    assert told(say("{found}", found=Quote("{n} {0} {{}}"))) == "{n} {0} {{}}"
    snr = load_policy().rules["snr"]
    rule = snr.model_copy(update={"says": "Too {noisy}", "remedy": "Use {this}."})
    finding = Finding("snr", rule.words(rule.bounds[0]), value=1.0, bound=15.0, unit="dB")
    assert finding.sentence == "Too {noisy} (snr_db 1 dB; reject below 15 dB). Use {this}."
