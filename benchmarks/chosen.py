"""The scorers as a run by the shipped policy asks them, for every benchmark."""

from collections.abc import Iterable

from scorers.asr.inquiry import Sure
from scorers.base import Scorer
from scorers.catalog import choose
from selection.policy import load_policy


def by_policy(names: Iterable[str] | None, model: str) -> tuple[Scorer, ...]:
    """The named scorers, all where ``None``; the policy's recogniser is another.

    Args:
        names: of scorers.
        model: name or folder of the recogniser, which is all of the ladder.
    """
    policy = load_policy()
    asr = policy.asr
    sure = Sure(**policy.asr_confirm) if asr.verify == "ladder" else None
    return choose(
        names, model, asr.beam_size, asr.compute_type, sure=sure, dnsmos=policy.dnsmos.engine
    )
