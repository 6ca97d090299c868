"""A finished run -> what its report is made of, with pictures of the clips to hear."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from flows.pictures import pictures
from flows.run import Run
from reports.quality import apart
from reports.queue import queue
from reports.tables import main_findings
from reports.view import ClipDetails, ReportData, VoiceSummary
from selection.derived import DERIVED, present
from selection.verdicts import DECODED

MAX_PICTURES = 300


def report_data(run: Run, audio: Mapping[str, str], beside: Path) -> ReportData:
    """What the report is made of.

    Args:
        run: the finished run.
        audio: clip id -> URL relative to the report.
        beside: folder of what lies beside the report; pictures are kept there for the next one.
    """
    described = run.submission.description
    voices = [
        VoiceSummary(
            **asdict(v),
            provider_voice=described.voices[v.voice].voice if v.voice in described.voices else "",
            tone=described.voices[v.voice].tone if v.voice in described.voices else "",
        )
        for v in run.decision.voices
    ]
    data = ReportData(
        title="Scored submission",
        created=run.created,
        pseudonym=run.pseudonym,
        submission={
            "Stage": described.stage,
            "Provider": described.provider,
            "Model": described.model,
            "Licence": described.license,
            "Language": described.language,
            "May be published as it is": "yes" if described.publish else "no",
            "Priority": f"{run.priority.tier} ({run.priority.score:.0f} of 100 points)",
        },
        policy=run.policy,
        models=run.versions,
        clips=run.decision.clips,
        findings=run.decision.findings,
        voices=voices,
        columns=present(run.decision.clips, (*DERIVED, *run.columns)),
        details={},
        audio=audio,
        measured=run.measured,
        reused=run.reused,
        unmoved=run.decision.unmoved,
    )
    return replace(data, details=_clip_details(run, _drawn(data), beside))


def _drawn(data: ReportData) -> frozenset[str]:
    """The clips that get pictures: what waits for a person, then the worst of the rejected."""
    whole, _ = apart(data)
    causes = [str(worst["cause"]) if worst else "" for worst in main_findings(whole)]
    waiting = queue(whole, causes)
    clips = whole.clips
    rejected = clips[clips["verdict"] == "reject"].sort_values("score")["clip_id"]
    order = dict.fromkeys([*(clips["clip_id"].iloc[one.row] for one in waiting), *rejected])
    # what did not decode, or hung, is not decoded once more
    decoded = set(clips["clip_id"][clips[DECODED].notna()])
    return frozenset([clip_id for clip_id in order if clip_id in decoded][:MAX_PICTURES])


def _clip_details(run: Run, drawn: Collection[str], beside: Path) -> dict[str, ClipDetails]:
    verdict = run.decision.clips["verdict"]
    doubted = {*drawn, *run.decision.clips["clip_id"][verdict != "accept"]}
    shown = [clip for clip in run.submission.clips if clip.clip_id in drawn]
    seen = pictures(run.submission, shown, run.policy.reading_limits, beside)
    result = {}
    for clip in run.submission.clips:
        found = run.details.get(clip.clip_id, {})
        asr = found.get("asr", {})
        picture = seen.get(clip.clip_id)
        result[clip.clip_id] = ClipDetails(
            transcript=asr.get("transcript"),
            other_transcript=asr.get("other_transcript"),
            alignment=asr.get("alignment", ()),
            # where a finding sends somebody to listen; thousands of clips are nothing to mend
            label_words=asr.get("label_words", ()) if clip.clip_id in doubted else (),
            regions=found.get("artifacts", {}).get("regions", {}),
            spectrogram=picture.spectrogram if picture else None,
            waveform=picture.waveform if picture else None,
        )
    return result
