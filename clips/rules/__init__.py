"""Everything that reading a submission can find, and findings of it."""

from dataclasses import dataclass

from clips.rules.audio import AUDIO_RULES, SAFETY_RULES
from clips.rules.base import Rule, about, by_id
from clips.rules.description import DESCRIPTION_RULES
from clips.rules.files import LABEL_FILE_RULES
from clips.rules.labels import LABEL_RULES
from clips.table import Clip, Finding, Level
from clips.words import Param, Phrase, told

__all__ = ["INTAKE_RULES", "Fault", "Rule", "about", "fault", "intake"]

INTAKE_RULES: dict[str, Rule] = by_id(
    DESCRIPTION_RULES, LABEL_FILE_RULES, AUDIO_RULES, SAFETY_RULES, LABEL_RULES
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault found below the level where voice and clip are known."""

    rule: str
    words: Phrase

    @property
    def sentence(self) -> str:
        """The words as the maintainer and the contributor read them."""
        return told(self.words)


def fault(rule: str, form: str = "", /, **params: Param) -> Fault:
    """A fault by a declared rule.

    Raises:
        KeyError: no such rule, or it has no such form.
    """
    return Fault(rule, INTAKE_RULES[rule].words(form, **params))


def intake(
    found: Fault,
    *,
    clip: Clip | None = None,
    voice: str = "",
    value: float | None = None,
    bound: float | None = None,
    unit: str = "",
) -> Finding:
    """The finding of a fault, at the level that `clip` or `voice` gives it."""
    measured = (value, bound, unit)
    if clip is not None:
        about = (clip.voice, clip.clip_id, clip.audio_file)
        return Finding(found.rule, found.words, "clip", *about, *measured)
    level: Level = "voice" if voice else "submission"
    return Finding(found.rule, found.words, level, voice, "", "", *measured)
