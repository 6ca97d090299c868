"""Two runs of one submission against each other: verdicts, hours, and what judged."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from clips.numbers import with_unit
from clips.rules.base import SEVERITY
from reports.problems import measured, text_of
from selection.policy import Policy

_WORDS = ("about", "why", "says", "remedy")


@dataclass(frozen=True)
class Side:
    """One run.

    Args:
        clips: ``clip_id, voice, audio_file, verdict, reasons``, names as they are shown.
        findings: ``clip_id, rule, verdict, value, bound, unit`` of clips, with the others.
        voices: voice as shown -> ``hours_accepted, hours_selected, status``, as `summary.json`.
        versions: scorer -> version.
    """

    title: str
    clips: pd.DataFrame
    findings: pd.DataFrame
    policy: Policy
    voices: Mapping[str, Mapping[str, Any]]
    versions: Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """A clip whose verdict changed, and the rules that gave each, with value and bound."""

    clip: str
    before: str
    after: str
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]


@dataclass(frozen=True)
class Hours:
    """Hours of one voice in both runs, ``None`` where it is not in one."""

    voice: str
    accepted: tuple[float | None, float | None]
    selected: tuple[float | None, float | None]


@dataclass(frozen=True)
class Difference:
    """Something that judged or measured and is another; ``"–"`` where it is not there."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """What two runs differ in.

    Args:
        titles: of the two.
        clips: how many are in both.
        only: how many are in the first alone, and in the second.
        by_rule: rule, verdict before, verdict after -> clips, the most first. The rules are those
            that gave the graver of both verdicts.
    """

    titles: tuple[str, str]
    clips: int
    only: tuple[int, int]
    changes: tuple[Change, ...]
    by_rule: tuple[tuple[str, str, str, int], ...]
    hours: tuple[Hours, ...]
    differences: tuple[Difference, ...]

    @property
    def changed(self) -> bool:
        """Whether a verdict or a voice's hours did, or clips came or went."""
        moved = any(a != b for one in self.hours for a, b in (one.accepted, one.selected))
        return bool(self.changes) or moved or any(self.only)


def compare(first: Side, second: Side) -> Comparison:
    """Hold two runs of one submission against each other, clip by clip."""
    both = first.clips.merge(second.clips, on="clip_id", suffixes=("", "_after"))
    changed = both[both["verdict"] != both["verdict_after"]]
    reasons = [_reasons(side.findings, set(changed["clip_id"])) for side in (first, second)]
    changes, rules = [], Counter[tuple[str, str, str]]()
    for row in changed.to_dict("records"):
        before, after = (found.get(row["clip_id"], {}) for found in reasons)
        verdicts = (str(row["verdict"]), str(row["verdict_after"]))
        given = [
            _given(found, verdict, str(all_of_it))
            for found, verdict, all_of_it in zip(
                (before, after), verdicts, (row["reasons"], row["reasons_after"]), strict=True
            )
        ]
        place = f"{text_of(row['voice'])}/{text_of(row['audio_file'])}"
        changes.append(Change(place, *verdicts, *(tuple(told.values()) for told in given)))
        for rule in given[verdicts[1] == max(verdicts, key=SEVERITY.__getitem__)]:
            rules[rule, *verdicts] += 1
    return Comparison(
        titles=(first.title, second.title),
        clips=len(both),
        only=(len(first.clips) - len(both), len(second.clips) - len(both)),
        changes=tuple(changes),
        by_rule=tuple((*key, n) for key, n in sorted(rules.items(), key=lambda i: (-i[1], i[0]))),
        hours=tuple(_hours(first, second)),
        differences=tuple(_differences(first, second)),
    )


def _given(found: Mapping[str, tuple[str, str]], verdict: str, reasons: str) -> dict[str, str]:
    """Rule -> what it found, of those that gave a verdict; of a whole where no own one did."""
    own = {rule: told for rule, (weight, told) in found.items() if weight == verdict}
    return own or {rule: rule for rule in reasons.split(";") if rule and rule not in found}


def _reasons(findings: pd.DataFrame, clips: set[str]) -> dict[str, dict[str, tuple[str, str]]]:
    """Clip -> rule -> its verdict, and what it found in a few words."""
    found = findings[findings["clip_id"].isin(clips) & (findings["verdict"] != "note")]
    reasons: dict[str, dict[str, tuple[str, str]]] = {}
    for record in found.to_dict("records"):
        told, (value, bound, unit) = str(record["rule"]), measured(record)
        told += "" if value is None else f" {with_unit(value, unit)}"
        told += "" if bound is None else f" (bound {with_unit(bound, unit)})"
        mine = reasons.setdefault(str(record["clip_id"]), {})
        mine[str(record["rule"])] = (str(record["verdict"]), told)
    return reasons


def _hours(first: Side, second: Side) -> Iterator[Hours]:
    for voice in {**first.voices, **second.voices}:
        standing = [side.voices.get(voice, {}) for side in (first, second)]
        accepted, selected = (
            (standing[0].get(key), standing[1].get(key))
            for key in ("hours_accepted", "hours_selected")
        )
        yield Hours(voice, accepted, selected)


def _differences(first: Side, second: Side) -> Iterator[Difference]:
    policies = [f"{side.policy.name} {side.policy.sha256[:12]}" for side in (first, second)]
    if policies[0] != policies[1]:
        yield Difference("policy", *policies)
        settings = [dict(_flat(side.policy.model_dump(mode="json"))) for side in (first, second)]
        yield from _unlike("policy: ", *settings)
    yield from _unlike("version of ", first.versions, second.versions)


def _unlike(what: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    for key in {**before, **after}:
        if before.get(key) != after.get(key):
            yield Difference(f"{what}{key}", before.get(key, "–"), after.get(key, "–"))


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Settings by their dotted name; what only explains is left out."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key not in _WORDS:
                yield from _flat(one, f"{path}.{key}" if path else key)
    elif path != "name" and value is not None:
        yield path, str(value)
