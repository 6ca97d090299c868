"""All of a policy, known by its name and the hash of all that it says."""

import difflib
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field, PrivateAttr, field_validator

from clips.columns import Column
from clips.errors import PolicyError
from clips.limits import DEFAULT_LIMITS, Limits
from clips.rules.base import Weight
from selection.policy.base import Points, Positive, Table
from selection.policy.choosing import TERMS, Budget, Choosing, Gate, Mixing
from selection.policy.intake import Terms
from selection.policy.measured import MeasuredRule
from selection.policy.recogniser import Dnsmos, Fairness, Recogniser
from selection.rules import RULES

_RATES = ("cer", "edge_start_cer", "edge_end_cer")


class Policy(Table):
    """Everything that turns measurements into verdicts, a ranking and a selection.

    Args:
        rules: on measured and derived columns.
        findings: declared rule -> verdict, where it is not the one that it is declared with.
        weights: of columns, for the ranking within a voice; 0 leaves one out.
        enough: values of weighted columns, in their units, from which on better is no better.
    """

    name: Annotated[str, Field(min_length=1)]
    about: str
    asr: Recogniser
    dnsmos: Dnsmos
    fairness: Fairness
    budget: Budget
    selection: Choosing
    mix: Mixing
    gate: Gate
    terms: Terms
    rules: dict[str, MeasuredRule]
    findings: dict[str, Weight] = Field(default_factory=dict)
    weights: dict[str, Points]
    enough: dict[str, float] = Field(default_factory=dict)
    limits: dict[str, Positive | Annotated[int, Field(gt=0)]] = Field(default_factory=dict)
    _asr_folders: Mapping[str, Path] = PrivateAttr(default_factory=dict)

    @field_validator("findings")
    @classmethod
    def _findings_are_declared(cls, given: dict[str, Weight]) -> dict[str, Weight]:
        for rule in given:
            if rule not in RULES:
                near = difflib.get_close_matches(rule, RULES, 1)
                hint = f"did you mean {near[0]}?" if near else "docs/policy.md lists them"
                raise ValueError(f"there is no rule {rule}; {hint}")
        return given

    @field_validator("rules")
    @classmethod
    def _rules_have_ids_of_their_own(
        cls, given: dict[str, MeasuredRule]
    ) -> dict[str, MeasuredRule]:
        if taken := sorted(given.keys() & RULES.keys()):
            raise ValueError(f"{taken[0]} is the id of another rule; give it another name")
        return given

    @field_validator("limits")
    @classmethod
    def _limits_are_known(cls, given: dict[str, float]) -> dict[str, float]:
        known = [f.name for f in fields(Limits)]
        if unknown := [name for name in given if name not in known]:
            raise ValueError(f"no limit named {unknown[0]}; there are {', '.join(known)}")
        return given

    @property
    def verdicts(self) -> Mapping[str, Weight]:
        """Declared rule -> what its findings do to a clip."""
        return {rule.id: self.findings.get(rule.id, rule.verdict) for rule in RULES.values()}

    @property
    def reading_limits(self) -> Limits:
        """What reading a submission may cost, the defaults with the policy's ``[limits]``."""
        of_kind = {f.name: f.type for f in fields(Limits)}
        whole = {k: int(v) if of_kind[k] is int else v for k, v in self.limits.items()}
        return replace(DEFAULT_LIMITS, **whole)  # type: ignore[arg-type]

    @property
    def asr_ladder(self) -> tuple[str, ...]:
        """The recognisers; a path is taken from the folder of the file that states it.

        A path starts with ``./`` or ``../``; anything else is a name or a full path.
        """
        return tuple(self._beside("ladder", step) for step in self.asr.ladder)

    @property
    def asr_confirm(self) -> dict[str, float]:
        """Column -> bound within which a decoding that agrees with the label is believed.

        That of ``[asr.confirm]``, or of a rule where it is narrower: whoever a rule would judge by
        the column is decoded in full by the last step before.
        """
        found = {**self.asr.confirm.model_dump(), "label_logprob": -math.inf}
        at_most = {"no_speech_prob": 1.0, **dict.fromkeys(_RATES, math.inf)}
        found |= at_most
        for rule in self.rules.values():
            # where characters are the words none of them differs
            by_character = rule.column == "cer" and rule.languages == "by-character"
            if rule.column not in found or by_character:
                continue
            low = [b for b in (rule.reject_below, rule.review_below) if b is not None]
            high = [b for b in (rule.reject_above, rule.review_above) if b is not None]
            column = rule.column
            if column in ("uncovered_s", *at_most):
                found[column] = min([found[column], *high])
            else:
                found[column] = max([found[column], *low])
        return found

    @property
    def asr_second(self) -> str:
        """The second recogniser, ``""`` for none; a path is taken as those of the ladder."""
        return self._beside("second", self.asr.second)

    def _beside(self, setting: str, model: str) -> str:
        if not model.startswith(("./", "../")):
            return model
        # whole, since "./base" beside a policy of the working directory would end as a name
        return str((self._asr_folders.get(setting, Path()) / model).absolute())

    def check_columns(self, declared: Mapping[str, Column]) -> None:
        """Whether all that the policy says of columns can be done.

        Raises:
            PolicyError: a rule on a column that does not exist or in another unit, a weight on one
                that does not exist or has no better direction, ``enough`` of one without a weight.
        """
        for rule_id, rule in self.rules.items():
            column = declared.get(rule.column)
            if column is None:
                raise PolicyError(
                    f"policy {self.name}: rules.{rule_id}.column: there is no column"
                    f" {rule.column!r}; docs/columns.md lists them"
                )
            if column.unit != rule.unit:
                raise PolicyError(
                    f"policy {self.name}: rules.{rule_id}.unit is {rule.unit!r}, but"
                    f" {rule.column} is measured in {column.unit!r}"
                )
        for name in self.weights:
            if name not in declared or declared[name].better == "neither":
                what = "has no better direction" if name in declared else "is no column"
                raise PolicyError(
                    f"policy {self.name}: weights.{name}: {name} {what}; docs/columns.md lists them"
                )
        for name in self.selection.columns:
            if name not in declared:
                raise PolicyError(
                    f"policy {self.name}: selection.terms.{name}: there is no column {name!r};"
                    f" terms are {', '.join(TERMS)} and the columns of docs/columns.md"
                )
        floor = self.selection.floor
        if floor and (floor.column not in declared or declared[floor.column].better != "higher"):
            raise PolicyError(
                f"policy {self.name}: selection.floor.column: {floor.column!r} is no column of"
                " which more is better; docs/columns.md lists them"
            )
        if spare := sorted(self.enough.keys() - self.weights.keys()):
            raise PolicyError(
                f"policy {self.name}: enough.{spare[0]}: {spare[0]} has no weight, so that it"
                " orders no clips"
            )

    @property
    def sha256(self) -> str:
        """Digest of all that it decides by, independent of the order of keys and of comments."""
        content = self.model_dump(mode="json") | {"findings": self.verdicts}
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
