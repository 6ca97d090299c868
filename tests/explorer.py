"""Random policies, judged by the page's script and by `decide` on the same evidence."""

import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

import numpy as np
from playwright.sync_api import Browser

from clips.rules.base import VERDICTS
from reports.explorer import explorer_data, grids
from reports.tables import plain_numbers
from reports.view import ReportData
from selection.decide import Decision
from selection.policy import BOUNDS

At = list[dict[str, int]]
_JUDGE = """([given, values, moves, reasons]) => {
  const model = bounds.load(given, values);
  const judged = (at) => {
    const result = bounds.judge(model, at);
    const { severity, voices } = result;
    return { severity: [...severity], voices, toml: bounds.toml(model, at, result, reasons) };
  };
  return { present: model.present, now: judged(model.present), moved: moves.map(judged) };
}"""


def judge(
    chromium: Browser, data: ReportData, moves: Sequence[At], reasons: Mapping[str, str]
) -> dict[str, Any]:
    """What the page's script says of each policy, all in one page."""
    page = chromium.new_page()
    try:
        script = resources.files("reports") / "templates" / "bounds.js"
        page.add_script_tag(content=script.read_text(encoding="utf-8"))
        given = json.loads(json.dumps(explored(data)))
        values = {name: plain_numbers(data.clips, name) for name in (*grids(data), "duration_s")}
        values["voice"] = data.clips["voice"].tolist()
        judged: dict[str, Any] = page.evaluate(_JUDGE, [given, values, moves, reasons])
        return judged
    finally:
        page.close()


def explored(data: ReportData) -> Any:
    """What a report's page is given to move the bounds by."""
    known = grids(data)
    return explorer_data(data, known, {name: plain_numbers(data.clips, name) for name in known})


def random_moves(data: ReportData, present: At, n: int, seed: int) -> list[At]:
    """Policies with random bounds of random rules, at a clip's value, elsewhere or nowhere."""
    rng = np.random.default_rng(seed)
    known = grids(data)
    rules = [rule for rule in data.policy.rules.values() if rule.column in known]
    moves = []
    for _ in range(n):
        at = [dict(one) for one in present]
        for i in rng.choice(len(rules), rng.integers(1, len(rules) + 1), replace=False):
            rule, grid = rules[i], known[rules[i].column]
            edges = grid.edges
            places = grid.places(data.clips[rule.column].to_numpy(float)) // 2
            places = places[(places >= 0) & (places < edges.size)]
            keys = [key for key in BOUNDS if key.split("_")[1] in rule.sides]
            chosen = [key for key in keys if rng.random() < 0.8]
            near = places.size and rng.random() < 0.7
            drawn = rng.choice(places if near else edges.size, len(chosen))
            at[i] = {key: -1 if key.endswith("below") else edges.size for key in BOUNDS}
            at[i] |= dict(zip(chosen, sorted(map(int, drawn)), strict=True))
        moves.append(at)
    return moves


def assert_equal(judged: Mapping[str, Any], decision: Decision, budget: float) -> None:
    """The script's verdicts and hours are those of a decision."""
    assert [VERDICTS[s] for s in judged["severity"]] == decision.clips["verdict"].tolist()
    for voice, standing in zip(judged["voices"], decision.voices, strict=True):
        assert abs(voice["accepted"] - standing.hours_accepted) < 1e-6
        assert voice["parked"] == (standing.status == "parked")
        most = 0.0 if voice["parked"] else min(standing.hours_accepted, budget)
        assert abs(voice["selected"] - most) < 1e-6 and standing.hours_selected <= most + 1e-9
