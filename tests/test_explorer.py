"""Fifty policies copied from the example's report, against `decide` on the example's evidence."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from flows import pipeline
from flows.request import Request
from reports.view import ReportData
from selection.decide import Decision, decide
from selection.policy import Policy, load_policy
from selection.verdicts import Evidence
from tests.browser import browser
from tests.conftest import EXAMPLE, POLICY
from tests.explorer import assert_equal, judge, random_moves


@pytest.fixture(scope="module")
def scored(
    example: Path, store: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Evidence, ReportData]:
    """The evidence on which the example is decided, and its report's data."""
    seen: list[Evidence] = []

    def observed(evidence: Evidence, policy: Policy) -> Decision:
        seen.append(evidence)
        return decide(evidence, policy)

    out = tmp_path_factory.mktemp("again")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "decide", observed)
        asked = Request(path=str(EXAMPLE), out=str(out), policy=str(POLICY), store=str(store))
        outcome = pipeline.score(asked)
    assert outcome.run.measured == 0
    return seen[0], outcome.data


@pytest.fixture(scope="module")
def chromium(scored: object) -> Iterator[Browser]:
    with browser() as running:
        yield running


def test_fifty_copied_policies_decide_as_the_report_said(
    chromium: Browser, scored: tuple[Evidence, ReportData], tmp_path: Path
) -> None:
    evidence, data = scored
    present = judge(chromium, data, [], {})["present"]
    reasons = {rule: f'"{rule}" was moved.' for rule in data.policy.rules}
    judged = judge(chromium, data, random_moves(data, present, 50, seed=1), reasons)
    (tmp_path / f"{data.policy.name}.toml").write_text(POLICY.read_text(encoding="utf-8"))
    verdicts = set()
    for found in judged["moved"]:
        moved = tmp_path / "moved.toml"
        moved.write_text(found["toml"], encoding="utf-8")
        policy = load_policy(str(moved))
        assert policy.sha256 != data.policy.sha256
        assert_equal(found, decide(evidence, policy), policy.budget.hours_per_voice)
        verdicts.add(tuple(found["severity"]))
    assert len(verdicts) > 10, "the bounds change verdicts"
