"""What the clips are worth, apart from what holds the submission back whatever they are worth."""

from dataclasses import replace
from typing import Any

import pandas as pd

from reports.problems import by_verdict, gravity
from reports.view import ReportData, VoiceSummary
from selection.decisions import PERSON
from selection.verdicts import of_terms, verdicts


def apart(data: ReportData) -> tuple[ReportData, list[dict[Any, Any]]]:
    """The report with each clip's own verdict, and what the terms hold against all of them.

    Returns:
        The same data, its clips and voices counted as if the terms held nothing back (what is
        selected stays; a voice that is held says so), and the findings that do, the worst first.
    """
    held = of_terms(data.findings)
    if held.empty:
        return data, []
    own = verdicts(data.clips, data.findings.drop(held.index))[["verdict", "reasons"]]
    if "decided_by" in data.clips:
        own = own.where(data.clips["decided_by"] != PERSON, data.clips[["verdict", "reasons"]])
    clips = data.clips.assign(verdict=own["verdict"], reasons=own["reasons"])
    whole = (held["level"] == "submission").any()
    names = {voice.voice for voice in data.voices} if whole else set(held["voice"])
    voices = [
        _counted(voice, clips[clips["voice"] == voice.voice]) if voice.voice in names else voice
        for voice in data.voices
    ]
    holds = sorted(held.to_dict("records"), key=lambda f: (gravity(f["verdict"]), f["voice"]))
    rest = data.findings.drop(held.index)
    return replace(data, clips=clips, voices=voices, findings=rest), holds


def _counted(voice: VoiceSummary, clips: pd.DataFrame) -> VoiceSummary:
    of = by_verdict(clips)
    return replace(
        voice,
        status="held",
        missing="",
        accepted=of["accept"][0],
        review=of["review"][0],
        rejected=of["reject"][0],
        hours_accepted=of["accept"][1],
    )
