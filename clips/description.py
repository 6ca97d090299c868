"""submission.toml: what a contributor says about a submission."""

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from clips.names import one_form
from clips.pcm import Pcm
from clips.rules import Fault, fault, intake
from clips.submission_file import (
    NEEDED,
    NEEDED_OF_A_VOICE,
    PcmTable,
    Stage,
    SubmissionFile,
    VoiceTable,
)
from clips.table import Finding
from clips.tones import tone_of
from clips.words import Name

_SECRET = ("contributor", "notes")  # never quoted in a finding


@dataclass(frozen=True)
class VoiceDescription:
    """What is said of one voice; what its table leaves out comes from the submission.

    Args:
        voice: the provider's name for it, ``""`` where it is not given.
        tone: such as ``"neutral"`` or ``"whispering"``; where it is not given, what the name of the
            voice's folder ends with.
        hours: hours announced, ``None`` where not given.
        adult: ``None`` where not said.
        stock: ``None`` where not said.
        pcm: how files without a header are stored, ``None`` where not said.
    """

    voice: str = ""
    tone: str = "neutral"
    hours: float | None = None
    adult: bool | None = None
    stock: bool | None = None
    provider: str = ""
    model: str = ""
    license: str = ""
    language: str = ""
    publish: bool = False
    pcm: Pcm | None = None


@dataclass(frozen=True)
class Description:
    """What is said of a submission; a field that is missing has its default and a finding."""

    contributor: str = ""
    stage: Stage = "payload"
    provider: str = ""
    model: str = ""
    license: str = ""
    language: str = ""
    publish: bool = False
    pcm: Pcm | None = None
    notes: str = ""
    voices: Mapping[str, VoiceDescription] = field(default_factory=dict)

    def of(self, voice: str) -> VoiceDescription:
        """The voice's description, or for a voice without a table what holds for all."""
        shared = VoiceDescription(
            provider=self.provider,
            model=self.model,
            license=self.license,
            language=self.language,
            publish=self.publish,
            pcm=self.pcm,
            tone=tone_of(voice) or "neutral",
        )
        return self.voices.get(voice, shared)


def parse_description(content: bytes) -> tuple[Description, list[Finding]]:
    """Read submission.toml; what is wrong in it is left out and becomes a finding."""
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else _short(error)
        return Description(), [intake(fault("bad-description", "no TOML", why=why))]
    twice = _in_one_form(raw)
    given, findings = _validate(raw)
    findings += [*twice, *_missing(given)]
    return _resolve(given), findings


def _in_one_form(raw: dict[str, Any]) -> list[Finding]:
    """Name the tables of voices in one Unicode form; of two that become one, the last stays."""
    voices = raw.get("voices")
    if not isinstance(voices, dict):
        return []
    raw["voices"] = {one_form(name): table for name, table in voices.items()}
    return [
        intake(fault("bad-description", "twice"), voice=name)
        for name, count in Counter(map(one_form, voices)).items()
        if count > 1
    ]


def _short(error: Exception) -> str:
    return re.sub(r"\s+", " ", str(error))[:200]


def _validate(raw: dict[str, Any]) -> tuple[SubmissionFile, list[Finding]]:
    findings: list[Finding] = []
    while True:
        try:
            return SubmissionFile.model_validate(raw), findings
        except ValidationError as invalid:
            for error in invalid.errors(include_url=False):
                path = tuple(str(part) for part in error["loc"])
                if _drop(raw, path):
                    voice = path[1] if len(path) > 1 and path[0] == "voices" else ""
                    findings.append(intake(_bad(path, voice, error), voice=voice))


def _drop(raw: dict[str, Any], path: tuple[str, ...]) -> bool:
    """Take the value at `path`, or the last table on the way to it, out of `raw`."""
    for depth, key in enumerate(path):
        if not isinstance(raw, dict) or key not in raw:
            return False
        if depth == len(path) - 1 or not isinstance(raw[key], dict):
            del raw[key]
            return True
        raw = raw[key]
    return False


def _bad(path: tuple[str, ...], voice: str, error: ErrorDetails) -> Fault:
    field = Name(".".join(path))
    if error["type"] == "extra_forbidden":
        known = (VoiceTable if voice else SubmissionFile).model_fields
        if near := difflib.get_close_matches(path[-1], known, 1):
            return fault("bad-description", "unknown, near", field=field, near=near[0])
        return fault("bad-description", "unknown", field=field, known=tuple(known))
    if path[-1] in _SECRET:
        return fault("bad-description", "secret", field=field, why=error["msg"])
    found = Name(repr(error["input"]))
    if path[-1] == "language" and isinstance(error["input"], str):
        return fault("bad-description", "language", field=field, found=found)
    return fault("bad-description", "value", field=field, why=error["msg"], found=found)


def no_language(given: str) -> str:
    """What is wrong with something that is no BCP 47 tag."""
    return f"{given!r:.80} is no language code; write en, en-GB, it, zh-Hans ..."


def _missing(given: SubmissionFile) -> list[Finding]:
    findings = [
        intake(fault("missing-field", field=name))
        for name in NEEDED
        if getattr(given, name) is None
    ]
    for voice, table in given.voices.items():
        findings += [
            intake(fault("missing-field", "of a voice", field=name), voice=voice)
            for name in NEEDED_OF_A_VOICE
            if getattr(table, name) is None
        ]
    return findings


def _resolve(given: SubmissionFile) -> Description:
    shared: dict[str, Any] = {
        "provider": given.provider or "",
        "model": given.model or "",
        "license": given.license or "",
        "language": canonical_language(given.language or ""),
        "publish": given.publish,
        "pcm": _pcm(given.pcm),
    }
    voices = {}
    for name, table in given.voices.items():
        own = table.model_dump(exclude_none=True)
        if "language" in own:
            own["language"] = canonical_language(own["language"])
        if table.pcm:
            own["pcm"] = _pcm(table.pcm)
        if "tone" not in table.model_fields_set:
            own["tone"] = tone_of(name) or table.tone
        voices[name] = VoiceDescription(**{**shared, **own})
    return Description(
        contributor=given.contributor or "",
        stage=given.stage or "payload",
        notes=given.notes,
        voices=voices,
        **shared,
    )


def _pcm(table: PcmTable | None) -> Pcm | None:
    return Pcm(**table.model_dump()) if table else None


def canonical_language(tag: str) -> str:
    """A BCP 47 tag in its usual spelling.

    Example:
        >>> canonical_language("ZH-hans-cn"), canonical_language("EN")
        ('zh-Hans-CN', 'en')
    """
    parts = tag.lower().split("-")
    return "-".join(
        part
        if place == 0
        else part.title()
        if len(part) == 4 and part.isalpha()
        else part.upper()
        if len(part) == 2
        else part
        for place, part in enumerate(parts)
    )
