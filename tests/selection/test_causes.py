"""Causes and what follows from them."""

from graphlib import TopologicalSorter

import pandas as pd
import pytest

from clips.rules.causes import FOLLOWS, fold
from selection.losses import losses, with_causes
from selection.policy import load_policy
from selection.rules import RULES

KNOWN = {*RULES, *load_policy().rules}
SILENT = {
    "no-speech": "reject",
    "wer": "reject",
    "cer": "reject",
    "edge-start": "review",
    "dnsmos-ovrl": "reject",
    "snr": "review",
    "loudness": "reject",
    "tempo": "review",
    "hallucination": "review",
    "avg-logprob": "review",
    "lead-silence": "review",
}


def test_every_rule_that_is_named_exists() -> None:
    named = {*FOLLOWS, *(rule for rules in FOLLOWS.values() for rule in rules)}
    assert named - KNOWN == set()


def test_nothing_follows_from_itself() -> None:
    graph = {cause: set(rules) - {cause} for cause, rules in FOLLOWS.items()}
    assert list(TopologicalSorter(graph).static_order())


def test_a_silent_clip_is_silent_and_nothing_else() -> None:
    assert set(fold(SILENT).values()) == {"no-speech"}


def test_nothing_grave_is_hidden_under_something_light() -> None:
    found = {"no-speech": "review", "wer": "reject", "edge-end": "review"}
    assert fold(found) == {"no-speech": "no-speech", "wer": "wer", "edge-end": "wer"}


def test_chains_end_at_their_cause() -> None:
    found = {"no-speech": "reject", "wer": "reject", "edge-end": "review"}
    assert fold(found)["edge-end"] == "no-speech"
    found = {"unlabelled-audio": "reject"}
    assert fold(found, ["unreadable-labels", "no-labels"]) == {
        "unlabelled-audio": "unreadable-labels"
    }


def finding(level: str, voice: str, clip: str, rule: str, verdict: str) -> dict[str, str]:
    return {"level": level, "voice": voice, "clip_id": clip, "rule": rule, "verdict": verdict}


def test_losses_by_the_seconds_that_they_cost() -> None:
    clips = pd.DataFrame({"clip_id": list("abcd"), "duration_s": [1.0, 2.0, 4.0, None]})
    findings = pd.DataFrame(
        [
            *(finding("clip", "V", "a", rule, weight) for rule, weight in SILENT.items()),
            finding("clip", "V", "b", "bandwidth", "reject"),
            finding("clip", "V", "b", "abrupt-end", "review"),
            finding("clip", "V", "c", "abrupt-end", "review"),
            finding("clip", "V", "c", "label-digits", "note"),
            finding("clip", "W", "d", "unlabelled-audio", "reject"),
            finding("voice", "W", "", "no-labels", "review"),
            finding("voice", "V", "", "labels-ignored", "note"),
        ]
    )
    end, narrow, silent, unlabelled = losses(clips, findings)
    assert (end.rule, end.clips, end.rejected, end.review) == ("abrupt-end", ("b", "c"), 0, 2)
    assert (end.seconds, end.alone_s) == (6.0, 4.0)
    assert (narrow.rule, narrow.rejected, narrow.seconds, narrow.alone_s) == (
        "bandwidth",
        1,
        2.0,
        0.0,
    )
    assert (silent.rule, silent.rejected, silent.seconds) == ("no-speech", 1, 1.0)
    assert silent.follows == tuple(sorted({*SILENT} - {"no-speech"}))
    assert (unlabelled.rule, unlabelled.clips) == ("no-labels", ("d",))
    assert list(with_causes(findings)["cause"])[-2:] == ["no-labels", "labels-ignored"]


@pytest.mark.parametrize("columns", [["level", "voice", "clip_id", "rule", "verdict"]])
def test_nothing_found_costs_nothing(columns: list[str]) -> None:
    clips = pd.DataFrame({"clip_id": ["a"], "duration_s": [1.0]})
    assert losses(clips, pd.DataFrame(columns=columns)) == ()
