"""A policy by its name, checked before anything is measured for it."""

from clips.columns import Column
from clips.table import FACTS
from scorers.catalog import measured_columns
from selection.derived import DERIVED
from selection.needs import check_needs
from selection.policy import Policy, load_policy


def every_column() -> dict[str, Column]:
    """All columns that there are here by name: facts, those of the installed scorers, derived."""
    return {c.name: c for c in (*FACTS, *measured_columns(), *DERIVED)}


def checked_policy(name_or_path: str) -> Policy:
    """Load a policy whose rules, weights and bounds are on columns that exist.

    Raises:
        PolicyError: no such policy, or a fault in it.
        ScoringError: a column that selection rests on is measured by no scorer.
    """
    policy = load_policy(name_or_path)
    columns = every_column()
    check_needs(columns)
    policy.check_columns(columns)
    return policy
