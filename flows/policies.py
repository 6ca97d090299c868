"""A policy by its name, checked before anything is measured for it."""

from clips.columns import Column
from clips.table import FACTS
from scorers.catalog import COLUMNS
from selection.derived import DERIVED
from selection.policy import Policy, load_policy

EVERY: dict[str, Column] = {c.name: c for c in (*FACTS, *COLUMNS, *DERIVED)}


def checked_policy(name_or_path: str) -> Policy:
    """Load a policy whose rules, weights and bounds are on columns that exist.

    Raises:
        PolicyError: no such policy, or a fault in it.
    """
    policy = load_policy(name_or_path)
    policy.check_columns(EVERY)
    return policy
