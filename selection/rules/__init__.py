"""Every rule that is declared in the code; those on single columns are in the policy."""

from clips.rules import INTAKE_RULES, Rule
from clips.rules.base import by_id
from clips.words import Param, Phrase
from selection.rules.judging import (
    DUPLICATE_RULES,
    JUDGING_RULES,
    MAINTAINER_RULES,
    MISPLACED_RULES,
    RECOGNISER_RULES,
    TEXT_RULES,
)
from selection.rules.terms import TERMS_RULES

RULES: dict[str, Rule] = by_id(
    INTAKE_RULES.values(),
    JUDGING_RULES,
    DUPLICATE_RULES,
    TEXT_RULES,
    RECOGNISER_RULES,
    MISPLACED_RULES,
    MAINTAINER_RULES,
    TERMS_RULES,
)
OF_A_PART = frozenset(rule.id for rule in RULES.values() if rule.of_a_part)
OURS = frozenset(rule.id for rule in RULES.values() if rule.ours)


def words(rule: str, form: str = "", /, **params: Param) -> Phrase:
    """What a finding by a declared rule says.

    Raises:
        KeyError: no such rule, or it has no such form.
    """
    return RULES[rule].words(form, **params)
