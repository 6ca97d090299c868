"""What a maintainer decides on: hours of each voice, what costs most of them, what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from clips.numbers import count, duration
from reports import charts
from reports.problems import hours, rule_words
from reports.queue import Waiting
from reports.view import ReportData, VoiceSummary
from reports.wording import visible
from selection.losses import losses

DEAREST = 5
_NAMED_VOICES = 4


@dataclass(frozen=True)
class Cause:
    """One reason, what it says of any clip, and what it costs.

    Args:
        alone: hours that have no other reason.
    """

    rule: str
    says: str
    clips: int
    rejected: int
    review: int
    hours: float
    alone: float
    bar: Markup


def title(data: ReportData) -> str:
    """Provider and voices."""
    names = [visible(voice.voice) for voice in data.voices[:_NAMED_VOICES]]
    more = len(data.voices) - len(names)
    names += [f"{more:,} more"] if more > 0 else []
    provider = visible(data.submission.get("Provider", "") or data.title)
    return f"{provider}: {', '.join(names)}" if names else provider


def causes(data: ReportData) -> list[Cause]:
    """Reasons by the hours that they cost, the dearest first; a clip counts in each of its own."""
    found = losses(data.clips, data.findings)
    dearest = max([loss.seconds for loss in found], default=0.0) or 1.0
    said = dict(zip(data.findings["rule"], data.findings["sentence"], strict=True))
    return [
        Cause(
            rule=visible(loss.rule),
            says=visible(rule_words(data.policy, loss.rule) or str(said[loss.rule])),
            clips=len(loss.clips),
            rejected=loss.rejected,
            review=loss.review,
            hours=loss.seconds / 3600,
            alone=loss.alone_s / 3600,
            bar=Markup(charts.share_bar(loss.seconds / dearest)),  # noqa: S704 - numbers only
        )
        for loss in found
    ]


def voices(data: ReportData) -> list[dict[str, Any]]:
    """Each voice with its bar, and what the clips in review would add to it."""
    budget = data.policy.budget
    in_review = data.clips[data.clips["verdict"] == "review"]
    waiting = {v.voice: hours(in_review[in_review["voice"] == v.voice]) for v in data.voices}
    offered = [voice.hours_offered for voice in data.voices]
    scale = charts.hours_scale(offered, budget.hours_per_voice)
    return [
        {
            "voice": voice,
            "waiting": waiting[voice.voice],
            "adds": _adds(
                voice, waiting[voice.voice], budget.minimum_hours, budget.hours_per_voice
            ),
            "bar": Markup(  # noqa: S704 - numbers only
                charts.hours_bar(
                    voice.hours_offered,
                    voice.hours_accepted,
                    voice.hours_selected,
                    waiting=waiting[voice.voice],
                    minimum=budget.minimum_hours,
                    budget=budget.hours_per_voice,
                    scale=scale,
                )
            ),
        }
        for voice in data.voices
    ]


def _adds(voice: VoiceSummary, waiting: float, minimum: float, budget: float) -> str:
    if waiting <= 0:
        return ""
    total = voice.hours_accepted + waiting
    said = f"{duration(waiting)} in review; with all of it {duration(total)}"
    if total < minimum:
        return f"{said}, still {duration(minimum - total, up=True)} short of {duration(minimum)}"
    if voice.hours_accepted < minimum:
        return f"{said}, which is enough"
    return said if total < budget else f"{said}, and {duration(budget)} are wanted"


def invitation(data: ReportData, waiting: Sequence[Waiting]) -> str:
    """What the button says that starts the review."""
    minutes = max(1, round(60 * hours(data.clips.iloc[[one.row for one in waiting]])))
    return f"Review {count(len(waiting), 'clip')} ({count(minutes, 'minute')})"


def made_of(waiting: Sequence[Waiting]) -> str:
    """What the clips to review are."""
    names = {
        "review": "in review",
        "near": "accepted close to a limit",
        "control": "accepted and drawn by lot as a control",
    }
    kinds = [one.kind for one in waiting]
    return ", ".join(f"{kinds.count(k):,} {name}" for k, name in names.items() if k in kinds)
