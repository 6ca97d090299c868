"""The scorers as a run by the shipped policy asks them, for every benchmark."""

from collections.abc import Iterable, Sequence

from scorers.asr.inquiry import Sure
from scorers.asr.loaded import resolved_type
from scorers.base import Scorer
from scorers.catalog import choose
from selection.policy import load_policy


def by_policy(
    names: Iterable[str] | None, model: str, before: Sequence[str] = (), device: str = "cpu"
) -> tuple[Scorer, ...]:
    """The named scorers, all where ``None``; the policy's recogniser is another.

    Args:
        names: of scorers.
        model: name or folder of the recogniser, the last step of the ladder.
        before: its steps before.
        device: ``"cpu"`` or ``"cuda"``, on which the recogniser's numbers depend.
    """
    policy = load_policy()
    asr = policy.asr
    sure = Sure(**policy.asr_confirm) if asr.verify == "ladder" else None
    return choose(
        names,
        model,
        asr.beam_size,
        resolved_type(asr.compute_type, device),
        asr_before=before,
        sure=sure,
        dnsmos=policy.dnsmos.engine,
    )
