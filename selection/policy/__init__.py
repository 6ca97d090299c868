"""A policy: TOML -> frozen `Policy`."""

from selection.policy.choosing import TERMS, Choosing, Floor, Gate, LengthShare, Mixing
from selection.policy.faults import DEFAULT
from selection.policy.intake import Offer, Provider, Terms
from selection.policy.load import load_policy, shipped_policies
from selection.policy.measured import BOUNDS, Bound, MeasuredRule, Side
from selection.policy.recogniser import Dnsmos, Fairness, Recogniser
from selection.policy.whole import Policy

__all__ = [
    "BOUNDS",
    "DEFAULT",
    "TERMS",
    "Bound",
    "Choosing",
    "Dnsmos",
    "Fairness",
    "Floor",
    "Gate",
    "LengthShare",
    "MeasuredRule",
    "Mixing",
    "Offer",
    "Policy",
    "Provider",
    "Recogniser",
    "Side",
    "Terms",
    "load_policy",
    "shipped_policies",
]
